"""From checks to statements: one SELECT per table for everything that aggregates, the rest each on its own."""

from collections.abc import Iterable
from dataclasses import dataclass

from datacontract_runner import sql
from datacontract_runner.quality.check import Check
from datacontract_runner.quality.questions import TABLE, Aggregate, Columns, Expectation, Query
from datacontract_runner.warehouse import Settings, Statement

LARGE: Settings = {
    "max_query_size": 64 << 20,
    "max_ast_elements": 10_000_000,
    "max_expanded_ast_elements": 10_000_000,
    "join_use_nulls": 0,
    "aggregate_functions_null_for_empty": 0,
}
"""A SELECT that carries a whole suite is longer than ClickHouse expects of a person, and means the same everywhere."""


@dataclass(frozen=True)
class TablePlan:
    """What is asked about one table.

    Args:
        table: its name in the stage.
        aggregates: answered together by one SELECT, each once.
        queries: each a statement of its own, each once.
        structure: whether the table's columns are asked for.
        expectations: left to Great Expectations' own engine.
    """

    table: str
    aggregates: tuple[Aggregate, ...]
    queries: tuple[Query, ...]
    structure: bool
    expectations: tuple[Expectation, ...]

    @property
    def statements(self) -> int:
        """How many statements go to the warehouse, those of Great Expectations' engine aside."""
        return bool(self.aggregates) + len(self.queries) + self.structure


def plan_tables(checks: Iterable[Check]) -> tuple[TablePlan, ...]:
    """What to ask about each table. Purely computational, no side effects.

    Args:
        checks: of one contract.
    """
    by_table: dict[str, list[Check]] = {}
    for check in checks:
        by_table.setdefault(check.table, []).append(check)
    return tuple(_plan(table, of_table) for table, of_table in by_table.items())


def _plan(table: str, checks: list[Check]) -> TablePlan:
    questions = [question for check in checks for question in check.questions]
    return TablePlan(
        table=table,
        aggregates=tuple(dict.fromkeys(question for question in questions if isinstance(question, Aggregate))),
        queries=tuple(dict.fromkeys(question for question in questions if isinstance(question, Query))),
        structure=any(isinstance(question, Columns) for question in questions),
        expectations=tuple(question for question in questions if isinstance(question, Expectation)),
    )


def select(database: str, table: str, aggregates: Iterable[Aggregate]) -> Statement:
    """The one SELECT of a table.

    Args:
        database: the stage.
        table: its name.
        aggregates: what to compute, at least one.
    """
    expressions = ",\n  ".join(aggregate.sql for aggregate in aggregates)
    return Statement(f"SELECT\n  {expressions}\nFROM {sql.qualified(database, table)}", settings=LARGE)


def statement(database: str, table: str, query: Query) -> Statement:
    """A statement of its own.

    Args:
        database: the stage.
        table: the table that the query is about.
        query: the query.
    """
    text = query.sql.replace(TABLE, sql.qualified(database, table))
    return (
        Statement(_guarded(text), settings={"database": database}) if query.guarded else Statement(text, settings=LARGE)
    )


def _guarded(select: str) -> str:
    """What the contract's author wrote, as the one SELECT that it must be, which can change nothing.

    ``readonly = 1`` also forbids the table functions that read files and other servers, and cannot be lifted within.
    """
    return f"SELECT * FROM (\n{select}\n) SETTINGS readonly = 1"  # noqa: S608


def describe(database: str, table: str) -> Statement:
    """The statement that lists a table's columns."""
    return Statement(f"DESCRIBE TABLE {sql.qualified(database, table)}", settings={"print_pretty_type_names": 0})
