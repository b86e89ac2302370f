"""Row filters are tried on the table before they become policies: one that fails hides the table from everybody."""

from collections.abc import Iterable, Mapping

from datacontract_api.errors import InvalidValue
from datacontract_api.governance import PiiAccess
from datacontract_runner import sql
from datacontract_runner.governance.desired_access import Permission
from datacontract_runner.governance.masking.column_type import ColumnType
from datacontract_runner.governance.model import Object, Table
from datacontract_runner.warehouse import Connection, StatementFailed


def check_filters(connection: Connection, permissions: Iterable[Permission], tables: Mapping[str, Table]) -> None:
    """Analyses each filter over the columns that it will see.

    Args:
        connection: to the warehouse.
        permissions: the contract's rules, table by table.
        tables: real tables by name, live or in the stage; filters on others are not checked.

    Raises:
        InvalidValue: an unknown column, one that the role sees masked, or something that is not true or false.
    """
    for permission in permissions:
        table = tables.get(permission.table.table)
        if permission.rule.rows is not None and table is not None:
            _check(connection, permission, table)


def _check(connection: Connection, permission: Permission, table: Table) -> None:
    masked = _masked(permission)
    source = _source(table.object, [c.name for c in table.columns if c.name not in masked])
    value = f"({permission.filter}\n)"
    try:
        # Twice: aggregates and window functions are values, and yet no conditions on a row.
        connection.rows(f"DESCRIBE (SELECT 1 FROM {source} WHERE {value})")  # noqa: S608
        described = connection.rows(f"DESCRIBE (SELECT {value} AS {sql.identifier('filter')} FROM {source})")  # noqa: S608
        kind = ColumnType(described[0][1])
    except StatementFailed as error:
        hint = f" (a filter cannot use what the role sees masked: {', '.join(sorted(masked))})" if masked else ""
        raise _invalid(permission, f"ClickHouse refuses it{hint}: {error.message}") from None
    if not (kind.is_integer or kind.name == "Bool"):
        raise _invalid(permission, f"it is of type {kind.text} instead of true or false")


def _masked(permission: Permission) -> frozenset[str]:
    """Columns that the filter would see masked: on the view, it runs over what the view shows."""
    if permission.rule.pii is not PiiAccess.MASKED:
        return frozenset()
    return frozenset(column.name for column in permission.table.properties if column.is_pii)


def _source(table: Object, columns: list[str]) -> str:
    return f"(SELECT {sql.columns(columns)} FROM {table.sql})" if columns else table.sql  # noqa: S608


def _invalid(permission: Permission, what: str) -> InvalidValue:
    return InvalidValue(
        f"the row filter of role {permission.rule.role} does not fit table {permission.table.table}: {what}.",
        remedy="Write one boolean expression over the table's columns, such as origin = 'JFK'.",
        field=f"{permission.field}.rows",
    )
