"""What a value must be to be loaded, in each format: nothing becomes a default, wraps around or is cut off."""

from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from datacontract_api.errors import DataError, MalformedData, SchemaMismatch
from warehouse.ingest.conftest import Loads


def columns(type_: str) -> list[dict[str, str]]:
    """An id and a column of the type."""
    return [{"name": "id", "type": "Int32"}, {"name": "a", "type": type_}]


ACCEPTED_CSV: dict[str, tuple[str, str, Any]] = {
    "the least integer of its type": ("Int8", "-128", -128),
    "the greatest integer of its type": ("UInt64", "18446744073709551615", 18446744073709551615),
    "an empty cell where NULL was promised": ("Nullable(Int64)", "", None),
    "an empty cell for a text that may be NULL": ("Nullable(String)", "", None),
    "quotes around nothing are an empty text": ("Nullable(String)", '""', ""),
    "an empty cell for a text that is never NULL": ("String", "", ""),
    "ClickHouse's own NULL": ("Nullable(Int64)", "\\N", None),
    "a quoted comma and quote": ("String", '"x, ""y"""', 'x, "y"'),
    "a quoted line break": ("String", '"x\ny"', "x\ny"),
    "ISO 8601 with Z": ("DateTime('UTC')", "2013-01-01T05:00:00Z", "2013-01-01 05:00:00"),
    "ISO 8601 with an offset": ("DateTime('UTC')", "2013-01-01T05:00:00+02:00", "2013-01-01 03:00:00"),
    "ISO 8601 with milliseconds": ("DateTime64(3, 'UTC')", "2013-01-01T05:00:00.125Z", "2013-01-01 05:00:00.125"),
    "a leap day": ("Date", "2024-02-29", "2024-02-29"),
    "a day of long ago": ("Date32", "1900-01-01", "1900-01-01"),
    "a decimal with all its digits": ("Decimal(5, 2)", "-999.99", "-999.99"),
    "a decimal of many digits": ("Decimal(38, 10)", "1234567890123456789012345678.0123456789", None),
    "yes": ("Bool", "yes", True),
    "a text of few values": ("LowCardinality(Nullable(String))", "x", "x"),
    "an array": ("Array(UInt8)", '"[1,255]"', [1, 255]),
    "an emoji and a backslash": ("String", "\\n😀'`", "\\n😀'`"),
}


@pytest.mark.parametrize(("type_", "cell", "held"), ACCEPTED_CSV.values(), ids=ACCEPTED_CSV.keys())
def test_csv_takes(either_way: Loads, type_: str, cell: str, held: Any) -> None:
    either_way.load(either_way.write("rows.csv", f"id,a\n1,{cell}\n"), columns=columns(type_))
    shown = "a" if not isinstance(held, str) else "toString(a)"
    ((found,),) = either_way.connection.rows(f"SELECT {shown} FROM {either_way.database}.loaded")
    assert found == held if "38" not in type_ else str(found) == cell


REFUSED_CSV: dict[str, tuple[str, str, str]] = {
    "an integer beyond its type": ("UInt8", "300", "column a holds '300', which is no UInt8"),
    "an integer beyond the widest common type": ("Int64", "9223372036854775808", "holds '9223372036854775808'"),
    "a negative where none is possible": ("UInt64", "-1", "column a holds '-1', which is no UInt64"),
    "a fraction for an integer": ("Int64", "1.5", "column a holds '1.5', which is no Int64"),
    "a word for an integer": ("Nullable(Int64)", "NA", "column a holds 'NA', which is no Nullable"),
    "nothing where a value was promised": ("Int64", "", "column a holds no value"),
    "nothing for a moment": ("DateTime", "", "column a holds no value"),
    "31 February": ("Date", "2013-02-31", "column a holds '2013-02-31', which is no Date"),
    "31 February at noon": ("DateTime", "2013-02-31 12:00:00", "column a holds '2013-02-31 12:00:00'"),
    "a day beyond its type": ("Date", "2200-01-01", "column a holds '2200-01-01 00:00:00', which is no Date"),
    "a moment beyond its type": ("DateTime", "2200-01-01 00:00:00", "column a holds '2200-01-01 00:00:00'"),
    "a moment for a day": ("Date", "2013-01-01 10:00:00", "column a holds '2013-01-01 10:00:00', which is no Date"),
    "a decimal with too many digits after the point": ("Decimal(5, 2)", "1.234", "holds '1.234', which is no Decimal"),
    "a decimal with too many digits before it": ("Decimal(5, 2)", "12345.6", "holds '12345.6', which is no Decimal"),
    "a float beyond its type": ("Float32", "1e300", "column a holds '1e300', which is no Float32"),
    "a text beyond its length": ("FixedString(2)", "abc", "column a holds 'abc', which is no FixedString"),
    "a value that the enum lacks": ("Enum8('x' = 1)", "b", "column a holds 'b', which is no Enum8"),
    "maybe": ("Bool", "maybe", "column a holds a value that is no Bool"),
    "an element beyond its type": ("Array(UInt8)", '"[1,300]"', r"column a holds a value that is no Array\(UInt8\)"),
    "more cells than the header": ("String", "x,y", "it has more cells than the header"),
}


