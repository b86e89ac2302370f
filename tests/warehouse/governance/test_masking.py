"""What each masking method makes of each type, evaluated by the engine."""

from dataclasses import dataclass
from typing import Any

import pytest

from datacontract_api.errors import InvalidValue
from datacontract_api.governance import MaskingMethod
from datacontract_runner import sql
from datacontract_runner.governance.masking import METHODS, masked
from datacontract_runner.warehouse import Connection

NO = "does not fit"


@dataclass(frozen=True)
class Case:
    """A type, a value of it, and what the methods make of it: the text of the value, or `NO`."""

    type: str
    value: str
    redact: str
    partial: str
    null: bool = True
    hash: bool = True


CASES = [
    Case("String", "'N12345678901'", "***", "********8901"),
    Case("String", "'N14228'", "***", "****28"),
    Case("String", "'ab'", "***", "**"),
    Case("String", "''", "***", ""),
    Case("String", "'Zoë Müller €'", "***", "********er €"),
    Case("Nullable(String)", "'N14228'", "***", "****28"),
    Case("Nullable(String)", "NULL", "***", "NULL"),
    Case("LowCardinality(String)", "'N14228'", "***", "****28"),
    Case("LowCardinality(Nullable(String))", "NULL", "***", "NULL"),
    Case("FixedString(6)", "'ab1234'", "***", "****34"),
    Case("FixedString(2)", "'ab'", "", "**"),
    Case("UInt64", "4111111111111111", "0", "************1111"),
    Case("Int32", "-7", "0", "**"),
    Case("Nullable(UInt8)", "NULL", "0", "NULL"),
    Case("Int256", "12345", "0", "****5"),
    Case("Float64", "1.5", "0", NO),
    Case("Decimal(18, 2)", "12.34", "0", NO),
    Case("Bool", "true", "false", NO),
    Case("Date", "'2020-02-03'", "1970-01-01", NO),
    Case("Date32", "'2020-02-03'", "1900-01-01", NO),
    Case("Nullable(DateTime)", "'2020-02-03 04:05:06'", "1970-01-01 00:00:00", NO),
    Case("DateTime64(3, 'UTC')", "'2020-02-03 04:05:06.789'", "1970-01-01 00:00:00.000", NO),
    Case(
        "UUID", "'61f0c404-5cb3-11e7-907b-a6006ad3dba0'", "00000000-0000-0000-0000-000000000000",
        "********************************dba0",
    ),
    Case("IPv4", "'192.168.7.99'", "0.0.0.0", "********7.99"),
    Case("IPv6", "'2001:db8::ff00:42:8329'", "::", "******************8329"),
    Case("Enum8('red' = 1, 'blue' = 2)", "'blue'", "red", NO),
    Case("Array(String)", "['a', 'b']", "[]", NO, null=False, hash=False),
    Case("Map(String, UInt8)", "map('a', 1)", "{}", NO, null=False, hash=False),
    Case("Tuple(a String, b UInt8)", "('x', 1)", "('',0)", NO, null=False, hash=False),
    Case("Array(Nullable(UInt8))", "[1, NULL]", "[]", NO, null=False, hash=False),
]  # fmt: skip


def evaluate(connection: Connection, case: Case, method: MaskingMethod) -> tuple[Any, str]:
    """Text and type of the masked value."""
    try:
        expression = masked("secret", case.type, method)
    except InvalidValue as error:
        return (NO, "") if error.field == "spec.governance.masking.secret.method" else (str(error), "")
    column = f"CAST({case.value}, {sql.literal(case.type)}) AS secret"
    row = connection.rows(
        f"SELECT coalesce(toString(m), 'NULL'), toTypeName(m) FROM (SELECT {expression} AS m FROM (SELECT {column}))"
    )
    text, kind = row[0]
    return text, " ".join(kind.split()).replace("( ", "(")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.type} {case.value}")
def test_methods_by_type(connection: Connection, case: Case) -> None:
    assert evaluate(connection, case, MaskingMethod.REDACT) == (case.redact, case.type)
    assert evaluate(connection, case, MaskingMethod.PARTIAL)[0] == case.partial
    text, kind = evaluate(connection, case, MaskingMethod.NULL)
    assert (text == "NULL", "Nullable(" in kind) == (case.null, case.null)
    digest, kind = evaluate(connection, case, MaskingMethod.HASH)
    assert (digest != NO) is case.hash
    if digest not in (NO, "NULL"):
        assert (len(digest), "String" in kind) == (32, True)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (("String", "'a'"), ("String", "'a'"), True),
        (("String", "'a'"), ("Nullable(String)", "'a'"), True),
        (("String", "'a'"), ("LowCardinality(String)", "'a'"), True),
        (("String", "'a'"), ("FixedString(4)", "'a'"), True),
        (("UInt8", "7"), ("Nullable(Int64)", "7"), True),
        (("String", "'a'"), ("String", "'A'"), False),
        (("UInt8", "7"), ("UInt8", "8"), False),
    ],
)
def test_equal_values_hash_alike_whatever_their_type(
    connection: Connection, first: tuple[str, str], second: tuple[str, str], same: bool
) -> None:
    digests = {evaluate(connection, Case(*side, "", ""), MaskingMethod.HASH)[0] for side in (first, second)}
    assert (len(digests) == 1) is same


def test_every_method_of_the_contract_has_its_file() -> None:
    assert set(METHODS) == set(MaskingMethod)
