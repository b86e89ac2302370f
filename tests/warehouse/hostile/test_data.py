"""Names of columns, values of cells and names of files are data too, wherever they turn up again."""

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datacontract_api.scalars import ColumnName
from support.contracts import Document, contract_document
from support.hostile import HOSTILE
from support.samples import is_valid

from .conftest import Site

COLUMNS = [text for text in HOSTILE.values() if is_valid(ColumnName, text)]
"""What a contract may call a column."""

KEY, CURSOR, SECRET, DAY, *REST = COLUMNS
CELLS = list(HOSTILE.values())

Cells = Sequence[Sequence[object]]


def _csv(header: Sequence[str], rows: Cells) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode()


def _ndjson(header: Sequence[str], rows: Cells) -> bytes:
    return "".join(json.dumps(dict(zip(header, row, strict=True))) + "\n" for row in rows).encode()


def _parquet(header: Sequence[str], rows: Cells) -> bytes:
    target = io.BytesIO()
    columns = [list(column) for column in zip(*rows, strict=True)]
    pq.write_table(pa.table(columns, names=list(header)), target)
    return target.getvalue()


FORMATS: dict[str, Callable[[Sequence[str], Cells], bytes]] = {
    "CSVWithNames": _csv,
    "JSONEachRow": _ndjson,
    "Parquet": _parquet,
}


def document(file_format: str, **load: object) -> Document:
    """A contract in which every place that names a column names a hostile one."""
    days = {"name": DAY, "physicalType": "DateTime"}
    properties = [
        {"name": KEY, "physicalType": "UInt64", "primaryKey": True, "unique": True},
        {"name": CURSOR, "physicalType": "UInt64", "required": True},
        {"name": SECRET, "physicalType": "String", "tags": ["pii"]},
        days,
        *({"name": name, "physicalType": "String", "description": name, "required": True} for name in REST),
    ]
    unique = {"type": "library", "metric": "duplicateValues", "arguments": {"properties": COLUMNS[:3]}, "mustBe": 0}
    some = {"column": CURSOR, "min_value": 0}
    between = {"type": "expect_column_values_to_be_between", "kwargs": some}
    expectation = {"type": "custom", "engine": "greatExpectations", "implementation": between}
    access = [
        {"role": "masked", "tables": ["orders"], "access": "read", "pii": "masked"},
        {"role": "none", "tables": ["orders"], "access": "read", "pii": "none"},
    ]
    return contract_document(
        source={"file": {"path": "columns", "format": file_format}},
        load={"table": "orders", "mode": "upsert", "key": [KEY], "cursor": CURSOR, "orderBy": [KEY, DAY], **load},
        schema=[{"name": "orders", "properties": properties, "quality": [unique, expectation]}],
        governance={
            "access": access,
            "masking": {SECRET: {"method": "hash"}},
            "retention": {"column": DAY, "period": "36500d"},
        },
        slaProperties=[{"property": "freshness", "value": 1, "unit": "h", "element": f"orders.{DAY}"}],
    )


MODES = {"CSVWithNames": ("replace", "upsert", "incremental"), "JSONEachRow": ("upsert",), "Parquet": ("upsert",)}


@pytest.mark.parametrize("file_format", FORMATS)
def test_columns_of_any_name_are_loaded_checked_and_governed(site: Site, file_format: str) -> None:
    rows = [(n, 1, cell, "2026-01-01 00:00:00", *[cell] * len(REST)) for n, cell in enumerate(CELLS)]
    (site.folder / "columns").write_bytes(FORMATS[file_format](COLUMNS, rows))
    for mode in MODES[file_format]:
        site.runs_through(site.document(document(file_format, mode=mode)))
    found = site.rows("SELECT name, comment FROM system.columns WHERE database = {d:String} AND table = 'orders'")
    assert [name for name, _ in found] == COLUMNS
    assert all(comment.startswith(name) for name, comment in found if name in REST)
    stored = site.rows(f"SELECT * FROM {site.table()} ORDER BY 1")
    assert [(*row[:3], *row[4:]) for row in stored] == [(*row[:3], *row[4:]) for row in rows]


def test_files_of_any_name_are_loaded(site: Site) -> None:
    folder = site.folder / "it's `a` {folder} \\ [x]"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    names = [text for text in CELLS if "/" not in text and "\0" not in text and len(text.encode()) < 250]
    for number, name in enumerate(names):
        (folder / f"{name}.csv").write_text(f"id,name\n{number},{name.encode().hex()}\n")
    declared = [{"name": "id", "physicalType": "UInt64"}, {"name": "name", "physicalType": "String"}]
    path = "it's `a` {folder} \\ [[]x]/*.csv"
    loaded = contract_document(
        source={"file": {"path": path, "format": "CSVWithNames"}}, schema=[{"name": "orders", "properties": declared}]
    )
    site.runs_through(site.document(loaded))
    assert site.rows(f"SELECT unhex(name) FROM {site.table()} ORDER BY id") == [(name,) for name in names]


def test_a_file_whose_name_is_no_text_is_loaded_or_named(site: Site) -> None:
    folder = site.folder / "bytes"
    folder.mkdir()
    file = Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.csv"))
    file.write_text("id\n1\n")
    declared = [{"name": "id", "physicalType": "UInt64"}]
    loaded = contract_document(
        source={"file": {"path": "bytes/*.csv", "format": "CSVWithNames"}},
        schema=[{"name": "orders", "properties": declared}],
    )
    site.runs_through(site.document(loaded))
    file.write_text("id\none\n")
    ended = site.run(site.document(loaded), "--termination-log", site.folder / "log")
    assert ended.code == 12, ended.out
    assert "\\xff\\xfe.csv" in json.loads((site.folder / "log").read_text())["message"]
    ((message,),) = site.rows(
        "SELECT message FROM datacontract.runs FINAL WHERE contract = {c:String} ORDER BY started_at DESC LIMIT 1"
    )
    assert "\\xff\\xfe.csv" in message


def test_a_path_longer_than_the_system_takes_is_no_crash(site: Site) -> None:
    path = f"{'a' * 300}.csv"
    ended = site.run(site.document(contract_document(source={"file": {"path": path, "format": "CSVWithNames"}})))
    assert ended.code == 36
    assert "spec.source.file.path" in ended.out
