"""What a contract asks for: which checks, about what, in which words."""

from typing import Any

import pytest

from datacontract_api.contract import DataContract
from datacontract_api.quality import Severity
from datacontract_runner.quality.check import Check, Origin
from datacontract_runner.quality.plan import plan_tables
from datacontract_runner.quality.rules.contract import plan_checks
from support.checks.rules import PROPERTIES, expectation, metric, promising, with_rule


def _only(contract: DataContract) -> Check:
    (check,) = plan_checks(contract)
    return check


RULES: list[tuple[dict[str, Any], str | None, str, str]] = [
    (metric("rowCount", mustBeGreaterThan=300000), None, "t rowCount", "more than 300,000 rows"),
    (metric("nullValues", mustBeLessThan="0.5", unit="percent"), "a", "t.a nullValues", "less than 0.5 % null"),
    (metric("invalidValues", arguments={"validValues": [1]}), "a", "t.a invalidValues", "exactly 0 invalid"),
    (metric("missingValues", mustBeBetween=[1, 2]), "a", "t.a missingValues", "between 1 and 2 missing"),
    (metric("duplicateValues", arguments={"properties": ["a", "b"]}), None, "t duplicateValues", "exactly 0 duplicate"),
    ({"type": "sql", "query": "SELECT 1", "mustNotBe": 0}, None, "t sql", "anything but 0"),
    ({"type": "sql", "query": "SELECT 1", "mustBe": 0, "name": "mine"}, None, "mine", "exactly 0"),
    (expectation("expect_column_values_to_not_be_null", mostly=0.95), "a",
     "t.a expect_column_values_to_not_be_null", "at most 5 % null"),
    (expectation("expect_column_values_to_be_in_set", value_set=["x", "y"]), "s",
     "t.s expect_column_values_to_be_in_set", "0 % not in ('x', 'y')"),
    (expectation("expect_column_mean_to_be_between", min_value=0, max_value=9), "a",
     "t.a expect_column_mean_to_be_between", "mean from 0 to 9"),
    (expectation("expect_column_pair_values_to_be_equal", column_A="a", column_B="b"), None,
     "t expect_column_pair_values_to_be_equal", "0 % with a other than b"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "column", "name", "expected"), RULES, ids=[rule[2] for rule in RULES])
def test_rules_become_checks_with_names_and_words(
    rule: dict[str, Any], column: str | None, name: str, expected: str
) -> None:
    check = _only(with_rule(rule, column))
    assert (check.name, check.comparison.expected) == (name, expected)


@pytest.mark.parametrize(
    ("promise", "names"),
    [
        ({"required": True}, ["t.k not null"]),
        ({"unique": True}, ["t.k unique"]),
        ({"primaryKey": True}, ["t.k not null", "t.k primaryKey"]),
        ({"primaryKey": True, "unique": True, "required": True}, ["t.k not null", "t.k unique"]),
    ],
)
def test_properties_imply_checks(promise: dict[str, Any], names: list[str]) -> None:
    checks = plan_checks(promising(({"name": "k", "physicalType": "Int64", **promise},)))
    assert [check.name for check in checks] == names
    assert {check.origin for check in checks} == {Origin.IMPLIED}


def test_a_compound_key_is_unique_together() -> None:
    keys = tuple({"name": name, "physicalType": "Int64", "primaryKey": True} for name in ("x", "y"))
    checks = plan_checks(promising(keys))
    assert [(check.name, check.columns) for check in checks] == [
        ("t.x not null", ("x",)),
        ("t.y not null", ("y",)),
        ("t primaryKey", ("x", "y")),
    ]


def test_rules_that_would_share_a_name_are_numbered() -> None:
    rule = {"type": "sql", "query": "SELECT 1", "mustBe": 1}
    assert [check.name for check in plan_checks(promising(PROPERTIES, [rule, rule]))] == ["t sql", "t sql (2)"]


def test_a_warning_stays_a_warning() -> None:
    assert _only(with_rule({**metric("nullValues"), "severity": "warning"}, "a")).severity is Severity.WARNING


@pytest.mark.parametrize(
    ("rule", "column", "personal"),
    [
        (metric("nullValues"), "mail", True),
        (metric("nullValues"), "a", False),
        ({"type": "sql", "query": "SELECT 1", "mustBe": 1}, None, True),
        (expectation("expect_compound_columns_to_be_unique", column_list=["a", "mail"]), None, True),
        (expectation("expect_column_max_to_be_between", column="a", max_value=1), None, False),
        (expectation("expect_column_max_to_be_between", column="a", max_value=1, row_condition='col("mail") == "x"'),
         None, True),
        (expectation("some.package.Expectation"), None, True),
    ],
)  # fmt: skip
def test_checks_know_whether_they_read_personal_data(rule: dict[str, Any], column: str | None, personal: bool) -> None:
    assert _only(with_rule(rule, column)).personal is personal


def test_a_hundred_aggregating_rules_and_two_keys_are_three_statements() -> None:
    limits = [expectation("expect_column_values_to_be_between", column="a", min_value=n) for n in range(100)]
    keys = [metric("duplicateValues", arguments={"properties": [name]}) for name in ("a", "b")]
    again = expectation("expect_column_values_to_be_unique", column="a")
    (plan,) = plan_tables(plan_checks(promising(PROPERTIES, [*limits, *keys, again])))
    assert plan.statements == 3
