"""Schema promised and schema found."""

from typing import Any

import pytest

from datacontract_api.errors import InvalidValue, SchemaMismatch
from datacontract_runner import sql
from datacontract_runner.quality.promised import check_structure
from datacontract_runner.warehouse import Connection
from support.checks.rules import promising

SAME = [
    ("INT", "Int32"),
    ("Nullable( VARCHAR(10) )", "Nullable(String)"),
    ("BOOLEAN", "Bool"),
    ("decimal(10,2)", "Decimal(10, 2)"),
    ("Tuple(a Int8,b Array(Nullable(String)))", "Tuple(a Int8, b Array(Nullable(String)))"),
    ("Enum('x' = 1,'y' = 2)", "Enum8('x' = 1, 'y' = 2)"),
    ("LowCardinality(String)", "LowCardinality(String)"),
]

DIFFERENT = [
    ("String", "Nullable(String)"),
    ("Nullable(Int32)", "Int32"),
    ("Int32", "Int64"),
    ("DateTime", "DateTime('UTC')"),
    ("String", "LowCardinality(String)"),
]


def _check(connection: Connection, database: str, found: dict[str, str], promised: dict[str, str]) -> None:
    columns = ", ".join(f"{sql.identifier(name)} {kind}" for name, kind in found.items())
    connection.execute(f"CREATE TABLE {sql.qualified(database, 't')} ({columns}) ENGINE = Memory")
    properties: list[dict[str, Any]] = [{"name": name, "physicalType": kind} for name, kind in promised.items()]
    check_structure(connection, database, promising(tuple(properties)))


@pytest.mark.parametrize(("promised", "found"), SAME)
def test_types_are_compared_in_clickhouses_own_spelling(
    connection: Connection, database: str, promised: str, found: str
) -> None:
    _check(connection, database, {"c": found}, {"c": promised})


@pytest.mark.parametrize(("promised", "found"), DIFFERENT)
def test_other_types_and_nullability_are_differences(
    connection: Connection, database: str, promised: str, found: str
) -> None:
    with pytest.raises(SchemaMismatch) as mismatch:
        _check(connection, database, {"c": found}, {"c": promised})
    assert mismatch.value.message == f"t.c: promised {promised}, found {found}."


def test_one_message_names_every_difference(connection: Connection, database: str) -> None:
    promised = {"a": "Int32", "b": "String", "odd `name": "Date", "fine": "UUID"}
    with pytest.raises(SchemaMismatch) as mismatch:
        _check(connection, database, {"a": "Int8", "odd `name": "DateTime", "fine": "UUID", "more": "Int8"}, promised)
    assert mismatch.value.message == (
        "t.a: promised Int32, found Int8; t.b: promised String, found no such column; "
        "t.odd `name: promised Date, found DateTime."
    )


def test_a_missing_table_is_a_difference(connection: Connection, database: str) -> None:
    with pytest.raises(SchemaMismatch, match="t: promised a table, found none of this name"):
        check_structure(connection, database, promising(({"name": "a", "physicalType": "Int32"},)))


def test_a_type_that_does_not_exist_is_the_contracts_fault(connection: Connection, database: str) -> None:
    with pytest.raises(InvalidValue, match=r"does not know the type 'Nullable\(Strin\)'") as invalid:
        _check(connection, database, {"a": "String"}, {"a": "String", "b": "Nullable(Strin)"})
    assert invalid.value.field == "spec.schema[0].properties[1].physicalType"