@pytest.mark.parametrize(("type_", "cell", "words"), REFUSED_CSV.values(), ids=REFUSED_CSV.keys())
def test_csv_refuses(either_way: Loads, type_: str, cell: str, words: str) -> None:
    with pytest.raises(MalformedData, match=words):
        either_way.load(either_way.write("rows.csv", f"id,a\n1,{cell}\n"), columns=columns(type_))


def test_a_malformed_csv_row_is_told_with_its_row_line_and_file(either_way: Loads) -> None:
    source = either_way.write("in/rows.csv", "id,a\n1,1\n2,2\nthree,3\n")
    with pytest.raises(MalformedData) as raised:
        either_way.load(source, columns=columns("Int64"))
    assert "row 3 (line 4 where no cell holds a line break) of" in raised.value.message
    assert "in/rows.csv: column id holds 'three', which is no Int32." in raised.value.message
    assert raised.value.field == "spec.source.file"


@pytest.mark.parametrize("bad", ["x,1", f"1,{10**19}"], ids=["unreadable", "beyond its type"])
def test_the_row_is_right_in_files_that_are_read_in_parallel(either_way: Loads, bad: str) -> None:
    good = "".join(f"{number},{number}\n" for number in range(1, 300_000))
    with pytest.raises(MalformedData, match=r": row 300000 \("):
        either_way.load(either_way.write("rows.csv", f"id,a\n{good}{bad}\n{good}"), columns=columns("Int64"))


def test_personal_data_are_not_cited(either_way: Loads) -> None:
    schema = [
        {
            "name": "loaded",
            "properties": [
                {"name": "id", "physicalType": "Int32"},
                {"name": "a", "physicalType": "Date", "tags": ["pii"]},
            ],
        }
    ]
    for cell in ("jane@example.org", "2013-02-31", "2200-01-01"):
        with pytest.raises(MalformedData) as raised:
            either_way.load(either_way.write("rows.csv", f"id,a\n1,{cell}\n"), schema=schema)
        assert cell not in str(raised.value)
        assert "column a holds a value that is no Date" in raised.value.message


def test_a_word_for_missing_values_is_null(either_way: Loads) -> None:
    either_way.write("rows.csv", 'id,a\n1,NA\n2,\n3,""\n4,x\n')
    either_way.load(either_way.file("rows.csv", nullValue="NA"), columns=columns("Nullable(String)"))
    assert either_way.rows("id") == [(1, None), (2, None), (3, ""), (4, "x")]


ACCEPTED_JSON: dict[str, tuple[str, str, Any]] = {
    "null where NULL was promised": ("Nullable(Int64)", '{"id":1,"a":null}', None),
    "no key where NULL was promised": ("Nullable(Int64)", '{"id":1}', None),
    "a number in quotes": ("Int64", '{"id":1,"a":"5"}', 5),
    "an object as text": ("String", '{"id":1,"a":{"x":[1]}}', '{"x":[1]}'),
    "a number as text": ("String", '{"id":1,"a":5}', "5"),
    "an escaped text": ("String", r'{"id":1,"a":"\u00fc\n\"'
                        + '"}', 'ü\n"'),
    "an array with null": ("Array(Nullable(Int64))", '{"id":1,"a":[1,null]}', [1, None]),
}  # fmt: skip


@pytest.mark.parametrize(("type_", "line", "held"), ACCEPTED_JSON.values(), ids=ACCEPTED_JSON.keys())
def test_ndjson_takes(either_way: Loads, type_: str, line: str, held: Any) -> None:
    either_way.load(either_way.write("rows.ndjson", line + "\n"), columns=columns(type_))
    assert either_way.rows() == [(1, held)]


REFUSED_JSON: dict[str, tuple[str, str, str]] = {
    "a number beyond its type": ("UInt8", '{"id":1,"a":300}', "column a holds '300', which is no UInt8"),
    "null where a value was promised": ("Int64", '{"id":1,"a":null}', "column a holds no value"),
    "null for a text": ("String", '{"id":1,"a":null}', "column a holds no value"),
    "no key where a value was promised": ("Int64", '{"id":1}', "column a holds no value"),
    "null in an array of values": ("Array(Int64)", '{"id":1,"a":[null]}', "column a holds no value"),
    "31 February": ("Date", '{"id":1,"a":"2013-02-31"}', "row 1 .* column a holds a value that is no Date"),
    "no JSON": ("Int64", "{what", "row 1 .* is not of the declared format"),
}


@pytest.mark.parametrize(("type_", "line", "words"), REFUSED_JSON.values(), ids=REFUSED_JSON.keys())
def test_ndjson_refuses(either_way: Loads, type_: str, line: str, words: str) -> None:
    with pytest.raises(MalformedData, match=words):
        either_way.load(either_way.write("rows.ndjson", line + "\n"), columns=columns(type_))


