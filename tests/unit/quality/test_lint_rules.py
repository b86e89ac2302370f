"""`contractctl lint` names rules that could never be evaluated, where they stand."""

from pathlib import Path

import pytest

from datacontract_runner.lint import lint

CONTRACT = """apiVersion: datacontract.dev/v1alpha1
kind: DataContract
metadata: {name: c}
spec:
  version: 1.0.0
  destination: {database: d}
  source: {file: {path: x.csv, format: CSVWithNames}}
  load: {table: t, mode: replace}
  schema:
  - name: t
    properties:
    - {name: a, physicalType: Int64}
    quality:
    - type: custom
      engine: greatExpectations
      implementation:
        type: expect_column_values_to_match_regex
        kwargs: {column: a, regex: "a"}
    - RULE
"""

RULES = [
    ("{type: custom, engine: greatExpectations, implementation: {type: expect_column_max_to_be_betwen, kwargs: {}}}",
     "Did you mean expect_column_max_to_be_between"),
    ("{type: custom, engine: greatExpectations, implementation: {type: expect_table_row_count_to_equal, "
     "kwargs: {valeu: 1}}}", "Did you mean value?"),
    ("{type: library, metric: rowCount, unit: percent, mustBe: 1}", "not percent of rows"),
    ("{type: custom, engine: greatExpectations, implementation: {type: expect_column_max_to_be_between, "
     "kwargs: {column: z, max_value: 1}}}", "z"),
    ("{type: sql, query: 'SELECT {property} FROM {object}', mustBe: 1}", "property"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "says"), RULES)
def test_lint_names_an_impossible_rule_once_and_where_it_stands(tmp_path: Path, rule: str, says: str) -> None:
    file = tmp_path / "contract.yaml"
    file.write_text(CONTRACT.replace("RULE", rule))
    (finding,) = lint([file])
    assert finding.line == 19
    assert says in str(finding)
