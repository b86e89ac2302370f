"""Which columns a load has, which files it reads, and what its errors say: decided without an engine."""

from pathlib import Path

import pytest

from datacontract_api.conditions import Reason
from datacontract_api.errors import InvalidValue, SchemaMismatch, SourceEmpty
from datacontract_api.sources import Compression, FileFormat, LocalFiles
from datacontract_runner.ingest.column import Column
from datacontract_runner.ingest.columns import check_fields, declared_columns, sorting_key
from datacontract_runner.ingest.failures import Subject, explain
from datacontract_runner.ingest.files import observe_files
from datacontract_runner.ingest.parse_errors import BadCell, read_bad_cell
from datacontract_runner.ingest.readplan import plan_read
from datacontract_runner.warehouse import StatementFailed
from support.contracts import contract

COLUMNS = (Column("id", "Int32"), Column("a", "Nullable(String)"))
SCHEMA = [{"name": "x", "physicalName": "orders", "properties": [{"name": "id", "physicalType": "UInt64"}]}]


def test_columns_of_the_load_come_before_those_of_the_schema() -> None:
    load = {"table": "orders", "mode": "append", "columns": [{"name": "n", "type": "Int8"}]}
    assert declared_columns(contract(load=load, schema=SCHEMA).spec) == (Column("n", "Int8"),)
    del load["columns"]
    assert declared_columns(contract(load=load, schema=SCHEMA).spec) == (Column("id", "UInt64"),)
    assert declared_columns(contract(load={**load, "table": "raw"}, schema=SCHEMA).spec) == ()


@pytest.mark.parametrize(
    ("load", "key"),
    [
        ({"mode": "append"}, ()),
        ({"mode": "incremental", "cursor": "a"}, ("a",)),
        ({"mode": "upsert", "key": ["id"], "cursor": "a"}, ("id",)),
        ({"mode": "upsert", "key": ["id"], "orderBy": ["a", "id"]}, ("a", "id")),
    ],
)
def test_the_sorting_key_is_what_was_said_else_the_key_else_the_cursor(load: dict, key: tuple[str, ...]) -> None:
    assert sorting_key(contract(load={"table": "orders", **load}).spec.load) == key


@pytest.mark.parametrize("field", [{"cursor": "b"}, {"key": ["id", "b"]}, {"orderBy": ["b"]}])
def test_a_field_that_names_no_column_is_pointed_at(field: dict) -> None:
    load = contract(load={"table": "orders", "mode": "append", **field}).spec.load
    with pytest.raises(InvalidValue, match="'b' is no column of orders, which has id, a") as raised:
        check_fields(load, COLUMNS)
    assert raised.value.field == f"spec.load.{next(iter(field))}"


def test_only_ndjson_may_leave_columns_out() -> None:
    found = [Column("id", "Int64"), Column("A", "String")]
    assert plan_read(COLUMNS, found, FileFormat.NDJSON, "x").absent == ("a",)
    for file_format in (FileFormat.CSV, FileFormat.PARQUET, None):
        with pytest.raises(SchemaMismatch, match="x lacks the columns a; it has id, A"):
            plan_read(COLUMNS, found, file_format, "x")


def test_parquet_is_read_as_what_it_holds_and_text_as_what_was_promised() -> None:
    found = [Column("id", "Nullable(Int64)"), Column("a", "String")]
    types = {form: [c.type for c in plan_read(COLUMNS, found, form, "x").structure] for form in (*FileFormat, None)}
    assert types == {
        FileFormat.PARQUET: ["Nullable(Int64)", "Nullable(String)"],
        FileFormat.CSV: ["Nullable(Int128)", "Nullable(String)"],
        FileFormat.NDJSON: ["Nullable(Int128)", "Nullable(String)"],
        None: ["Nullable(Int64)", "String"],
    }


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.csv", ["1.csv", "10.csv", "2.csv"]),
        ("?.csv", ["1.csv", "2.csv"]),
        ("deep/**/*.csv", ["deep/a/b/4.csv"]),
        ("./1.csv", ["1.csv"]),
        ("deep/../*.gz", ["3.csv.gz"]),
    ],
)
def test_patterns_are_those_of_a_shell_in_the_order_of_names(tmp_path: Path, pattern: str, names: list[str]) -> None:
    folder = tmp_path / "with [brackets]*"
    for name in ("2.csv", "10.csv", "1.csv", "3.csv.gz", "deep/a/b/4.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    found = observe_files(LocalFiles(pattern, FileFormat.CSV, Compression.AUTO), folder)
    assert [str(file.path.resolve().relative_to(folder)) for file in found] == names
    assert [file.compression for file in found] == [
        Compression.GZIP if name.endswith(".gz") else Compression.NONE for name in names
    ]


def test_folders_do_not_match(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(SourceEmpty):
        observe_files(LocalFiles("*.csv", FileFormat.CSV, Compression.AUTO), tmp_path)


CITED = """Cannot parse input: expected ',' before: 'x,4': (at row 2)
:
Row 1:
Column 0,   name: id, type: Int64, parsed text: "1"
Column 1,   name: a, type: String, parsed text: "name: q, type: z"

Row 2:
Column 0,   name: id, type: Int64, ERROR: text "x,4<LINE FEED>" is not like Int64
"""


def test_the_cell_at_fault_is_the_last_that_is_told() -> None:
    assert read_bad_cell(CITED, {"id": "Int32"}) == BadCell(2, "id", "Int32", "x")


def test_a_value_of_a_personal_column_is_not_in_the_error() -> None:
    subject = Subject("file", "x.csv", personal=frozenset({"id"}))
    error = explain(StatementFailed(27, CITED), subject, plan_read(COLUMNS, None, FileFormat.CSV, "x"))
    assert error.reason is Reason.MALFORMED_DATA
    assert "column id holds a value that is no Int32" in error.message
    assert "'x'" not in error.message


def test_what_is_not_about_the_source_stays_what_it_is() -> None:
    failure = StatementFailed(47, "Unknown identifier")
    assert explain(failure, Subject("file", "x.csv"), None) is failure
