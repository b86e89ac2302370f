"""How dbt quotes columns: as ClickHouse reads them, whatever a source calls them."""

from typing import Any

from datacontract_runner import sql


def quote_columns() -> None:
    """Makes dbt-clickhouse quote columns as we do; repeating it changes nothing.

    By itself it puts double quotes around a name and escapes nothing, so that a column named ``a") SELECT ... --``, of
    a source that nobody declared columns for, would be a part of its INSERT.
    """
    # Imported here: dbt takes a second to load, and other stages do not need it.
    from dbt.adapters.clickhouse import ClickHouseAdapter, ClickHouseColumn

    ClickHouseColumn.quoted = property(_quoted)
    ClickHouseAdapter.quote = staticmethod(sql.identifier)


def _quoted(column: Any) -> str:
    return sql.identifier(column.column)
