"""A data type of a contract is a type and nothing else."""

import pytest
from pydantic import TypeAdapter, ValidationError

from datacontract_api.scalars import ClickHouseType

TYPES = (
    *("UInt8", "Nullable(Float64)", "DateTime64(3, 'UTC')", "Enum8('a' = 1, 'b\\'c' = -2)", "Enum16('ü' = 1)"),
    *("Array(Tuple(a String, b Nullable(Int32)))", "Map(LowCardinality(String), Array(UInt64))", "Tuple(`a b` String)"),
    *("AggregateFunction(quantiles(0.5, 0.9), UInt64)", "JSON(max_dynamic_paths=10, a.b UInt32, SKIP REGEXP 'x.*')"),
    *("Decimal(38, 10)", "FixedString(16)", "Variant(String, UInt64)", "Array( String )", "Nested(x UInt8, y String)"),
)
NO_TYPES = (
    *(
        "",
        " ",
        "1",
        "'String'",
        "(String)",
        "String x",
        "String, y UInt8",
        "String)",
        "String(",
        "String('",
        "String\n",
    ),
    *("String; DROP TABLE x", "String DEFAULT 1", "DEFAULT(now())", "alias (1)", "MATERIALIZED(file('x'))"),
    *(
        "String -- x",
        "String /* x */",
        "String(1 + 1)",
        "String(`a)",
        "String CODEC(NONE)",
        "String(a\0)",
        "String({x:Int8})",
    ),
)


@pytest.mark.parametrize("text", TYPES)
def test_types_of_clickhouse_are_taken_as_they_are(text):
    assert TypeAdapter(ClickHouseType).validate_python(text) == text


@pytest.mark.parametrize("text", NO_TYPES)
def test_anything_more_than_a_type_is_refused(text):
    with pytest.raises(ValidationError):
        TypeAdapter(ClickHouseType).validate_python(text)
