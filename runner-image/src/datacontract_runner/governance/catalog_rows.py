"""What the catalog says of one contract, as rows of the ledger. Purely computational, no side effects."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from datacontract_api.contract import DataContract
from datacontract_api.governance import MaskingMethod
from datacontract_api.schema import SchemaObject, SchemaProperty
from datacontract_runner.governance.desired_access import Permission
from datacontract_runner.governance.model import Access, Holding, Table


@dataclass(frozen=True, order=True)
class Dataset:
    """A row of `datasets`."""

    contract: str
    database: str
    table: str
    promised: bool
    version: str
    status: str
    domain: str
    data_product: str
    owner: str
    tags: tuple[str, ...]
    description: str
    ttl: str


@dataclass(frozen=True, order=True)
class CatalogColumn:
    """A row of `columns`."""

    contract: str
    database: str
    table: str
    column: str
    position: int
    type: str
    description: str
    classification: str
    tags: tuple[str, ...]
    owner: str
    pii: bool
    masking: str


@dataclass(frozen=True, order=True)
class CatalogGrant:
    """A row of `grants`."""

    contract: str
    role: str
    database: str
    table: str
    reads: str
    columns: tuple[str, ...]
    pii: str
    rows: str


@dataclass(frozen=True, order=True)
class LineageEdge:
    """A row of `lineage`."""

    contract: str
    upstream: str
    downstream: str
    step: str


@dataclass(frozen=True)
class Catalog:
    """What is known of datasets, columns, grants and lineage; each in the order of its key."""

    datasets: tuple[Dataset, ...] = ()
    columns: tuple[CatalogColumn, ...] = ()
    grants: tuple[CatalogGrant, ...] = ()
    lineage: tuple[LineageEdge, ...] = ()


def describe_contract(
    contract: DataContract,
    tables: Iterable[Table],
    permissions: Iterable[Permission],
    desired: Access,
    edges: Iterable[LineageEdge],
    ttls: Mapping[str, str],
) -> Catalog:
    """What the catalog shall say of one contract.

    Args:
        contract: the contract.
        tables: its tables as they are.
        permissions: its access rules, table by table.
        desired: the access in force.
        edges: its lineage.
        ttls: TTL that retention gave, by table.
    """
    promised = {schema_object.table: schema_object for schema_object in contract.spec.schema_}
    known = [(table, promised.get(table.object.name)) for table in tables]
    return Catalog(
        datasets=tuple(sorted(_dataset(contract, t, p, ttls.get(t.object.name, "")) for t, p in known)),
        columns=tuple(sorted(row for t, p in known if p for row in _columns(contract, t, p))),
        grants=tuple(sorted(_grant(contract, p, desired) for p in permissions)),
        lineage=tuple(sorted(set(edges))),
    )


def _dataset(contract: DataContract, table: Table, promised: SchemaObject | None, ttl: str) -> Dataset:
    spec = contract.spec
    return Dataset(
        contract=contract.qualified_name,
        database=table.object.database,
        table=table.object.name,
        promised=promised is not None,
        version=spec.version,
        status=spec.status.value,
        domain=spec.domain or "",
        data_product=spec.data_product or "",
        owner=spec.governance.owner or "",
        tags=tuple(dict.fromkeys([*spec.tags, *(promised.tags if promised else ())])),
        description=(promised.description if promised else None) or "",
        ttl=ttl,
    )


def _columns(contract: DataContract, table: Table, promised: SchemaObject) -> Iterator[CatalogColumn]:
    for position, column in enumerate(table.columns, start=1):
        if known := promised.column(column.name):
            yield CatalogColumn(
                contract=contract.qualified_name,
                database=table.object.database,
                table=table.object.name,
                column=column.name,
                position=position,
                type=column.type,
                description=known.description or "",
                classification=known.classification or "",
                tags=tuple(known.tags),
                owner=contract.spec.governance.owner or "",
                pii=known.is_pii,
                masking=_masking(contract, known),
            )


def _masking(contract: DataContract, column: SchemaProperty) -> str:
    if not column.is_pii:
        return ""
    masking = contract.spec.governance.masking.get(column.name)
    return (masking.method if masking else MaskingMethod.REDACT).value


def _grant(contract: DataContract, permission: Permission, desired: Access) -> CatalogGrant:
    rights = desired.rights.get(Holding(permission.role, permission.object))
    return CatalogGrant(
        contract=contract.qualified_name,
        role=permission.role,
        database=contract.database,
        table=permission.table.table,
        reads=str(permission.object),
        columns=tuple(sorted(rights.columns)) if rights else (),
        pii=permission.rule.pii.value,
        rows=permission.rule.rows or "",
    )
