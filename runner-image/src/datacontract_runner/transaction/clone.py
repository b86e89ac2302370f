"""Bringing live tables into a stage without copying their rows."""

from collections.abc import Iterable

from datacontract_api.errors import Unsupported
from datacontract_runner import sql
from datacontract_runner.warehouse import Connection, StatementFailed

_SUPPORT_IS_DISABLED = 344
_UNKNOWN_TABLE = 60


class StartOver(Exception):
    """A table changed while it was cloned."""


def clone_tables(connection: Connection, database: str, stage: str, names: Iterable[str]) -> None:
    """Clones tables: structure by CREATE TABLE AS, rows by ATTACH PARTITION ALL, which links the parts.

    ``CLONE AS`` in one statement loses a pending mutation, and leaves an empty table where patch parts are pending.

    Raises:
        StartOver: a table was updated or dropped in between, or the clone has another number of rows.
        Unsupported: the warehouse cannot clone it.
    """
    tables = list(names)
    for name in tables:
        _clone(connection, database, stage, name)
    different = _different_counts(connection, database, stage, tables)
    if different:
        raise StartOver(f"rows of {', '.join(different)}")


def _clone(connection: Connection, database: str, stage: str, name: str) -> None:
    live, staged = sql.qualified(database, name), sql.qualified(stage, name)
    try:
        connection.execute(f"CREATE TABLE {staged} AS {live}")
        connection.execute(f"ALTER TABLE {staged} ATTACH PARTITION ALL FROM {live}")
    except StatementFailed as error:
        if error.code == _UNKNOWN_TABLE or "unapplied patch parts" in error.message:
            raise StartOver(name) from None
        if error.code == _SUPPORT_IS_DISABLED:
            raise Unsupported(f"{database}.{name} cannot be cloned: {error.message}") from None
        raise


def _different_counts(connection: Connection, database: str, stage: str, tables: list[str]) -> list[str]:
    if not tables:
        return []
    pairs = " UNION ALL ".join(
        f"SELECT {sql.literal(name)} AS name, (SELECT count() FROM {sql.qualified(database, name)}) AS l, "  # noqa: S608
        f"(SELECT count() FROM {sql.qualified(stage, name)}) AS s"
        for name in tables
    )
    return [str(name) for (name,) in connection.rows(f"SELECT name FROM ({pairs}) WHERE l != s ORDER BY name")]  # noqa: S608
