"""Measures that count the rows which break a rule."""

from dataclasses import dataclass

from datacontract_runner import sql
from datacontract_runner.quality.check import Measured
from datacontract_runner.quality.measures.pieces import all_of, count_where, negated
from datacontract_runner.quality.questions import TABLE, Answers, Query, Question


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
