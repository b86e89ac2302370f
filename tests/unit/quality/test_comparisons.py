"""Whether a measurement keeps a promise, where arithmetic or types could get in the way."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from datacontract_api.quality import Unit
from datacontract_runner.quality.check import Measured
from datacontract_runner.quality.comparisons import Limits, Mostly, Operator

OPERATORS: list[tuple[str, Any, int, bool]] = [
    ("mustBe", 0, 0, True),
    ("mustNotBe", 0, 0, False),
    ("mustBeGreaterThan", 3, 3, False),
    ("mustBeGreaterOrEqualTo", 3, 3, True),
    ("mustBeLessThan", 3, 3, False),
    ("mustBeLessOrEqualTo", 3, 3, True),
    ("mustBeBetween", (1, 3), 3, True),
    ("mustBeBetween", (1, 3), 4, False),
    ("mustNotBeBetween", (1, 3), 2, False),
    ("mustNotBeBetween", (1, 3), 3, True),
]


@pytest.mark.parametrize(("word", "bound", "count", "holds"), OPERATORS)
def test_odcs_operators(word: str, bound: Any, count: int, holds: bool) -> None:
    exact = tuple(map(Fraction, bound)) if isinstance(bound, tuple) else Fraction(bound)
    assert Operator(word, exact, "null").holds(Measured(10, None, count)) is holds  # type: ignore[arg-type]


def test_percentages_are_exact() -> None:
    third = Operator("mustBe", Fraction("0.3"), "null", Unit.PERCENT)
    assert third.holds(Measured(1000, None, 3))
    assert not Operator("mustBeLessThan", Fraction("0.3"), "null", Unit.PERCENT).holds(Measured(1000, None, 3))


@pytest.mark.parametrize(
    ("value", "low", "high", "holds"),
    [
        (date(2020, 1, 2), "2020-01-01", "2020-01-02", True),
        (datetime(2020, 1, 2, 3, tzinfo=UTC), "2020-01-02 04:00:00", None, False),
        (datetime(2020, 1, 2, 3), "2020-01-02", None, True),
        (Decimal("0.1"), 0.1, 0.1, True),
        (None, 0, None, False),
    ],
)
def test_limits_are_compared_as_what_was_observed(value: Any, low: Any, high: Any, holds: bool) -> None:
    assert Limits("maximum", low, high).holds(Measured(observed=value)) is holds


@pytest.mark.parametrize(
    ("mostly", "considered", "unexpected", "holds"),
    [(1, 0, 0, True), (0.9, 10, 1, True), (0.95, 20, 1, True), (0.951, 20, 1, False), (0, 5, 5, True)],
)
def test_mostly(mostly: float, considered: int, unexpected: int, holds: bool) -> None:
    assert Mostly(mostly, "null").holds(Measured(considered, None, unexpected)) is holds
