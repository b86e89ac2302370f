"""The measures: what to ask the warehouse, and how its answers become a measurement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from datacontract_runner import sql
from datacontract_runner.quality.check import Measured
from datacontract_runner.quality.questions import TABLE, Aggregate, Answers, Columns, Expectation, Query, Question


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


@dataclass(frozen=True)
class Rows:
    """Counts the rows that break a rule.

    Args:
        unexpected: SQL condition of a row that breaks it.
        missing: SQL condition of a row that the rule ignores, never NULL; None when it ignores none.
        where: SQL condition of the rows to look at; None for every row.
    """

    unexpected: str
    missing: str | None = None
    where: str | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """How many rows, how many of them ignored, how many unexpected."""
        total = count_where(self.where)
        unexpected = count_where(self.where, negated(self.missing), self.unexpected)
        missing = () if self.missing is None else (count_where(self.where, self.missing),)
        return (total, unexpected, *missing)

    def read(self, answers: Answers) -> Measured:
        """Counts of rows."""
        total, unexpected, *missing = answers
        return Measured(total, missing[0] if missing else None, unexpected)


@dataclass(frozen=True)
class Duplicates:
    """Counts the rows whose key occurs more than once. Rows with a NULL in the key are never duplicates.

    Args:
        columns: the key.
        missing: SQL condition of a row that does not count as considered, never NULL.
        where: SQL condition of the rows to look at; None for every row.
    """

    columns: tuple[str, ...]
    missing: str | None = None
    where: str | None = None

    @property
    def keys(self) -> str:
        """SELECT of the keys that occur more than once."""
        return self._repeated(sql.columns(self.columns))

    @property
    def questions(self) -> tuple[Question, ...]:
        """How many rows, how many of them ignored, and one GROUP BY for the keys that occur more than once."""
        groups = self._repeated("count() AS `__datacontract_rows`")
        missing = () if self.missing is None else (count_where(self.where, self.missing),)
        return (
            count_where(self.where),
            Query(f"SELECT sum(`__datacontract_rows`), count() FROM ({groups})"),  # noqa: S608
            *missing,
        )

    def _repeated(self, selected: str) -> str:
        nulls = all_of(*(f"isNotNull({sql.identifier(column)})" for column in self.columns), self.where)
        key = sql.columns(self.columns)
        return f"SELECT {selected} FROM {TABLE} WHERE {nulls} GROUP BY {key} HAVING count() > 1"  # noqa: S608

    def read(self, answers: Answers) -> Measured:
        """Rows that share their key with another row; `details` tells how many keys they are."""
        total, rows, *missing = answers
        duplicates, keys = rows[0]
        return Measured(total, missing[0] if missing else None, int(duplicates), details={"keys": keys})


STATISTICS = "`__datacontract_statistics`"
"""Name of the tuple that `RowsAgainst` computes first."""


@dataclass(frozen=True)
class RowsAgainst:
    """Counts the rows that break a rule about the column's own statistics.

    Args:
        statistics: SQL aggregates, separated by commas; `STATISTICS` holds them.
        unexpected: SQL condition of a row that breaks the rule, in terms of `STATISTICS`.
        missing: SQL condition of a row that the rule ignores, never NULL.
        present: SQL condition of the rows that the statistics are computed from.
        where: SQL condition of the rows to look at; None for every row.
    """

    statistics: str
    unexpected: str
    missing: str
    present: str
    where: str | None = None

    @property
    def prelude(self) -> str:
        """WITH clause that computes the statistics."""
        return f"WITH (SELECT tuple({self.statistics}) FROM {TABLE} WHERE {self.present}) AS {STATISTICS} "  # noqa: S608

    @property
    def questions(self) -> tuple[Question, ...]:
        """How many rows, how many of them ignored, and one statement for the unexpected ones."""
        query = Query(f"{self.prelude}SELECT countIf({self.unexpected}) FROM {TABLE}")  # noqa: S608
        return count_where(self.where), query, count_where(self.where, self.missing)

    def read(self, answers: Answers) -> Measured:
        """Counts of rows."""
        total, rows, missing = answers
        return Measured(total, missing, rows[0][0])


@dataclass(frozen=True)
class Value:
    """One aggregate over the table.

    Args:
        aggregate: the expression.
    """

    aggregate: Aggregate

    @property
    def questions(self) -> tuple[Question, ...]:
        """The aggregate itself."""
        return (self.aggregate,)

    def read(self, answers: Answers) -> Measured:
        """The aggregate's value; none when it is not a number."""
        return Measured(observed=_present(answers[0]))


@dataclass(frozen=True)
class Ratio:
    """One count over another; 0 when there is nothing to divide by.

    Args:
        part: counted.
        whole: counted; what is divided by.
    """

    part: Aggregate
    whole: Aggregate

    @property
    def questions(self) -> tuple[Question, ...]:
        """Both counts."""
        return (self.part, self.whole)

    def read(self, answers: Answers) -> Measured:
        """The quotient."""
        part, whole = answers
        return Measured(observed=part / whole if whole else 0)


