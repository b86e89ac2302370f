"""The examples are what they preach."""

from pathlib import Path

import pytest

from datacontract_runner.lint import lint

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/contract.yaml"))


def test_there_are_examples():
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_lint_finds_nothing_in_an_example(path):
    assert [str(finding) for finding in lint([path])] == []
