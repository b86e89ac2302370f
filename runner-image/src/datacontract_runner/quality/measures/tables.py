"""Measures of a table: its size, its structure, what a query says of it."""

from dataclasses import dataclass
from decimal import Decimal

from datacontract_runner.quality.check import Measured
from datacontract_runner.quality.measures.pieces import present
from datacontract_runner.quality.questions import Aggregate, Answers, Columns, Query, Question


@dataclass(frozen=True)
class Counted:
    """One number from a statement of its own.

    Args:
        query: the statement; it must return one row of one column.
    """

    query: Query

    @property
    def questions(self) -> tuple[Question, ...]:
        """The statement."""
        return (self.query,)

    def read(self, answers: Answers) -> Measured:
        """The number; nothing when the statement returned anything else, which might be a value of the data."""
        rows = answers[0]
        value = present(rows[0][0]) if len(rows) == 1 and len(rows[0]) == 1 else None
        return Measured(observed=value if isinstance(value, int | float | Decimal) else None)


@dataclass(frozen=True)
class TwoTables:
    """How many rows this table and another have.

    Args:
        rows: counted here.
        other: a statement that counts the other table's.
    """

    rows: Aggregate
    other: Query

    @property
    def questions(self) -> tuple[Question, ...]:
        """Both counts."""
        return (self.rows, self.other)

    def read(self, answers: Answers) -> Measured:
        """Both counts."""
        return Measured(observed={"self": answers[0], "other": answers[1][0][0]})


@dataclass(frozen=True)
class ColumnCount:
    """How many columns the table has."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """The columns."""
        return (Columns(),)

    def read(self, answers: Answers) -> Measured:
        """Their number."""
        return Measured(observed=len(answers[0]))


@dataclass(frozen=True)
class ColumnType:
    """The type of one column.

    Args:
        column: its name.
    """

    column: str

    @property
    def questions(self) -> tuple[Question, ...]:
        """The columns."""
        return (Columns(),)

    def read(self, answers: Answers) -> Measured:
        """The name of its type."""
        types = dict(answers[0])
        return Measured(observed=type_name(types[self.column]) if self.column in types else None)


def type_name(written: str) -> str:
    """The name of a ClickHouse type without its parameters, Nullable and LowCardinality."""
    for wrapper in ("LowCardinality(", "Nullable("):
        written = written.strip().removeprefix(wrapper)
    return written.partition("(")[0].strip(" )")


@dataclass(frozen=True)
class Structure:
    """The table's columns.

    Args:
        ordered: in their order, not sorted by name.
    """

    ordered: bool = True

    @property
    def questions(self) -> tuple[Question, ...]:
        """Names and types."""
        return (Columns(),)

    def read(self, answers: Answers) -> Measured:
        """Names as observed value."""
        names = [name for name, _ in answers[0]]
        return Measured(observed=names if self.ordered else sorted(names))
