"""Reads tables and views: kinds, columns, comments, TTLs, definers, masking views."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from datacontract_runner.governance import scan
from datacontract_runner.governance.model import Column, MaskingView, Object, Table, TableKind
from datacontract_runner.governance.view_select import parse_select
from datacontract_runner.warehouse import Connection

_TABLES = """
SELECT name, engine, engine_full, comment, create_table_query, as_select
FROM system.tables WHERE database = {database:String} AND NOT is_temporary AND NOT startsWith(name, '.')
ORDER BY name
"""
_COLUMNS = """
SELECT table, name, type, comment
FROM system.columns WHERE database = {database:String} AND default_kind != 'EPHEMERAL'
ORDER BY table, position
"""
_DEFINER = " DEFINER = "
_SECURITY = " SQL SECURITY DEFINER"


def observe_tables(connection: Connection, database: str) -> tuple[Table, ...]:
    """Every table and view of a database, in the order of their names; none when the database does not exist."""
    columns: dict[str, list[Column]] = {}
    for table, name, kind, comment in connection.rows(_COLUMNS, {"database": database}):
        columns.setdefault(table, []).append(Column(name, kind, comment))
    return tuple(
        Table(
            Object(database, name),
            table_kind(engine),
            tuple(columns.get(name, ())),
            comment=comment,
            ttl=ttl_of(engine_full),
            definer=definer_of(ddl) if engine == "View" else "",
        )
        for name, engine, engine_full, comment, ddl, _ in connection.rows(_TABLES, {"database": database})
    )


def observe_views(connection: Connection, databases: Iterable[str]) -> Mapping[Object, MaskingView | None]:
    """What stands where masking views are: read as such, or None for an object that is no view."""
    found = {database: connection.rows(_TABLES, {"database": database}) for database in databases}
    return {view: parsed for database, rows in found.items() for view, parsed in _views(database, rows)}


def _views(database: str, rows: list[tuple[Any, ...]]) -> Iterator[tuple[Object, MaskingView | None]]:
    for name, engine, _, _, ddl, select in rows:
        view = Object(database, name)
        source, columns = parse_select(select) or (view, None)
        yield view, MaskingView(view, source, definer_of(ddl), columns) if engine == "View" else None


def table_kind(engine: str) -> TableKind:
    """What an engine makes of an object."""
    if engine.endswith("MergeTree"):
        return TableKind.MERGE_TREE
    return TableKind.VIEW if engine == "View" else TableKind.OTHER


def ttl_of(engine_full: str) -> str:
    """The TTL expression of a table, from `system.tables.engine_full`; nothing when it has none."""
    at = scan.find(engine_full, " TTL ")
    if at < 0:
        return ""
    rest = engine_full[at + len(" TTL ") :]
    end = scan.find(rest, " SETTINGS ")
    return rest[:end] if end >= 0 else rest


def definer_of(create_query: str) -> str:
    """The account whose rights a view reads with, from its DDL; nothing when it is the reader's own."""
    end = scan.find(create_query, _SECURITY)
    start = scan.find(create_query[:end], _DEFINER) if end >= 0 else -1
    return scan.unquoted(create_query[start + len(_DEFINER) : end]) if start >= 0 else ""