@dataclass(frozen=True)
class Median:
    """The middle value, or the mean of the two in the middle. NaN comes after every number, as in ORDER BY.

    Args:
        column: SQL expression of the column.
        where: SQL condition of the rows to look at.
        floating: the column may hold NaN, which ClickHouse's own medians leave out.
    """

    column: str
    where: str | None = None
    floating: bool = False

    @property
    def questions(self) -> tuple[Question, ...]:
        """The two values in the middle; for floats also how many values there are, and how many are NaN."""
        ordered = f"if(isNaN({self.column}), inf, {self.column})" if self.floating else self.column
        middle = (aggregate(f"quantileExact{end}", ordered, self.where, "0.5") for end in ("Low", "High"))
        counts = (f"isNotNull({self.column})", f"isNaN({self.column})") if self.floating else ()
        return (*middle, *(count_where(condition, self.where) for condition in counts))

    def read(self, answers: Answers) -> Measured:
        """The median; none when a value in the middle is NaN."""
        low, high, *counts = answers
        if high is None or (counts and counts[0] // 2 >= counts[0] - counts[1]):
            return Measured()
        return Measured(observed=high if low == high else _present(float(low + high) / 2))


@dataclass(frozen=True)
class Quantiles:
    """Several quantiles of one column, exact.

    Args:
        column: SQL expression of the column.
        levels: between 0 and 1.
        where: SQL condition of the rows to look at.
    """

    column: str
    levels: tuple[float, ...]
    where: str | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """All of them in one aggregate, and whether there is any value at all."""
        levels = ", ".join(repr(level) for level in self.levels)
        combinator, condition = ("If", f", {self.where}") if self.where else ("", "")
        exact = Aggregate(f"quantilesExact{combinator}({levels})({self.column}{condition})")
        return exact, count_where(f"isNotNull({self.column})", self.where)

    def read(self, answers: Answers) -> Measured:
        """The values, in the order of the levels; all None when the column holds none."""
        values, present = answers
        found = [_present(value) for value in values] if present else [None for _ in self.levels]
        return Measured(observed={"quantiles": list(self.levels), "values": found})


@dataclass(frozen=True)
class DistinctValues:
    """How the column's distinct values differ from a set.

    Args:
        column: SQL expression of the column.
        listed: the set as SQL literals.
        size: how many they are.
        where: SQL condition of the rows to look at.
    """

    column: str
    listed: str
    size: int
    where: str | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """How many distinct values are outside the set, and how many inside."""
        return self._distinct("NOT IN"), self._distinct("IN")

    def _distinct(self, operator: str) -> Aggregate:
        condition = f"{self.column} {operator} ({self.listed})" if self.listed else str(operator != "IN").lower()
        return Aggregate(f"uniqExactIf({self.column}, {all_of(f'isNotNull({self.column})', condition, self.where)})")

    def read(self, answers: Answers) -> Measured:
        """Values outside the set as unexpected, values that the column lacks as missing."""
        outside, inside = answers
        return Measured(missing_count=self.size - inside, unexpected_count=outside)


@dataclass(frozen=True)
class MostCommon:
    """The values that occur most often.

    Args:
        column: SQL expression of the column.
        where: SQL condition of the rows to look at.
    """

    column: str
    where: str | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """One GROUP BY of its own."""
        present = all_of(f"isNotNull({self.column})", self.where)
        first = (
            f"SELECT {self.column} FROM {TABLE} WHERE {present} GROUP BY {self.column} "  # noqa: S608
            "ORDER BY count() DESC LIMIT 1 WITH TIES"
        )
        return (Query(f"SELECT * FROM ({first}) ORDER BY 1"),)  # noqa: S608

    def read(self, answers: Answers) -> Measured:
        """All values that share the first place."""
        return Measured(observed=[value for (value,) in answers[0]])


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
        value = _present(rows[0][0]) if len(rows) == 1 and len(rows[0]) == 1 else None
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


@dataclass(frozen=True)
class Delegated:
    """Whatever Great Expectations' own engine makes of an expectation.

    Args:
        type: name or import path.
        kwargs: its arguments.
    """

    type: str
    kwargs: Mapping[str, Any] = field(hash=False)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The expectation."""
        return (Expectation(self.type, self.kwargs),)

    def read(self, answers: Answers) -> Measured:
        """Its result's own fields."""
        document = answers[0]
        result = document.get("result") or {}
        return Measured(
            element_count=result.get("element_count"),
            missing_count=result.get("missing_count"),
            unexpected_count=result.get("unexpected_count"),
            observed=result.get("observed_value"),
            details=result.get("details") or {},
            verdict=bool(document["success"]),
        )


def _present(value: Any) -> Any:
    """None for NaN, which is no value to compare with."""
    return None if isinstance(value, float) and value != value else value
