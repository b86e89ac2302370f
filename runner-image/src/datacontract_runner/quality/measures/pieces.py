"""Pieces of SQL that measures are made of."""

from typing import Any

from datacontract_runner.quality.questions import Aggregate


def all_of(*conditions: str | None) -> str:
    """Joins SQL conditions with AND, leaving out those that are None."""
    given = [f"({condition})" for condition in conditions if condition is not None]
    return " AND ".join(given) or "true"


def negated(condition: str | None) -> str | None:
    """The opposite of an SQL condition that is never NULL."""
    return None if condition is None else f"NOT ({condition})"


def count_where(*conditions: str | None) -> Aggregate:
    """Counts the rows for which all conditions are true; NULL counts as false, as in CASE WHEN."""
    if all(condition is None for condition in conditions):
        return Aggregate("count()")
    return Aggregate(f"countIf({all_of(*conditions)})")


def aggregate(function: str, argument: str, where: str | None, parameters: str = "") -> Aggregate:
    """An aggregate over the rows of a filter that is NULL, not zero, when there are none.

    Args:
        function: ClickHouse's name of it, without combinators.
        argument: SQL expression.
        where: SQL condition; None for every row.
        parameters: of a parametric function, such as ``0.5``.
    """
    combinators, condition = ("OrNullIf", f", {where}") if where else ("OrNull", "")
    parametric = f"({parameters})" if parameters else ""
    return Aggregate(f"{function}{combinators}{parametric}({argument}{condition})")


def present(value: Any) -> Any:
    """None for NaN, which is no value to compare with."""
    return None if isinstance(value, float) and value != value else value
