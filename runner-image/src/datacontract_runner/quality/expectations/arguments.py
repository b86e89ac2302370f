"""The arguments of one expectation, read with their types and with messages that say what to write instead."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datacontract_runner import sql
from datacontract_runner.quality import literals
from datacontract_runner.quality.expectations import conditions, regex
from datacontract_runner.quality.literals import Scalar

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


class BadArgument(ValueError):
    """An argument is not what the expectation takes; the message names it."""


@dataclass(frozen=True)
class Arguments:
    """Arguments of one expectation.

    Args:
        kwargs: as written in the contract.
        types: promised type of every promised column.
    """

    kwargs: Mapping[str, Any]
    types: Mapping[str, str]

    def column(self, name: str = "column") -> str:
        """A column, quoted."""
        return sql.identifier(self.column_name(name))

    def column_name(self, name: str = "column") -> str:
        """A column's name."""
        return self._promised(self.text(name))

    def column_names(self, name: str = "column_list") -> tuple[str, ...]:
        """Names of at least two columns."""
        columns = tuple(self._promised(column) for column in self.texts(name))
        if len(columns) < 2:
            raise BadArgument(f"{name}: expected at least two columns, found {len(columns)}")
        return columns

    def _promised(self, column: str) -> str:
        if column not in self.types:
            raise BadArgument(f"column {column!r} is not promised by this table ({', '.join(self.types)})")
        return column

    def type_of(self, column: str) -> str:
        """The promised type without Nullable and LowCardinality, in lower case."""
        promised = self.types[column].strip().lower()
        for wrapper in ("lowcardinality(", "nullable("):
            promised = promised.removeprefix(wrapper).strip()
        return promised

    def is_text(self, column: str) -> bool:
        """Whether the column holds text."""
        return self.type_of(column).startswith(("string", "fixedstring", "char", "varchar", "text", "nchar", "enum"))

    def text(self, name: str, default: str | None = None) -> str:
        """A text."""
        value = self.kwargs.get(name, default)
        if not isinstance(value, str) or not value:
            raise BadArgument(f"{name}: expected text, found {value!r}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Several texts, at least one."""
        values = self.kwargs.get(name)
        if not isinstance(values, list | tuple) or not values or not all(isinstance(v, str) and v for v in values):
            raise BadArgument(f"{name}: expected a list of texts, found {values!r}")
        return tuple(values)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """true or false."""
        value = self.kwargs.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise BadArgument(f"{name}: expected true or false, found {value!r}")
        return value

    def choice(self, name: str, options: tuple[str, ...]) -> str:
        """One of several words, the first of which is the default."""
        value = self.kwargs.get(name) or options[0]
        if value not in options:
            raise BadArgument(f"{name}: expected {' or '.join(options)}, found {value!r}")
        return str(value)

    def number(self, name: str, default: float | None = None) -> float:
        """A number."""
        value = self.kwargs.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise BadArgument(f"{name}: expected a number, found {value!r}")
        return value if isinstance(value, int) else float(value)

    @property
    def mostly(self) -> float:
        """`mostly`, between 0 and 1."""
        value = 1.0 if self.kwargs.get("mostly") is None else self.number("mostly")
        if not 0 <= value <= 1:
            raise BadArgument(f"mostly: expected a number from 0 to 1, found {value!r}")
        return float(value)

    def scalar(self, name: str) -> Scalar | None:
        """A number, a text, a flag, or nothing."""
        value = self.kwargs.get(name)
        if value is None or (isinstance(value, str | int | float | bool) and value == value):
            return value
        raise BadArgument(f"{name}: expected a number or text, found {value!r}")

    def members(self, name: str) -> tuple[Scalar, ...]:
        """The values of a set, without null, each once."""
        values = self.kwargs.get(name)
        if not isinstance(values, list | tuple | set):
            raise BadArgument(f"{name}: expected a list of values, found {values!r}")
        for value in values:
            if value is not None and (not isinstance(value, str | int | float | bool) or value != value):
                raise BadArgument(f"{name}: expected numbers or texts, found {value!r}")
        return tuple(unique(value for value in values if value is not None))

    def _bound(self, name: str) -> Scalar | None:
        """A number, also one written as text, or a date or moment in ISO 8601."""
        value = self.scalar(name)
        if not isinstance(value, str):
            return value
        if _NUMBER.fullmatch(value):
            return float(value)
        try:
            datetime.fromisoformat(value)
        except ValueError:
            raise BadArgument(f"{name}: expected a number, a date or a moment, found {value!r}") from None
        return value

    def bounds(self, *, whole: bool = False) -> tuple[Scalar | None, Scalar | None]:
        """`min_value` and `max_value`, of which one at least is given.

        Args:
            whole: only whole numbers make sense.

        Raises:
            BadArgument: both are absent, or the smaller is the larger.
        """
        low, high = self._bound("min_value"), self._bound("max_value")
        if low is None and high is None:
            raise BadArgument("expected min_value, max_value or both")
        if whole and not all(end is None or (not isinstance(end, str) and end == int(end)) for end in (low, high)):
            raise BadArgument(f"min_value {low!r}, max_value {high!r}: expected whole numbers")
        if low is not None and high is not None and isinstance(low, str) == isinstance(high, str) and low > high:  # type: ignore[operator]
            raise BadArgument(f"min_value {low!r} is greater than max_value {high!r}")
        return low, high

    def regexes(self, name: str, default: str | None = None) -> tuple[str, ...]:
        """One or several regular expressions that RE2 can run."""
        patterns = self.texts(name) if name.endswith("_list") else (self.text(name, default),)
        for pattern in patterns:
            if complaint := regex.complaint(pattern):
                raise BadArgument(f"{name} {pattern!r}: {complaint}")
        return patterns

    @property
    def condition(self) -> conditions.Condition | None:
        """`row_condition`, None when every row is meant."""
        if self.kwargs.get("row_condition") is None:
            return None
        try:
            condition = conditions.parse(self.kwargs["row_condition"])
        except conditions.ConditionUnreadable as error:
            raise BadArgument(str(error)) from None
        for column in condition.columns:
            self._promised(column)
        return condition

    @property
    def where(self) -> str | None:
        """`row_condition` as SQL, None when every row is meant."""
        return self.condition.sql if self.condition else None


def unique(values: Iterable[Scalar]) -> list[Scalar]:
    """Values once each, in order; 1 and true are different values."""
    return list({(isinstance(value, bool), value): value for value in values}.values())


def membership(column: str, values: Iterable[Scalar], *, inside: bool) -> str:
    """SQL condition that a column's value is, or is not, one of some values."""
    listed = literals.scalars(values)
    return f"{column} {'IN' if inside else 'NOT IN'} ({listed})" if listed else str(not inside).lower()
