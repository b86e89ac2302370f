"""Puts the questions of checks to the warehouse and brings the answers back."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from datacontract_runner.quality import plan
from datacontract_runner.quality.check import Check
from datacontract_runner.quality.plan import TablePlan
from datacontract_runner.quality.questions import Aggregate, Columns, Expectation, Query, Question, Unanswered
from datacontract_runner.warehouse import Connection, Statement, StatementFailed


class Delegate(Protocol):
    """Whoever evaluates the expectations that do not compile."""

    def evaluate(self, table: str, expectations: Iterable[Expectation]) -> list[Mapping[str, Any] | Unanswered]:
        """The validation results of some expectations about one table, in their order."""


Found = dict[Question, Any]
"""Answers by question; an `Unanswered` where there is none."""


class Examiner:
    """Asks about the tables of one database.

    Args:
        connection: to the warehouse.
        database: the stage.
        delegate: called only when some expectation does not compile.
    """

    def __init__(self, connection: Connection, database: str, delegate: Delegate) -> None:
        self._connection = connection
        self._database = database
        self._delegate = delegate

    def examine(self, table: TablePlan) -> Found:
        """Everything that was asked about one table; a question that cannot be answered spoils no other."""
        found: Found = dict(self._aggregates(table.table, table.aggregates))
        for query in table.queries:
            found[query] = self.ask(table.table, query)
        if table.structure:
            rows = self._rows(plan.describe(self._database, table.table))
            found[Columns()] = rows if isinstance(rows, Unanswered) else [tuple(row[:2]) for row in rows]
        if table.expectations:
            found.update(zip(table.expectations, self._delegate.evaluate(table.table, table.expectations), strict=True))
        return found

    def ask(self, table: str, query: Query) -> list[tuple[Any, ...]] | Unanswered:
        """The rows of one statement about a table."""
        return self._rows(plan.statement(self._database, table, query))

    def _aggregates(self, table: str, aggregates: tuple[Aggregate, ...]) -> Iterable[tuple[Question, Any]]:
        """One SELECT; when ClickHouse refuses it, halves of it, so that the culprit alone stays unanswered."""
        if not aggregates:
            return []
        rows = self._rows(plan.select(self._database, table, aggregates))
        if not isinstance(rows, Unanswered):
            return zip(aggregates, rows[0], strict=True)
        if len(aggregates) == 1:
            return [(aggregates[0], rows)]
        middle = len(aggregates) // 2
        halves = (aggregates[:middle], aggregates[middle:])
        return [answer for half in halves for answer in self._aggregates(table, half)]

    def _rows(self, statement: Statement) -> list[tuple[Any, ...]] | Unanswered:
        try:
            return self._connection.rows(statement)
        except StatementFailed as error:
            return Unanswered(error.code, error.message)


def answers(check: Check, found: Found) -> list[Any] | Unanswered:
    """The answers to a check's questions in their order, or why one of them is missing."""
    given = [found[question] for question in check.questions]
    return next((answer for answer in given if isinstance(answer, Unanswered)), given)
