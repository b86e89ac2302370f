"""A rule that could never be evaluated fails the run before a row is loaded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from support.contracts import contract_document

RULE = {
    "type": "custom",
    "engine": "greatExpectations",
    "implementation": {"type": "expect_table_row_count_to_be_betwen", "kwargs": {"min_value": 1}},
}


def test_an_impossible_rule_fails_the_first_stage(contractctl: Callable[..., Any], tmp_path: Path) -> None:
    document = contract_document()
    document["spec"]["schema"][0]["quality"] = [RULE]
    (tmp_path / "contract.yaml").write_text(yaml.safe_dump(document))
    ended = contractctl("run", "contract.yaml", "--output", "json")
    assert ended.code == 39
    (run,) = ended.document["runs"]
    assert [stage["stage"] for stage in run["stages"]] == ["ingest"]
    assert "expect_table_row_count_to_be_between" in run["stages"][0]["message"]
