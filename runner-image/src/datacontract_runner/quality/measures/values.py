"""Measures of one value, or a few, computed from a column."""

from dataclasses import dataclass

from datacontract_runner.quality.check import Measured
from datacontract_runner.quality.measures.pieces import aggregate, count_where, present
from datacontract_runner.quality.questions import Aggregate, Answers, Question


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
        return Measured(observed=present(answers[0]))


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
        return Measured(observed=high if low == high else present(float(low + high) / 2))


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
        values, how_many = answers
        found = [present(value) for value in values] if how_many else [None for _ in self.levels]
        return Measured(observed={"quantiles": list(self.levels), "values": found})
