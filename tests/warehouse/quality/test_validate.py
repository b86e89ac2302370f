"""Staged tables are measured, and what is found is said in words."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from datacontract_api.errors import ExpectationUnknown
from datacontract_runner import sql
from datacontract_runner.ledger import Ledger
from datacontract_runner.quality import CheckResult, check_results, validate
from datacontract_runner.quality.recording import record
from datacontract_runner.stages.validate import report
from datacontract_runner.warehouse import Connection
from support.checks.rules import PROPERTIES, expectation, metric, promising, with_rule

MAILS = "kim@example.org", "lee@example.org"


@pytest.fixture(scope="module")
def staged(connection: Connection) -> Iterator[str]:
    """A database with a table ``t`` of 8 rows: a has 2 nulls and a duplicate, s has an empty text."""
    name = f"t_{uuid.uuid4().hex[:10]}"
    connection.execute(f"CREATE DATABASE {sql.identifier(name)}")
    columns = ", ".join(f"{p['name']} {p['physicalType']}" for p in PROPERTIES)
    connection.execute(f"CREATE TABLE {sql.qualified(name, 't')} ({columns}) ENGINE = MergeTree ORDER BY id")
    a = [None, None, 2, 2, 3, 4, 5, 600]
    s = ["", "x1", "x2", "x3", "y", "x5", None, "x7"]
    connection.insert(
        name, "t", [p["name"] for p in PROPERTIES], [[i, a[i], i % 3, s[i], MAILS[i % 2]] for i in range(8)]
    )
    yield name
    connection.execute(f"DROP DATABASE {sql.identifier(name)} SYNC")


def _only(connection: Connection, database: str, rule: dict[str, Any], column: str | None = None) -> CheckResult:
    (result,) = validate(connection, database, with_rule(rule, column))
    return result


MEASURED: list[tuple[dict[str, Any], str | None, bool, str]] = [
    (metric("rowCount", mustBeGreaterThan=8), None, False, "8 rows"),
    (metric("rowCount", mustBeGreaterOrEqualTo=8), None, True, "8 rows"),
    (metric("nullValues", mustBeLessThan=25, unit="percent"), "a", False, "25 % null (2 of 8)"),
    (metric("nullValues", mustBeLessOrEqualTo=25, unit="percent"), "a", True, "25 % null (2 of 8)"),
    (metric("missingValues", mustBe=2), "a", True, "2 missing"),
    (metric("missingValues", arguments={"missingValues": ["", "y"]}, mustBe=2), "s", False, "3 missing"),
    (metric("invalidValues", arguments={"validValues": [2, 3, 4]}), "a", False, "2 invalid"),
    (metric("invalidValues", arguments={"pattern": "^x[0-9]$"}, mustBe=2), "s", True, "2 invalid"),
    (metric("duplicateValues", mustBe=2), "a", True, "2 duplicate"),
    (metric("duplicateValues", arguments={"properties": ["a", "b"]}), None, True, "0 duplicate"),
    ({"type": "sql", "query": "SELECT max({property}) FROM {object};", "mustBeBetween": [1, "599.5"]}, "a", False,
     "600"),
    ({"type": "sql", "query": "SELECT NULL", "mustBe": 0}, None, False, "no number"),
    ({"type": "sql", "query": "SELECT 1 UNION ALL SELECT 1", "mustBe": 1}, None, False, "no number"),
    (expectation("expect_column_values_to_be_between", min_value=1, max_value=5, mostly=0.8), "a", True,
     "16.7 % not from 1 to 5 (1 of 6)"),
    (expectation("expect_column_values_to_match_regex", regex="^x"), "s", False, "28.6 % not matching '^x' (2 of 7)"),
    (expectation("expect_table_columns_to_match_set", column_set=["id", "a", "z"]), None, False,
     "missing z; unexpected b, mail, s"),
    (expectation("unexpected_rows_expectation", unexpected_rows_query="SELECT * FROM {batch} WHERE a > 4"), None, False,
     "number of unexpected rows 2"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "column", "success", "found"), MEASURED)
def test_rules_are_measured_on_the_staged_table(
    connection: Connection, staged: str, rule: dict[str, Any], column: str | None, success: bool, found: str
) -> None:
    result = _only(connection, staged, rule, column)
    assert (result.success, result.found) == (success, found)


FORBIDDEN: list[tuple[str, str]] = [
    ("INSERT INTO {object} SELECT * FROM {object}", "Syntax error"),
    ("DROP TABLE {object}", "Syntax error"),
    ("SELECT 1) SETTINGS readonly = 0 --", "Syntax error"),
    ("SELECT * FROM (SELECT * FROM file('/etc/hostname', LineAsString) SETTINGS readonly = 0)", "readonly"),
    ("SELECT * FROM file('/etc/hostname', LineAsString)", "readonly"),
    ("SELECT * FROM url('http://127.0.0.1:1/', LineAsString)", "readonly"),
    ("SELECT 1; DROP TABLE {object}", "Syntax error"),
    ("SELEC 1", "Syntax error"),
    ("SELECT nothing FROM {object}", "nothing"),
]


@pytest.mark.parametrize(("query", "says"), FORBIDDEN)
def test_sql_rules_only_read_and_their_errors_fail_them_alone(
    connection: Connection, staged: str, query: str, says: str
) -> None:
    rules = [{"type": "sql", "query": query, "mustBe": 0}, metric("rowCount", mustBe=8)]
    broken, counted = validate(connection, staged, promising(PROPERTIES, rules))
    assert not broken.success
    assert broken.found.startswith("could not be evaluated")
    assert says in broken.error
    assert counted.success


def test_a_rule_that_cannot_be_evaluated_spoils_no_other(connection: Connection, staged: str) -> None:
    rules = [
        expectation("expect_column_mean_to_be_between", column="s", min_value=0),
        *(expectation("expect_column_max_to_be_between", column="a", max_value=limit) for limit in (599, 600)),
    ]
    broken, too_high, high_enough = validate(connection, staged, promising(PROPERTIES, rules))
    assert "Illegal types" in broken.error
    assert (too_high.success, high_enough.success) == (False, True)


PERSONAL = [
    expectation("expect_column_most_common_value_to_be_in_set", column="mail", value_set=["x"]),
    expectation("expect_column_max_to_be_between", column="mail", max_value=1),
    expectation("expect_column_distinct_values_to_equal_set", column="mail", value_set=["x"]),
    expectation("expect_column_values_to_be_in_set", column="mail", value_set=["x"]),
    expectation("great_expectations.expectations.core.ExpectColumnMaxToBeBetween", column="mail", max_value=1),
    {"type": "sql", "query": "SELECT max(mail) FROM {object}", "mustBe": 0},
    {"type": "sql", "query": "SELECT toInt64(max(mail)) FROM {object}", "mustBe": 0},
]


def test_values_of_personal_data_are_neither_shown_nor_stored(
    connection: Connection, ledger: Ledger, staged: str
) -> None:
    results = validate(connection, staged, promising(PROPERTIES, PERSONAL))
    record(ledger, "default/rules", "run-personal", results)
    told = repr(results) + repr(check_results(ledger, "run-personal")) + report(results).model_dump_json()
    assert not any(result.success for result in results)
    assert "@" not in told
    assert "example" not in told


KEYED = tuple({**p, "primaryKey": True} if p["name"] == "id" else p for p in PROPERTIES)

SAMPLED = [
    (metric("nullValues"), "a", [{"id": 0, "a": None}, {"id": 1, "a": None}]),
    (metric("duplicateValues"), "a", [{"id": 2, "a": 2}, {"id": 3, "a": 2}]),
    (metric("duplicateValues", arguments={"properties": ["a", "id"]}, mustBe=1), "a", []),
    (expectation("expect_column_values_to_be_between", max_value=5), "a", [{"id": 7, "a": 600}]),
    (expectation("expect_column_value_z_scores_to_be_less_than", threshold=2, double_sided=True), "a",
     [{"id": 7, "a": 600}]),
    (expectation("expect_column_values_to_be_in_set", value_set=["kim@example.org"], mostly=0.9), "mail",
     [{"id": 1}, {"id": 3}, {"id": 5}, {"id": 7}]),
    (expectation("expect_column_max_to_be_between", max_value=5), "a", []),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "column", "rows"), SAMPLED)
def test_a_failed_rule_shows_rows_by_their_key_and_never_personal_data(
    connection: Connection, staged: str, rule: dict[str, Any], column: str, rows: list[dict[str, Any]]
) -> None:
    promised = tuple({**p, "quality": [rule]} if p["name"] == column else p for p in KEYED)
    *_, result = validate(connection, staged, promising(promised))
    assert not result.success
    found = sorted(({**sample.key, **sample.values} for sample in result.samples), key=str)
    assert found == rows
    assert json.loads(result.document)["result"].get("partial_unexpected_index_list", []) == [
        {**sample.key, **sample.values} for sample in result.samples
    ]


def test_samples_are_in_the_report_and_in_the_ledger(connection: Connection, ledger: Ledger, staged: str) -> None:
    rule = {**expectation("expect_column_values_to_be_between", column="a", max_value=5), "name": "small"}
    results = validate(connection, staged, promising(KEYED, [rule]))
    record(ledger, "default/rules", "run-samples", results)
    assert report(results).failures[0].found == "16.7 % not at most 5 (1 of 6), such as id 7 a 600"
    assert check_results(ledger, "run-samples")[-1].samples == results[-1].samples


def test_the_ledger_gives_results_back(connection: Connection, ledger: Ledger, staged: str) -> None:
    rules = [metric("rowCount", mustBe=1), expectation("expect_column_sum_to_be_between", column="a", min_value=1)]
    results = validate(connection, staged, promising(PROPERTIES, rules))
    for _ in range(2):
        record(ledger, "default/rules", "run-1", results)
    read = check_results(ledger, "run-1")
    assert [(r.name, r.success, r.expected, r.found, r.severity, r.origin) for r in read] == [
        (r.name, r.success, r.expected, r.found, r.severity, r.origin) for r in results
    ]
    assert read[1].measured.observed == "616"


def test_the_report_counts_and_names_the_errors_first(connection: Connection, staged: str) -> None:
    rules = [
        {**metric("rowCount", mustBe=1), "severity": "warning", "name": "warned"},
        {**metric("rowCount", mustBe=2), "name": "failed"},
        {**metric("rowCount", mustBe=8), "name": "passed"},
    ]
    stage = report(validate(connection, staged, promising(PROPERTIES, rules)))
    assert not stage.succeeded
    assert stage.reason == "CheckFailed"
    assert {"checks": 3, "passed": 1, "warnings": 1, "failed": 1}.items() <= stage.counts.items()
    assert [failure.name for failure in stage.failures] == ["failed", "warned"]
    assert "expected exactly 2 rows, found 8 rows" in stage.message


def test_a_warning_alone_does_not_fail_the_stage(connection: Connection, staged: str) -> None:
    rule = {**metric("rowCount", mustBe=1), "severity": "warning"}
    stage = report(validate(connection, staged, with_rule(rule)))
    assert stage.succeeded
    assert stage.counts["warnings"] == 1


def test_expectations_that_do_not_compile_run_in_great_expectations(connection: Connection, staged: str) -> None:
    rule = expectation(
        "expect_column_kl_divergence_to_be_less_than",
        column="b",
        partition_object={"values": [0, 1, 2], "weights": [0.4, 0.3, 0.3]},
        threshold=0.5,
    )
    result = _only(connection, staged, rule)
    assert (result.compiled, result.success) == (False, True)


@pytest.mark.parametrize(("span", "success"), [(598, True), (599, False)])
def test_an_expectation_of_ones_own_runs_by_its_import_path(
    connection: Connection, staged: str, span: int, success: bool
) -> None:
    rule = expectation("support.checks.custom.ExpectColumnSpanToBeAtLeast", span=span, column="a")
    result = _only(connection, staged, rule)
    assert (result.success, result.found, result.compiled, result.error) == (success, "598", False, "")


def test_an_import_path_that_leads_nowhere_is_named(connection: Connection, staged: str) -> None:
    with pytest.raises(ExpectationUnknown, match=r"no_such_package\.Thing cannot be imported"):
        _only(connection, staged, expectation("no_such_package.Thing", column="a"))
