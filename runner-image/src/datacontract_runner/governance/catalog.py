"""The catalog in the ledger: read, and brought up to date row by row."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from datacontract_api.contract import DataContract
from datacontract_runner import sql
from datacontract_runner.governance.catalog_rows import Catalog, CatalogColumn, CatalogGrant, Dataset, LineageEdge
from datacontract_runner.ledger import LEDGER_DATABASE, Ledger
from datacontract_runner.ledger.schema import table as ledger_table

Row = TypeVar("Row", Dataset, CatalogColumn, CatalogGrant, LineageEdge)


def catalog(ledger: Ledger, contract_name: str = "") -> Catalog:
    """What the catalog says.

    Args:
        ledger: where it is.
        contract_name: ``namespace/name`` of one contract; all contracts when empty.
    """
    return Catalog(
        datasets=_read(ledger, "datasets", Dataset, contract_name),
        columns=_read(ledger, "columns", CatalogColumn, contract_name),
        grants=_read(ledger, "grants", CatalogGrant, contract_name),
        lineage=_read(ledger, "lineage", LineageEdge, contract_name),
    )


def record_catalog(ledger: Ledger, contract_name: str, wanted: Catalog) -> int:
    """Makes the catalog say of one contract what it shall say; returns how many rows were written, none when it did."""
    present = catalog(ledger, contract_name)
    return sum(
        (
            _write(ledger, "datasets", present.datasets, wanted.datasets),
            _write(ledger, "columns", present.columns, wanted.columns),
            _write(ledger, "grants", present.grants, wanted.grants),
            _write(ledger, "lineage", present.lineage, wanted.lineage),
        )
    )


def observe_ttls(ledger: Ledger, contract: DataContract) -> Mapping[str, str]:
    """The TTL that this contract's retention gave, by table; nothing where there is no ledger yet."""
    exists = ledger.connection.value(
        "SELECT count() FROM system.tables WHERE database = {d:String} AND name = 'datasets'", {"d": LEDGER_DATABASE}
    )
    if not exists:
        return {}
    condition = "contract = {c:String} AND database = {d:String} AND NOT deleted"
    parameters = {"c": contract.qualified_name, "d": contract.database}
    return dict(ledger.select("datasets", "table, ttl", condition, parameters))


def _read(ledger: Ledger, table: str, kind: type[Row], contract_name: str) -> tuple[Row, ...]:
    names = sql.columns(field.name for field in fields(kind))
    condition = "NOT deleted AND ({c:String} = '' OR contract = {c:String})"
    rows = ledger.select(table, names, condition, {"c": contract_name})
    return tuple(sorted(kind(*map(_value, row)) for row in rows))


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else value


def _write(ledger: Ledger, table: str, present: Iterable[Row], wanted: Iterable[Row]) -> int:
    key = ledger_table(table).order_by
    have, want = {_key(row, key): row for row in present}, {_key(row, key): row for row in wanted}
    changed: list[dict[str, Any]] = [
        asdict(row) | {"deleted": False} for at, row in want.items() if have.get(at) != row
    ]
    gone: list[dict[str, Any]] = [asdict(row) | {"deleted": True} for at, row in have.items() if at not in want]
    ledger.insert(table, [*changed, *gone])
    return len(changed) + len(gone)


def _key(row: Row, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
