"""What the contract wants its tables and views to carry: comments, TTL, definer. Purely computational."""

from collections.abc import Iterable, Iterator, Mapping

from datacontract_api.contract import DataContract
from datacontract_api.schema import SchemaObject
from datacontract_runner.governance.comments import column_comment, table_comment
from datacontract_runner.governance.model import Table, TableKind, Wanted
from datacontract_runner.governance.retention import ttl_expression


def desired_tables(
    contract: DataContract, tables: Iterable[Table], definer: str, recorded_ttls: Mapping[str, str]
) -> tuple[Wanted, ...]:
    """What each table shall carry.

    Args:
        contract: the contract.
        tables: its tables and views as they are, live or in a stage.
        definer: account whose rights promised views read with.
        recorded_ttls: TTL by table that an earlier version of the contract asked for: without retention they go; a TTL
            that somebody else, such as a dbt model, gave a table stays.

    Raises:
        InvalidValue: retention on a column that is no date and no time.
    """
    promised = {schema_object.table: schema_object for schema_object in contract.spec.schema_}
    return tuple(
        _wanted(contract, table, promised.get(table.object.name), definer, recorded_ttls.get(table.object.name, ""))
        for table in tables
    )


def _wanted(
    contract: DataContract, table: Table, promised: SchemaObject | None, definer: str, recorded_ttl: str
) -> Wanted:
    documented = promised is not None and table.kind is not TableKind.OTHER
    return Wanted(
        table.object,
        comment=table_comment(contract, promised, table.comment) if promised and documented else None,
        column_comments=dict(_column_comments(contract, table, promised)) if promised and documented else {},
        ttl=_ttl(contract, table, recorded_ttl) if table.kind is TableKind.MERGE_TREE else None,
        definer=definer if promised and table.kind is TableKind.VIEW else None,
    )


def _column_comments(contract: DataContract, table: Table, promised: SchemaObject) -> Iterator[tuple[str, str]]:
    for column in table.columns:
        if known := promised.column(column.name):
            yield column.name, column_comment(contract, known, column.comment)


def _ttl(contract: DataContract, table: Table, recorded: str) -> str | None:
    retention = contract.spec.governance.retention
    wanted = ttl_expression(retention, table.columns) if retention else None
    if wanted is None and recorded and table.ttl == recorded:
        return ""
    return wanted
