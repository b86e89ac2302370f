"""Changes of a contract and whether they break what was promised: one table for Python, CEL and the command line."""

from typing import Any

from support.contracts import Document, changed, contract_document

OLD = changed(contract_document(), ("spec", "schema", 0, "properties", 2, "required"), True)

_COLUMNS: tuple[str | int, ...] = ("spec", "schema", 0, "properties")
_ID, _EMAIL, _AMOUNT, _PLACED_AT = OLD["spec"]["schema"][0]["properties"]


def _columns(*columns: dict[str, Any]) -> Document:
    return changed(OLD, _COLUMNS, list(columns))


def _column(index: int, **fields: Any) -> Document:
    return changed(OLD, (*_COLUMNS, index), OLD["spec"]["schema"][0]["properties"][index] | fields)


_TWO_TABLES = changed(OLD, ("spec", "schema", 1), {"name": "more", "properties": [_ID]})

CASES: dict[str, tuple[Document, tuple[str, ...]]] = {
    "nothing changes": (OLD, ()),
    "a description changes": (_column(1, description="Address of the buyer"), ()),
    "a column is added": (_columns(_ID, _EMAIL, _AMOUNT, _PLACED_AT, {"name": "note", "physicalType": "String"}), ()),
    "columns are reordered": (_columns(_PLACED_AT, _AMOUNT, _EMAIL, _ID), ()),
    "a table is added": (_TWO_TABLES, ()),
    "a column becomes required": (_column(1, required=True), ()),
    "a table is renamed and keeps its physical name": (
        changed(OLD, ("spec", "schema", 0), OLD["spec"]["schema"][0] | {"name": "sales", "physicalName": "orders"}),
        (),
    ),
    "a column is removed": (_columns(_ID, _EMAIL, _AMOUNT), ("orders.placed_at: the column is no longer promised",)),
    "a column is renamed": (_column(3, name="placedAt"), ("orders.placed_at: the column is no longer promised",)),
    "a type is narrowed": (
        _column(0, physicalType="UInt32"),
        ("orders.id: the type was UInt64 and becomes UInt32",),
    ),
    "a type is widened": (
        _column(2, physicalType="Decimal(38, 2)"),
        ("orders.amount: the type was Decimal(18, 2) and becomes Decimal(38, 2)",),
    ),
    "a column becomes nullable": (
        _column(0, physicalType="Nullable(UInt64)"),
        ("orders.id: the type was UInt64 and becomes Nullable(UInt64)",),
    ),
    "a column leaves the key": (_column(0, primaryKey=False), ("orders.id: the column leaves the primary key",)),
    "a column joins the key": (_column(3, primaryKey=True), ("orders.placed_at: the column joins the primary key",)),
    "a column is no longer required": (
        _column(2, required=False),
        ("orders.amount: the column was never null and may become so",),
    ),
    "a table gets another physical name": (
        changed(OLD, ("spec", "schema", 0, "physicalName"), "orders_v2"),
        ("orders: the table is no longer promised",),
    ),
}
"""What changes, the document afterwards, and the broken promises in words."""
