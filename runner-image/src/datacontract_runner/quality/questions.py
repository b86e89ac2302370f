"""What a check asks of the warehouse, before anybody decides in how many statements it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Aggregate:
    """One aggregate expression over the whole table; all of a table's are answered by one SELECT.

    Args:
        sql: such as ``countIf(isNull(`a`))``. The answer is its value.
    """

    sql: str


@dataclass(frozen=True)
class Query:
    """One SELECT of its own, such as the GROUP BY of a key. The answer is its rows.

    Args:
        sql: the statement; `TABLE` stands where the staged table goes.
        guarded: written by the contract's author: run read-only, with the stage as its database.
    """

    sql: str
    guarded: bool = False


@dataclass(frozen=True)
class Columns:
    """The table's columns. The answer is a list of (name, type)."""


@dataclass(frozen=True)
class Expectation:
    """One expectation that Great Expectations' own engine evaluates. The answer is its validation result as a dict.

    Args:
        type: its name, or an import path.
        kwargs: its arguments.
    """

    type: str
    kwargs: Mapping[str, Any] = field(hash=False)


Question = Aggregate | Query | Columns | Expectation

TABLE = "\0table\0"
"""Stands in a `Query` for the quoted, qualified table; quoting escapes NUL, so no literal can hold it."""


@dataclass(frozen=True)
class Unanswered:
    """Why a question has no answer.

    Args:
        code: ClickHouse's error code; 0 when something else went wrong.
        message: what was said; may quote values of the data.
    """

    code: int
    message: str


Answers = Sequence[Any]
"""Answers in the order of a measure's questions."""
