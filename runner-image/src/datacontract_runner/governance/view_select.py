"""The SELECT of a masking view: written, and read back from what ClickHouse makes of it. Purely computational."""

from datacontract_runner import sql
from datacontract_runner.governance import scan
from datacontract_runner.governance.model import MaskingView, Object


def render_select(view: MaskingView) -> str:
    """The SELECT of a view; its columns must be known."""
    assert view.columns is not None
    items = ", ".join(f"{expression} AS {sql.identifier(name)}" for name, expression in view.columns)
    return f"SELECT {items} FROM {view.source.sql}"  # noqa: S608


def parse_select(select: str) -> tuple[Object, tuple[tuple[str, str], ...]] | None:
    """Reads a SELECT as ClickHouse formats it; None when it has not the form that `render_select` writes.

    Returns:
        The table, and name and expression of each column.
    """
    end = scan.find_last(select, " FROM ")
    source = _source(select[end + len(" FROM ") :]) if end >= 0 else None
    if source is None or not select.startswith("SELECT "):
        return None
    columns = [_column(item) for item in scan.split(select[len("SELECT ") : end])]
    return (source, tuple(c for c in columns if c)) if all(columns) else None


def _source(text: str) -> Object | None:
    parts = [scan.unquoted(part) for part in scan.split(text, ".")]
    names = len(parts) == 2 and all(part and part.isidentifier() for part in parts)
    return Object(parts[0], parts[1]) if names else None


def _column(item: str) -> tuple[str, str] | None:
    at = scan.find_last(item, " AS ")
    return (scan.unquoted(item[at + len(" AS ") :]), item[:at]) if at > 0 else None
