"""A suite whose rules all compile needs no Great Expectations, which reads its documents all the same."""

import json
import subprocess
import sys

from datacontract_runner import sql
from datacontract_runner.quality import validate
from datacontract_runner.quality.documents import suite_result
from datacontract_runner.warehouse import Connection
from support.checks.rules import PROPERTIES, expectation, metric, promising

_SCRIPT = """
import json, sys
from datacontract_api.contract import DataContract
from datacontract_runner.warehouse import Connection, parse_url
from datacontract_runner.stages.validate import Validate
from datacontract_runner.quality import validate
url, database, contract = sys.argv[1:]
results = validate(Connection(parse_url(url)), database, DataContract.model_validate_json(contract))
print(json.dumps([[result.success, result.error] for result in results]))
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

RULES = [
    metric("rowCount", mustBe=3),
    metric("duplicateValues", arguments={"properties": ["a", "b"]}),
    {"type": "sql", "query": "SELECT count() FROM {object} WHERE a > 2", "mustBe": 0},
    expectation("expect_column_values_to_be_between", column="a", min_value=1, max_value=2),
    expectation("expect_column_values_to_match_regex", column="s", regex="^x"),
    expectation("expect_column_mean_to_be_between", column="a", min_value=5),
    expectation("expect_column_distinct_values_to_equal_set", column="s", value_set=["x", "z"]),
    expectation("expect_column_quantile_values_to_be_between", column="a",
                quantile_ranges={"quantiles": [0.5], "value_ranges": [[0, 1]]}),
    expectation("expect_column_most_common_value_to_be_in_set", column="s", value_set=["y"]),
    expectation("expect_table_columns_to_match_set", column_set=["id"]),
    expectation("expect_column_type_to_be", column="a", type_="Int64"),
    expectation("expect_column_mean_to_be_between", column="s", min_value=5),
]  # fmt: skip


def _fill(connection: Connection, database: str) -> None:
    columns = ", ".join(f"{p['name']} {p['physicalType']}" for p in PROPERTIES)
    connection.execute(f"CREATE TABLE {sql.qualified(database, 't')} ({columns}) ENGINE = MergeTree ORDER BY id")
    rows = [[1, 1, None, "x", "m1"], [2, 2, 2, "y", "m2"], [3, None, 3, None, "m3"]]
    connection.insert(database, "t", [p["name"] for p in PROPERTIES], rows)


def test_rules_that_compile_import_no_great_expectations(connection: Connection, database: str) -> None:
    _fill(connection, database)
    contract = promising(PROPERTIES, RULES).model_dump_json(by_alias=True, exclude_none=True)
    target = connection.target
    url = target.url.replace("://", f"://{target.username}:{target.password}@")
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, url, database, contract], check=True, capture_output=True, text=True
    )
    results, modules = map(json.loads, done.stdout.splitlines())
    assert len(results) == len(RULES)
    assert not {"great_expectations", "sqlalchemy", "pandas", "marshmallow"} & set(modules)


def test_great_expectations_reads_and_renders_our_documents(connection: Connection, database: str) -> None:
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResultSchema,
        ExpectationValidationResult,
    )
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer

    _fill(connection, database)
    results = validate(connection, database, promising(PROPERTIES, RULES))
    text = suite_result([result.document for result in results], "rules.t", "run-1")
    read = ExpectationSuiteValidationResultSchema().loads(text)
    assert all(isinstance(result, ExpectationValidationResult) for result in read.results)
    assert [result.success for result in read.results] == [result.success for result in results]
    assert read.statistics["evaluated_expectations"] == len(RULES)
    page = json.dumps(ValidationResultsPageRenderer(run_info_at_end=True).render(read).to_json_dict())
    for word in ("values must match this regular expression: $regex", "Illegal types", "unexpected"):
        assert word in page