def parquet(loads: Loads, values: list[Any], type_: pa.DataType | None = None, **more: Any) -> dict[str, Any]:
    """A Parquet file with the values in column a."""
    table = pa.table({"id": pa.array(range(1, len(values) + 1), pa.int32()), "a": pa.array(values, type_), **more})
    pyarrow.parquet.write_table(table, loads.folder / "rows.parquet")
    return loads.file("rows.parquet")


ACCEPTED_PARQUET: dict[str, tuple[str, list[Any], pa.DataType, list[Any]]] = {
    "a narrower type that holds the values": ("UInt8", [0, 255], pa.int64(), [0, 255]),
    "a wider type": ("Int64", [1], pa.int32(), [1]),
    "NULL where it was promised": ("Nullable(Int64)", [1, None], pa.int64(), [1, None]),
    "values where NULL is possible": ("Int64", [1], pa.int64(), [1]),
    "numbers as text": ("Int64", ["5", "-7"], pa.string(), [5, -7]),
    "a text of few values": ("LowCardinality(String)", ["x", "x"], pa.string(), ["x", "x"]),
    "whole floats as integers": ("Int64", [2.0], pa.float64(), [2]),
}


@pytest.mark.parametrize(("type_", "values", "arrow", "held"), ACCEPTED_PARQUET.values(), ids=ACCEPTED_PARQUET.keys())
def test_parquet_takes(either_way: Loads, type_: str, values: list[Any], arrow: pa.DataType, held: list[Any]) -> None:
    either_way.load(parquet(either_way, values, arrow), columns=columns(type_))
    assert [a for _, a in either_way.rows("id")] == held


REFUSED_PARQUET: dict[str, tuple[str, list[Any], pa.DataType, str]] = {
    "an integer beyond its type": ("UInt8", [1, 300], pa.int64(), "row 2 .* column a holds '300', which is no UInt8"),
    "a negative where none is possible": ("UInt64", [1, -1], pa.int64(), "row 2 .* column a holds '-1'"),
    "NULL where none was promised": ("Int64", [1, None], pa.int64(), "column a holds no value"),
    "a fraction for an integer": ("Int64", [1.5], pa.float64(), "row 1 .* column a holds '1.5', which is no Int64"),
    "a text for an integer": ("Int64", ["1", "x"], pa.string(), "row 2 .* column a holds 'x', which is no Int64"),
    "a text for a nullable integer": ("Nullable(Int64)", ["1", "x"], pa.string(), "row 2 .* column a holds 'x'"),
    "a float beyond its type": (
        "Float32",
        [1e300],
        pa.float64(),
        "row 1 .* holds '1e300', which is no Float32",
    ),
}


@pytest.mark.parametrize(("type_", "values", "arrow", "words"), REFUSED_PARQUET.values(), ids=REFUSED_PARQUET.keys())
def test_parquet_refuses(either_way: Loads, type_: str, values: list[Any], arrow: pa.DataType, words: str) -> None:
    with pytest.raises(MalformedData, match=words):
        either_way.load(parquet(either_way, values, arrow), columns=columns(type_))


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_a_column_that_the_file_lacks_is_an_error_that_knows_its_likeness(either_way: Loads, name: str) -> None:
    source = either_way.write("rows.csv", "id,A\n1,2\n")
    if name == "rows.parquet":
        table = pa.table({"id": [1], "A": [2]})
        pyarrow.parquet.write_table(table, either_way.folder / name)
        source = either_way.file(name)
    with pytest.raises(SchemaMismatch, match=f"{name} lacks the columns a; it has id, A. .*Did you mean A for a?"):
        either_way.load(source, columns=columns("Int64"))


def test_columns_that_nobody_asked_for_are_passed_over_and_told(either_way: Loads) -> None:
    loaded = either_way.load(either_way.write("rows.csv", "x,id,a,y\n0,1,2,0\n"), columns=columns("Int64"))
    assert (loaded.ignored, either_way.rows()) == (("x", "y"), [(1, 2)])


def test_a_key_that_no_ndjson_row_has_is_null_and_told(either_way: Loads) -> None:
    loaded = either_way.load(either_way.write("rows.ndjson", '{"id":1}\n'), columns=columns("Nullable(Int64)"))
    assert (loaded.absent, either_way.rows()) == (("a",), [(1, None)])


@pytest.mark.parametrize(("name", "content"), [
    ("rows.csv", "id,id,a\n1,2,3\n"), ("rows.csv", "id,a\n1\n"), ("rows.parquet", "no parquet"),
    ("rows.csv.gz", "no gzip"), ("rows.csv.zst", "no zstd"), ("rows.csv.lz4", "no lz4"), ("rows.parquet", ""),
])  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_malformed(either_way: Loads, name: str, content: str) -> None:
    with pytest.raises(DataError) as raised:
        either_way.load(either_way.write(name, content), columns=columns("Int64"))
    assert type(raised.value).__name__ in ("MalformedData", "SourceEmpty")
    assert name in raised.value.message
