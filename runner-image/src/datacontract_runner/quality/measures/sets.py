"""Measures of a column's distinct values."""

from dataclasses import dataclass

from datacontract_runner.quality.check import Measured
from datacontract_runner.quality.measures.pieces import all_of
from datacontract_runner.quality.questions import TABLE, Aggregate, Answers, Query, Question


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
