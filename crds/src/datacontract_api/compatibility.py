"""What a change of a contract breaks for those who read its tables, and the rule that keeps it to new major versions.

The rule is evaluated by the API server on every update (CEL, `NO_SILENT_BREAK`) and by `contractctl diff`
(`breaking_changes`); one table of cases in the tests is tried on both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datacontract_api.base import Rule
from datacontract_api.schema import SchemaObject, SchemaProperty

if TYPE_CHECKING:
    from datacontract_api.contract import DataContract

_SAME_COLUMN = (
    "p.physicalType == o.physicalType && p.?primaryKey.orValue(false) == o.?primaryKey.orValue(false) "
    "&& (!o.?required.orValue(false) || p.?required.orValue(false))"
)
_COLUMNS_BY_TABLE = (
    "self.schema.transformMapEntry(i, t, {(has(t.physicalName) ? t.physicalName : t.name): "
    "t.properties.transformMapEntry(j, p, {p.name: p})})"
)
_PROMISES_KEPT = (
    f"[{_COLUMNS_BY_TABLE}].all(tables, oldSelf.schema.all(t, "
    "(has(t.physicalName) ? t.physicalName : t.name) in tables "
    "&& [tables[has(t.physicalName) ? t.physicalName : t.name]].all(columns, "
    f"t.properties.all(o, o.name in columns && [columns[o.name]].all(p, {_SAME_COLUMN})))))"
)

NO_SILENT_BREAK = Rule(
    # Maps, since nested `exists` costs too much beyond 10 tables of 50 columns; the first comparison spares the work
    # when the schema did not change, as in every write of status.
    cel="self.schema == oldSelf.schema "
    "|| int(self.version.split('.')[0]) > int(oldSelf.version.split('.')[0]) "
    f"|| {_PROMISES_KEPT}",
    message="this breaks what was promised (a table or column removed, a type, key or nullability changed): "
    "raise the major number of spec.version, or keep the promise; `contractctl diff` lists the changes",
    field="version",
)
"""Needs Kubernetes 1.32 or later, for ``transformMapEntry``. Its Python twin is `breaking_changes`."""


@dataclass(frozen=True)
class Change:
    """One broken promise.

    Args:
        table: table concerned.
        column: column concerned, None when it is the whole table.
        message: what was promised and what is promised now.
        field: the column's field concerned, by its name in YAML; empty when it is the whole column or table.
    """

    table: str
    column: str | None
    message: str
    field: str = ""

    def __str__(self) -> str:
        return f"{self.table}{f'.{self.column}' if self.column else ''}: {self.message}"


def breaking_changes(old: DataContract, new: DataContract) -> list[Change]:
    """What readers of the old contract's tables lose with the new one, in the old one's order.

    Added tables and columns break nothing, nor does a column that becomes required. A column's type may not change at
    all: a wider type is another type to typed clients.
    """
    tables = {schema_object.table: schema_object for schema_object in new.spec.schema_}
    changes: list[Change] = []
    for promised in old.spec.schema_:
        changes.extend(_table_changes(promised, tables.get(promised.table)))
    return changes


def is_new_major(old: DataContract, new: DataContract) -> bool:
    """Whether the new version's major number is greater, which announces that promises are broken."""
    return _major(new) > _major(old)


def _major(contract: DataContract) -> int:
    return int(contract.spec.version.split(".")[0])


def _table_changes(old: SchemaObject, new: SchemaObject | None) -> Iterator[Change]:
    if new is None:
        yield Change(old.table, None, "the table is no longer promised")
        return
    for promised in old.properties:
        for field, message in _column_changes(promised, new.column(promised.name)):
            yield Change(old.table, promised.name, message, field)


def _column_changes(old: SchemaProperty, new: SchemaProperty | None) -> Iterator[tuple[str, str]]:
    """Field and message of each broken promise of a column."""
    if new is None:
        yield "", "the column is no longer promised"
        return
    if new.physical_type != old.physical_type:
        yield "physicalType", f"the type was {old.physical_type} and becomes {new.physical_type}"
    if new.primary_key != old.primary_key:
        yield "primaryKey", f"the column {'leaves' if old.primary_key else 'joins'} the primary key"
    if old.required and not new.required:
        yield "required", "the column was never null and may become so"
