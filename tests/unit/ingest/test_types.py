"""What data types are read as, and how they are converted: decided without an engine."""

import pytest

from datacontract_api.sources import FileFormat
from datacontract_runner.ingest.column import Column
from datacontract_runner.ingest.conversion import convert
from datacontract_runner.ingest.datatype import DataType, parse_type
from datacontract_runner.ingest.widening import widened


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("Int32", DataType("Int32")),
        ("Nullable(Float64)", DataType("Nullable", ("Float64",))),
        ("Decimal(10, 2)", DataType("Decimal", ("10", "2"))),
        ("DateTime64(3, 'Europe/Berlin')", DataType("DateTime64", ("3", "'Europe/Berlin'"))),
        ("Enum8('a, (b' = 1, 'it\\'s' = 2)", DataType("Enum8", ("'a, (b' = 1", "'it\\'s' = 2"))),
        ("Map(String, Array(Tuple(a Int8, b String)))", DataType("Map", ("String", "Array(Tuple(a Int8, b String))"))),
        ("Tuple(`a,b` Int8, c String)", DataType("Tuple", ("`a,b` Int8", "c String"))),
    ],
)
def test_types_are_read_and_written_back(text: str, parsed: DataType) -> None:
    assert parse_type(text) == parsed
    assert str(parsed) == text


@pytest.mark.parametrize(
    ("target", "csv", "ndjson"),
    [
        ("UInt8", "Nullable(Int128)", "Nullable(Int128)"),
        ("Nullable(Int64)", "Nullable(Int128)", "Nullable(Int128)"),
        ("LowCardinality(Nullable(Int8))", "Nullable(Int128)", "Nullable(Int128)"),
        ("UInt128", "Nullable(Int256)", "Nullable(Int256)"),
        ("UInt256", "Nullable(UInt256)", "Nullable(UInt256)"),
        ("String", "String", "Nullable(String)"),
        ("LowCardinality(String)", "LowCardinality(String)", "Nullable(String)"),
        ("Nullable(String)", "Nullable(String)", "Nullable(String)"),
        ("Float32", "Nullable(Float64)", "Nullable(Float64)"),
        ("Date", "Nullable(DateTime64(0, 'UTC'))", "Nullable(DateTime64(0, 'UTC'))"),
        ("DateTime('Asia/Tokyo')", "Nullable(DateTime64(0, 'Asia/Tokyo'))", "Nullable(DateTime64(0, 'Asia/Tokyo'))"),
        ("DateTime64(6, 'UTC')", "Nullable(DateTime64(6, 'UTC'))", "Nullable(DateTime64(6, 'UTC'))"),
        ("Decimal(5, 2)", "Nullable(Decimal(23, 20))", "Nullable(Decimal(23, 20))"),
        ("Decimal(76, 2)", "Nullable(Decimal(76, 2))", "Nullable(Decimal(76, 2))"),
        ("Array(UInt8)", "Array(Nullable(Int128))", "Array(Nullable(Int128))"),
        ("Array(Array(String))", "Array(Array(Nullable(String)))", "Array(Array(Nullable(String)))"),
        ("Map(String, UInt8)", "Map(String, Nullable(Int128))", "Map(String, Nullable(Int128))"),
        ("JSON", "JSON", "JSON"),
    ],
)
def test_text_is_read_as_a_type_that_loses_nothing(target: str, csv: str, ndjson: str) -> None:
    assert str(widened(parse_type(target), FileFormat.CSV)) == csv
    assert str(widened(parse_type(target), FileFormat.NDJSON)) == ndjson


@pytest.mark.parametrize(
    ("read", "target", "expression", "lossy"),
    [
        ("Int64", "Int64", "`a`", False),
        ("Int64", "Nullable(Int64)", "CAST(`a`, 'Nullable(Int64)')", False),
        ("Nullable(Int64)", "Int64", "CAST(`a`, 'Int64')", False),
        ("Int64", "UInt8", "accurateCast(`a`, 'UInt8')", False),
        ("String", "Nullable(Int64)", "accurateCast(`a`, 'Nullable(Int64)')", True),
        ("Float64", "Float32", "CAST(`a`, 'Float32')", True),
        ("DateTime64(6)", "Date", "accurateCast(`a`, 'Date')", True),
        ("DateTime64(6)", "DateTime", "accurateCast(`a`, 'DateTime')", False),
        ("Decimal(38, 19)", "Decimal(10, 2)", "CAST(`a`, 'Decimal(10, 2)')", True),
        ("Int32", "String", "CAST(`a`, 'String')", False),
    ],
)
def test_what_the_engine_would_lose_without_a_word_is_looked_for(
    read: str, target: str, expression: str, lossy: bool
) -> None:
    step = convert(Column("a", target), read)
    assert (step.expression, bool(step.lossy)) == (expression, lossy)
    assert not (lossy and not step.unfit)
