"""The comparisons: whether a measurement keeps the promise, and both in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from datacontract_api.quality import Unit
from datacontract_runner.quality import words
from datacontract_runner.quality.check import Measured

NOTHING = "no value"


@dataclass(frozen=True)
class Mostly:
    """At least this share of the considered rows is as expected: Great Expectations' `mostly`.

    Args:
        mostly: between 0 and 1.
        flaw: what is wrong with an unexpected row, such as ``null``.
    """

    mostly: float
    flaw: str

    @property
    def expected(self) -> str:
        """The promise."""
        allowed = float((1 - Fraction(str(self.mostly))) * 100)
        return f"at most {allowed:.10g} % {self.flaw}" if allowed else f"0 % {self.flaw}"

    def holds(self, measured: Measured) -> bool:
        """Vacuously true without rows, else as Great Expectations computes it, in floats."""
        considered = float(measured.considered)
        if not considered:
            return True
        return (considered - float(measured.unexpected_count or 0)) / considered >= self.mostly

    def found(self, measured: Measured) -> str:
        """The finding."""
        if not measured.considered:
            return "no rows to check"
        return words.share(measured.unexpected_count or 0, measured.considered, self.flaw)


@dataclass(frozen=True)
class Limits:
    """The observed value lies within bounds.

    Args:
        noun: what is observed, such as ``mean``.
        low: lowest allowed value, None for any.
        high: highest allowed value, None for any.
        strict_low: `low` itself is not allowed.
        strict_high: `high` itself is not allowed.
    """

    noun: str
    low: Any = None
    high: Any = None
    strict_low: bool = False
    strict_high: bool = False

    @property
    def expected(self) -> str:
        """The promise."""
        ends = {"strict_low": self.strict_low, "strict_high": self.strict_high}
        return f"{self.noun} {words.interval(self.low, self.high, **ends)}"

    def holds(self, measured: Measured) -> bool:
        """False when nothing was observed, as in Great Expectations."""
        value = measured.observed
        if value is None:
            return False
        low, high = (like(value, bound) for bound in (self.low, self.high))
        above = low is None or (value > low if self.strict_low else value >= low)
        below = high is None or (value < high if self.strict_high else value <= high)
        return above and below

    def found(self, measured: Measured) -> str:
        """The finding."""
        return NOTHING if measured.observed is None else f"{self.noun} {words.number(measured.observed)}"


def like(value: Any, bound: Any) -> Any:
    """A bound written as text, read as what the observed value is: a date or a moment.

    Raises:
        ValueError: the text is neither.
    """
    if isinstance(bound, str) and isinstance(value, datetime):
        moment = datetime.fromisoformat(bound)
        return moment.replace(tzinfo=value.tzinfo) if (moment.tzinfo is None) != (value.tzinfo is None) else moment
    if isinstance(bound, str) and isinstance(value, date):
        return datetime.fromisoformat(bound).date()
    if isinstance(bound, float) and isinstance(value, Decimal):
        return Decimal(str(bound))
    return bound


_COMPARED: Mapping[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "mustBe": ("exactly {}", lambda value, bound: value == bound),
    "mustNotBe": ("anything but {}", lambda value, bound: value != bound),
    "mustBeGreaterThan": ("more than {}", lambda value, bound: value > bound),
    "mustBeGreaterOrEqualTo": ("at least {}", lambda value, bound: value >= bound),
    "mustBeLessThan": ("less than {}", lambda value, bound: value < bound),
    "mustBeLessOrEqualTo": ("at most {}", lambda value, bound: value <= bound),
    "mustBeBetween": ("between {} and {}", lambda value, bounds: bounds[0] <= value <= bounds[1]),
    "mustNotBeBetween": ("outside {} to {}", lambda value, bounds: not bounds[0] < value < bounds[1]),
}
"""ODCS operators: how they read, and what they say. Section "Data quality", "Operators"."""


@dataclass(frozen=True)
class Operator:
    """An ODCS comparison of a count, a share or a number.

    Args:
        word: such as ``mustBeLessThan``.
        bound: exact; one number, or two for the operators about a range.
        noun: what is counted, such as ``null``.
        unit: rows, or percent of the rows.
    """

    word: str
    bound: Fraction | tuple[Fraction, Fraction]
    noun: str
    unit: Unit = Unit.ROWS

    @property
    def expected(self) -> str:
        """The promise."""
        bounds = self.bound if isinstance(self.bound, tuple) else (self.bound,)
        numbers = [words.number(int(b) if b.denominator == 1 else float(b)) for b in bounds]
        unit = " %" if self.unit is Unit.PERCENT else ""
        return f"{_COMPARED[self.word][0].format(*numbers)}{unit} {self.noun}".strip()

    def holds(self, measured: Measured) -> bool:
        """Exact arithmetic; false when the measure is not a number."""
        value = self._value(measured)
        return value is not None and _COMPARED[self.word][1](value, self.bound)

    def _value(self, measured: Measured) -> Fraction | None:
        count = measured.observed if measured.unexpected_count is None else measured.unexpected_count
        if isinstance(count, bool) or not isinstance(count, int | float | Decimal):
            return None
        if self.unit is Unit.ROWS:
            return Fraction(count)
        return Fraction(count) * 100 / measured.element_count if measured.element_count else Fraction(0)

    def found(self, measured: Measured) -> str:
        """The finding."""
        if self._value(measured) is None:
            return "no number"
        if measured.unexpected_count is None:
            return f"{words.number(measured.observed)} {self.noun}".strip()
        if self.unit is Unit.PERCENT:
            return words.share(measured.unexpected_count, measured.element_count or 0, self.noun)
        return f"{measured.unexpected_count:,} {self.noun}"


@dataclass(frozen=True)
class Members:
    """The distinct values match a set.

    Args:
        values: the set.
        outside: values outside it are allowed.
        absent: values of it may be absent.
    """

    values: tuple[Any, ...]
    outside: bool = False
    absent: bool = False

    @property
    def expected(self) -> str:
        """The promise."""
        word = "all of" if self.outside else "only" if self.absent else "exactly"
        return f"distinct values: {word} {words.members(self.values)}"

    def holds(self, measured: Measured) -> bool:
        """Whether neither direction differs, as far as it matters."""
        outside = 0 if self.outside else measured.unexpected_count or 0
        absent = 0 if self.absent else measured.missing_count or 0
        return not outside and not absent

    def found(self, measured: Measured) -> str:
        """The finding."""
        outside, absent = measured.unexpected_count or 0, measured.missing_count or 0
        texts = [] if self.outside else [f"{outside:,} distinct values outside"]
        return ", ".join(texts + ([] if self.absent else [f"{absent:,} values absent"]))


@dataclass(frozen=True)
class Common:
    """The most common value belongs to a set.

    Args:
        values: the set.
        ties: several values may share the first place, if one of them belongs to it.
    """

    values: tuple[Any, ...]
    ties: bool = False

    @property
    def expected(self) -> str:
        """The promise."""
        return f"most common value in {words.members(self.values)}"

    def holds(self, measured: Measured) -> bool:
        """As Great Expectations: without `ties` there must be one first place."""
        values = [_plain(value) for value in measured.observed]
        inside = [value for value in values if value in set(self.values)]
        return bool(inside) and (self.ties or len(values) == 1)

    def found(self, measured: Measured) -> str:
        """The finding."""
        return words.members(measured.observed) if measured.observed else NOTHING


@dataclass(frozen=True)
class QuantileRanges:
    """Every quantile lies within its range, with the relative tolerance of 1e-4 that Great Expectations allows.

    Args:
        levels: between 0 and 1.
        ranges: lowest and highest value of each; None for any.
    """

    levels: tuple[float, ...]
    ranges: tuple[tuple[Any, Any], ...]

    @property
    def expected(self) -> str:
        """The promise."""
        pairs = zip(self.levels, self.ranges, strict=True)
        return "quantiles: " + ", ".join(f"{level} {words.interval(low, high)}" for level, (low, high) in pairs)

    def holds(self, measured: Measured) -> bool:
        """Whether all do."""
        return all(_within(value, *ends) for value, ends in zip(measured.observed["values"], self.ranges, strict=True))

    def found(self, measured: Measured) -> str:
        """The finding."""
        pairs = zip(self.levels, measured.observed["values"], strict=True)
        return ", ".join(f"{level}: {NOTHING if value is None else words.number(value)}" for level, value in pairs)


def _within(value: Any, low: Any, high: Any) -> bool:
    if value is None:
        return False
    ends = [like(value, end) for end in (low, high)]
    near = any(isinstance(end, int | float) and abs(value - end) <= 1e-8 + 1e-4 * abs(end) for end in ends)
    return near or ((ends[0] is None or ends[0] <= value) and (ends[1] is None or value <= ends[1]))


@dataclass(frozen=True)
class Verdict:
    """What Great Expectations' own engine said.

    Args:
        promise: the expectation in words.
    """

    promise: str

    @property
    def expected(self) -> str:
        """The promise."""
        return self.promise

    def holds(self, measured: Measured) -> bool:
        """Its verdict."""
        return bool(measured.verdict)

    def found(self, measured: Measured) -> str:
        """Counts where it gave counts, else the observed value."""
        if measured.unexpected_count is not None and measured.considered:
            return words.share(measured.unexpected_count, measured.considered, "unexpected")
        return NOTHING if measured.observed is None else words.number(measured.observed)


def _plain(value: Any) -> Any:
    """A value of the data as it would be written in a contract: moments and dates as text."""
    return value.isoformat() if isinstance(value, date | time) else value
