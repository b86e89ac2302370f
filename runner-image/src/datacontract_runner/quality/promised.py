"""Schema promised and schema found: every table, column, type and nullability, all differences in one message."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from datacontract_api.contract import DataContract
from datacontract_api.errors import InvalidValue, SchemaMismatch
from datacontract_api.schema import SchemaObject, SchemaProperty
from datacontract_runner.quality import plan
from datacontract_runner.warehouse import Connection, Statement, StatementFailed

_UNKNOWN_TABLE = (60, 81)
"""UNKNOWN_TABLE, UNKNOWN_DATABASE."""


@dataclass(frozen=True)
class Difference:
    """One promise about structure that the data break.

    Args:
        subject: ``table`` or ``table.column``.
        promised: in words.
        found: in words.
    """

    subject: str
    promised: str
    found: str

    def __str__(self) -> str:
        return f"{self.subject}: promised {self.promised}, found {self.found}"


Structure = Mapping[str, Mapping[str, str] | None]
"""Columns and their types by table; None for a table that is not there."""


def check_structure(connection: Connection, database: str, contract: DataContract) -> None:
    """Compares every promised table with the one in the stage.

    Args:
        connection: to the warehouse.
        database: the stage.
        contract: what is promised.

    Raises:
        SchemaMismatch: they differ; the message names every difference.
        InvalidValue: a promised type that this ClickHouse does not know.
    """
    found = {
        schema_object.table: observe_columns(connection, database, schema_object.table)
        for schema_object in contract.spec.schema_
    }
    canonical = canonical_types(connection, contract)
    differences = plan_differences(contract, found, canonical)
    if differences:
        raise SchemaMismatch(
            "; ".join(map(str, differences)) + ".",
            remedy="Change the model, or the promise with a new version of the contract.",
            field="spec.schema",
        )


def observe_columns(connection: Connection, database: str, table: str) -> dict[str, str] | None:
    """Columns of a table and their types, None when there is no such table."""
    try:
        return {str(row[0]): str(row[1]) for row in connection.rows(plan.describe(database, table))}
    except StatementFailed as error:
        if error.code in _UNKNOWN_TABLE:
            return None
        raise


def canonical_types(connection: Connection, contract: DataContract) -> dict[str, str]:
    """Every promised type as ClickHouse itself writes it: ``INT`` becomes ``Int32``.

    Raises:
        InvalidValue: a type that this ClickHouse does not know; the message names the property.
    """
    types = list(dict.fromkeys(column.physical_type for _, column, _ in _columns(contract)))
    try:
        return _ask(connection, types)
    except StatementFailed:
        return _ask_one_by_one(connection, contract)


def _ask(connection: Connection, types: list[str]) -> dict[str, str]:
    names = ", ".join(f"toTypeName(defaultValueOfTypeName({{t{number}:String}}))" for number in range(len(types)))
    parameters = {f"t{number}": written for number, written in enumerate(types)}
    row = connection.rows(Statement(f"SELECT {names}", parameters, {"print_pretty_type_names": 0}))[0]
    return dict(zip(types, row, strict=True))


def _ask_one_by_one(connection: Connection, contract: DataContract) -> dict[str, str]:
    canonical: dict[str, str] = {}
    for _, column, path in _columns(contract):
        try:
            canonical |= _ask(connection, [column.physical_type])
        except StatementFailed as error:
            raise InvalidValue(
                f"ClickHouse does not know the type {column.physical_type!r}: {error.message}",
                field=f"{path}.physicalType",
            ) from None
    return canonical


def _columns(contract: DataContract) -> Iterator[tuple[SchemaObject, SchemaProperty, str]]:
    for number, schema_object in enumerate(contract.spec.schema_):
        for position, column in enumerate(schema_object.properties):
            yield schema_object, column, f"spec.schema[{number}].properties[{position}]"


def plan_differences(contract: DataContract, found: Structure, canonical: Mapping[str, str]) -> list[Difference]:
    """Every difference. Purely computational, no side effects.

    A column that nobody promised is no difference: it may be there, and readers are told nothing about it.

    Args:
        contract: what is promised.
        found: what is there.
        canonical: ClickHouse's own spelling of every promised type.
    """
    differences = []
    for schema_object in contract.spec.schema_:
        columns = found[schema_object.table]
        if columns is None:
            differences.append(Difference(schema_object.table, "a table", "none of this name"))
            continue
        for column in schema_object.properties:
            promised, real = canonical[column.physical_type], columns.get(column.name)
            if real != promised:
                subject = f"{schema_object.table}.{column.name}"
                differences.append(Difference(subject, promised, real or "no such column"))
    return differences
