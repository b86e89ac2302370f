"""Tables that live in memory are carried over when the engine restarts: a change of grants must not empty them.

A server loses them when it restarts, and so does this one when its process ends. But here the engine restarts for every
change of users or grants, which on a server would touch no data.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.sql import identifier, qualified

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CarriedTable:
    """A table's rows in the Native format, and for a temporary table how to create it."""

    name: str
    rows: bytes
    create: str = ""


def carry_memory_tables(root: Connection) -> tuple[CarriedTable, ...]:
    """Reads all rows of tables with the engine Memory."""
    found = root.rows(
        "SELECT database, name FROM system.tables "
        "WHERE engine = 'Memory' AND NOT is_temporary AND total_rows > 0 "
        "AND lower(database) NOT IN ('system', 'information_schema') FORMAT JSONCompactEachRow"
    )
    names = (qualified(database, name) for database, name in found)
    return tuple(_readable(root, names))


def _readable(root: Connection, names: Iterator[str]) -> Iterator[CarriedTable]:
    for name in names:
        try:
            yield CarriedTable(name, _rows(root, name))
        except Rejection as rejection:
            log.warning("the rows of %s do not survive the restart: %s", name, rejection)


def restore_memory_tables(root: Connection, tables: tuple[CarriedTable, ...]) -> None:
    """Puts the rows back."""
    for table in tables:
        try:
            _restore(root, table)
        except Rejection as rejection:
            log.warning("the rows of %s did not survive the restart: %s", table.name, rejection)


def carry_temporary_tables(connection: Connection) -> tuple[CarriedTable, ...]:
    """Reads the temporary tables of a session's connection."""
    found = connection.rows(
        "SELECT name, create_table_query FROM system.tables WHERE is_temporary FORMAT JSONCompactEachRow"
    )
    return tuple(CarriedTable(identifier(name), _rows(connection, identifier(name)), create) for name, create in found)


def restore_temporary_tables(connection: Connection, tables: tuple[CarriedTable, ...]) -> None:
    """Creates the temporary tables again on a new connection of the session."""
    for table in tables:
        connection.query(table.create)
        _restore(connection, table)


def _rows(connection: Connection, name: str) -> bytes:
    return connection.query(f"SELECT * FROM {name}", "Native").data  # noqa: S608


def _restore(connection: Connection, table: CarriedTable) -> None:
    if table.rows:
        connection.insert(f"INSERT INTO {table.name}", "Native", [table.rows])
