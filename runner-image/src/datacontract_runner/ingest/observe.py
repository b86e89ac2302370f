"""What is there: the columns of tables and of sources, and how many rows a table holds."""

from datacontract_runner import sql
from datacontract_runner.ingest import settings
from datacontract_runner.ingest.column import Column
from datacontract_runner.ingest.render import Selectable
from datacontract_runner.warehouse import Connection, Statement

_TABLE_COLUMNS = """
SELECT name, type FROM system.columns
WHERE database = {database:String} AND table = {table:String} AND default_kind NOT IN ('MATERIALIZED', 'ALIAS')
ORDER BY position
"""


def observe_columns(connection: Connection, database: str, table: str) -> tuple[Column, ...]:
    """The columns of a table that rows can be inserted into; empty when there is no such table."""
    rows = connection.rows(_TABLE_COLUMNS, {"database": database, "table": table})
    return tuple(Column(name, type_) for name, type_ in rows)


def count_rows(connection: Connection, database: str, table: str) -> int:
    """How many rows a table holds; `system.tables.total_rows` is wrong after lightweight deletes."""
    return int(connection.value(f"SELECT count() FROM {sql.qualified(database, table)}"))  # noqa: S608


def describe(connection: Connection, source: Selectable, names_only: bool) -> tuple[Column, ...]:
    """The columns that ClickHouse finds in a source.

    Args:
        connection: the warehouse.
        source: the source, rendered without a structure.
        names_only: the types do not matter, which saves reading rows of a CSV file.
    """
    wanted = {**source.settings, **settings.INFER}
    if names_only:
        wanted |= settings.HEADER_ONLY
    rows = connection.rows(Statement(f"DESCRIBE TABLE {source.text}", settings=wanted, secrets=source.secrets))
    return tuple(Column(row[0], _known(row[1])) for row in rows)


def _known(type_: str) -> str:
    """A column without a single value has the type Nothing, which no table can hold."""
    return "Nullable(String)" if type_ == "Nullable(Nothing)" else type_
