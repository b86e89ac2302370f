"""Contracts written as JSON, as the operator and other programs write them, hold what the JSON holds."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datacontract_api.documents import parse
from datacontract_api.errors import ContractUnreadable
from datacontract_operator.manifests.snapshot import CONTRACT_FILE, snapshot_of
from support.contracts import contract, contract_document, warehouse

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(TEXT)
@example("🛩️ Zoë")
@example("\\ud83d\\ude00 and 😀")
@example("\\😀")
@example("\U0010ffff\U00010000\uffff\ufeff\x7f\x85\u2028\0")
def test_text_in_json_is_read_as_json_means_it(text):
    document = contract_document(description={"purpose": text})
    for written in (json.dumps(document), json.dumps(document, indent=2)):
        (read,) = parse(written, "contract.json")
        assert not read.problems
        assert read.model.spec.description.purpose == text


def test_half_a_pair_is_refused_with_its_place():
    written = json.dumps(contract_document(domain="a")).replace('"domain": "a"', '"domain": "\\ud83d"')
    with pytest.raises(ContractUnreadable, match=r"contract.json:1:\d+: is not YAML"):
        parse(written, "contract.json")


@given(TEXT)
@example("🛩️")
def test_a_run_reads_the_snapshot_that_the_operator_wrote(text):
    declared = contract(description={"purpose": text}, governance={"access": []})
    written = snapshot_of(declared, "uid", warehouse()).manifest["data"][CONTRACT_FILE]
    (read,) = parse(written, CONTRACT_FILE)
    assert not read.problems
    assert read.model.spec == declared.spec
