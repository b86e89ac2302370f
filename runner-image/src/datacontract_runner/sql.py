"""How identifiers and literals are written into SQL. Everything that renders a statement quotes through here."""

from collections.abc import Iterable

_ESCAPES = str.maketrans(
    {"\\": "\\\\", "'": "\\'", "`": "\\`", "\0": "\\0", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)


def identifier(name: str) -> str:
    """Quotes one identifier (database, table, column, role, policy) for ClickHouse.

    Raises:
        ValueError: for an empty name, which ClickHouse cannot hold.
    """
    if not name:
        raise ValueError("an identifier cannot be empty")
    return f"`{name.translate(_ESCAPES)}`"


def qualified(database: str, table: str) -> str:
    """Quotes ``database.table``."""
    return f"{identifier(database)}.{identifier(table)}"


def columns(names: Iterable[str]) -> str:
    """Quotes a comma-separated list of identifiers."""
    return ", ".join(identifier(name) for name in names)


def literal(value: str | int | bool | None) -> str:
    """Writes one literal, for the places where ClickHouse takes no parameter (DDL, table functions, comments)."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return f"'{value.translate(_ESCAPES)}'"
