"""Checks that properties imply: required, unique and primaryKey."""

from collections.abc import Iterator

from datacontract_api.contract import DataContract
from datacontract_api.quality import Severity
from datacontract_api.schema import SchemaObject
from datacontract_runner import sql
from datacontract_runner.quality.check import Check, Comparison, Measure, Origin
from datacontract_runner.quality.comparisons import Mostly
from datacontract_runner.quality.measures import Duplicates, Rows
from datacontract_runner.quality.rules.place import personal


def checks(contract: DataContract) -> Iterator[Check]:
    """Every check that the properties of a contract imply; all of severity error."""
    for number, schema_object in enumerate(contract.spec.schema_):
        path = f"spec.schema[{number}]"
        for position, column in enumerate(schema_object.properties):
            where = f"{path}.properties[{position}]"
            if column.required or column.primary_key:
                yield _not_null(schema_object, column.name, where)
            if column.unique:
                yield _unique(schema_object, (column.name,), f"{where}.unique", "unique")
        if schema_object.primary_key and not _implied(schema_object):
            yield _unique(schema_object, schema_object.primary_key, path, "primaryKey")


def _implied(schema_object: SchemaObject) -> bool:
    """Whether the key is one column that is `unique` anyway."""
    key = schema_object.primary_key
    return len(key) == 1 and any(column.unique for column in schema_object.properties if column.name == key[0])


def _not_null(schema_object: SchemaObject, column: str, path: str) -> Check:
    measure = Rows(f"isNull({sql.identifier(column)})")
    return _check(
        schema_object, (column,), path, "not null", measure, Mostly(1, "null"), "expect_column_values_to_not_be_null"
    )


def _unique(schema_object: SchemaObject, columns: tuple[str, ...], path: str, word: str) -> Check:
    single = len(columns) == 1
    operator = " AND "
    missing = operator.join(f"isNull({sql.identifier(column)})" for column in columns)
    flaw = "duplicate" if single else f"duplicate in ({', '.join(columns)})"
    expectation = "expect_column_values_to_be_unique" if single else "expect_compound_columns_to_be_unique"
    return _check(schema_object, columns, path, word, Duplicates(columns, missing), Mostly(1, flaw), expectation)


def _check(
    schema_object: SchemaObject,
    columns: tuple[str, ...],
    path: str,
    word: str,
    measure: Measure,
    comparison: Comparison,
    expectation: str,
) -> Check:
    single = len(columns) == 1
    subject = f"{schema_object.table}.{columns[0]}" if single else schema_object.table
    return Check(
        name=f"{subject} {word}",
        table=schema_object.table,
        columns=columns,
        measure=measure,
        comparison=comparison,
        severity=Severity.ERROR,
        origin=Origin.IMPLIED,
        path=path,
        expectation=expectation,
        kwargs={"column": columns[0]} if single else {"column_list": list(columns)},
        personal=personal(schema_object, columns),
    )
