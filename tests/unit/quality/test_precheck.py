"""Rules that could never be evaluated are refused before a row is read, with what to write instead."""

import subprocess
import sys
from typing import Any

import pytest

from datacontract_api.errors import ContractError, ExpectationUnknown, InvalidValue
from datacontract_runner.quality import verify
from support.checks.rules import expectation, metric, with_rule

BETWEEN = "expect_column_values_to_be_between"
REGEX = "expect_column_values_to_match_regex"

UNKNOWN: list[tuple[str, dict[str, Any], str | None, str]] = [
    ("a misspelt name", expectation("expect_column_values_to_be_betwen", min_value=1), "a", BETWEEN),
    ("a class name", expectation("ExpectColumnValuesToBeBetween", min_value=1), "a", BETWEEN),
    ("a misspelt argument", expectation(BETWEEN, min_valu=1), "a", "Did you mean min_value?"),
    ("a missing argument", expectation("expect_column_values_to_be_in_set"), "a", "needs the argument 'value_set'"),
    ("no bounds", expectation(BETWEEN), "a", "min_value, max_value or both"),
    ("bounds the wrong way round", expectation(BETWEEN, min_value=2, max_value=1), "a", "greater than"),
    ("a bound that is a word", expectation(BETWEEN, min_value="low"), "a", "a number, a date or a moment"),
    ("a range of text", expectation(BETWEEN, min_value=1), "s", "Nullable(String)"),
    ("a fraction of a row", expectation("expect_table_row_count_to_be_between", min_value=1.5), None, "whole numbers"),
    ("a share above one", expectation(BETWEEN, min_value=1, mostly=95), "a", "from 0 to 1"),
    ("a column that nobody promised", expectation(BETWEEN, column="z", min_value=1), None, "not promised"),
    ("another column than the property's", expectation(BETWEEN, column="b", min_value=1), "a", "names column 'b'"),
    ("a column in a filter", expectation(BETWEEN, min_value=1, row_condition='col("z") > 1'), "a", "'z'"),
    ("an unreadable filter", expectation(BETWEEN, min_value=1, row_condition="a > 1"), "a", "row_condition such as"),
    ("one column where several are needed", expectation("expect_compound_columns_to_be_unique", column_list=["a"]),
     None, "at least two columns"),
    ("an open group", expectation(REGEX, regex="(a"), "s", "missing )"),
    ("look-ahead", expectation(REGEX, regex="a(?=b)"), "s", "look-around is not part of RE2"),
    ("a back-reference", expectation(REGEX, regex=r"(a)\1"), "s", "back-reference"),
    ("an order that tables lack", expectation("expect_column_values_to_be_increasing"), "a", "have no order"),
    ("pandas alone", expectation("expect_column_values_to_be_json_parseable"), "s", "isValidJSON"),
]  # fmt: skip

INVALID: list[tuple[str, dict[str, Any], str | None, str]] = [
    ("rows of a column", metric("rowCount"), "a", "Move the rule to the table"),
    ("nulls of a table", metric("nullValues"), None, "Move the rule to the property"),
    ("duplicates of nothing", metric("duplicateValues"), None, "properties: [...]"),
    ("duplicates of a column that nobody promised", metric("duplicateValues", arguments={"properties": ["z"]}), None,
     "promises no property 'z'"),
    ("percent of rows", metric("rowCount", unit="percent"), None, "not percent of rows"),
    ("an argument of another metric", metric("nullValues", arguments={"pattern": "a"}), "a", "takes no argument"),
    ("nothing that is valid", metric("invalidValues"), "a", "validValues, pattern or both"),
    ("a pattern that RE2 lacks", metric("invalidValues", arguments={"pattern": "(?<!a)b"}), "s", "look-around"),
    ("a range the wrong way round", metric("nullValues", mustBeBetween=[5, 1]), "a", "greater than"),
    ("a property where there is none", {"type": "sql", "query": "SELECT max({property}) FROM {object}", "mustBe": 0},
     None, "stands on a table"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "column", "says"), [case[1:] for case in UNKNOWN], ids=[case[0] for case in UNKNOWN])
def test_impossible_expectations_are_refused(rule: dict[str, Any], column: str | None, says: str) -> None:
    _refused(ExpectationUnknown, rule, column, says)


@pytest.mark.parametrize(("rule", "column", "says"), [case[1:] for case in INVALID], ids=[case[0] for case in INVALID])
def test_impossible_odcs_rules_are_refused(rule: dict[str, Any], column: str | None, says: str) -> None:
    _refused(InvalidValue, rule, column, says)


def _refused(error: type[ContractError], rule: dict[str, Any], column: str | None, says: str) -> None:
    with pytest.raises(error) as refused:
        verify(with_rule(rule, column))
    assert says in str(refused.value)
    assert refused.value.field.startswith("spec.schema[0]")
    assert "quality[0]" in refused.value.field


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        (expectation(BETWEEN, min_value=1), "a"),
        (expectation(BETWEEN, column="a", min_value="1.5"), None),
        (expectation("expect_column_to_exist", column="not_promised"), None),
        (expectation("some_package.expectations.ExpectThing", column="a"), None),
        (expectation(REGEX, regex=r"^\p{Lu}[[:alpha:]]+\z"), "s"),
        (metric("duplicateValues", arguments={"properties": ["a", "b"]}, unit="percent"), None),
        ({"type": "text", "description": "ask Kim"}, "a"),
    ],
)
def test_possible_rules_are_not(rule: dict[str, Any], column: str | None) -> None:
    verify(with_rule(rule, column))


def test_verifying_imports_neither_great_expectations_nor_sqlalchemy() -> None:
    script = (
        "import sys; from support.checks.rules import *; from datacontract_runner.quality import verify;"
        f"verify(with_rule(expectation({BETWEEN!r}, min_value=1), 'a'));"
        "assert not {'great_expectations', 'sqlalchemy', 'pandas'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": ":".join(sys.path)})
