"""Lint looks at whatever the models accept, in every place that holds text, and never fails over it."""

import pytest

from datacontract_api.contract import DataContract
from datacontract_runner.lint import lint
from support.contracts import write
from support.fields import text_fields

HOSTILE = {
    "statement": "'; DROP TABLE x --",
    "open Jinja": "{{ config(grants=",
    "open block": "{% if",
    "Jinja in Jinja": "{{ {{ }} }}",
    "open comment": "select /* 1",
    "open heredoc": "select $x$ 1",
    "brackets": "select " + "(" * 5000,
    "fitting brackets": "select " + "(" * 5000 + "1" + ")" * 5000,
    "subqueries": "select 1 from (" * 90 + "select 1" + ")" * 90,
    "long": "select " + "a," * 5000 + "a",
    "quotes": "select `a``b`, \"c\\\"d\", 'e\\'f'",
    "placeholders": "select {object} {property} {x:String}",
    "a select": "select 1",
    "a word": "a",
    "a name longer than the file system takes": "a" * 300,
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_lint_reports_with_a_place_or_is_content(tmp_path, value):
    for field in text_fields(DataContract):
        if field.path[0] == "spec":
            path = write(tmp_path, field.make_document_with(value))
            for finding in lint([path]):
                assert finding.line >= 1
                assert len(str(finding)) < 1000, str(finding)[:1000]
