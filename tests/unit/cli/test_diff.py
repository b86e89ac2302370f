"""`contractctl diff` tells what breaks from what does not, field by field."""

from pathlib import Path

import pytest

from datacontract_api.compatibility import breaking_changes
from datacontract_api.contract import DataContract
from datacontract_runner.differences import compare
from support.contractctl import Ended, contractctl
from support.contracts import Document, changed, write
from support.promises import CASES, OLD


def diff(folder: Path, old: Document, new: Document, *words: str) -> Ended:
    """Calls `contractctl diff`."""
    return contractctl("diff", write(folder, old, name="old.yaml"), write(folder, new, name="new.yaml"), *words)


@pytest.mark.parametrize(("new", "broken"), CASES.values(), ids=CASES)
def test_every_broken_promise_is_one_breaking_difference(
    new: Document, broken: tuple[str, ...], tmp_path: Path
) -> None:
    ended = diff(tmp_path, OLD, new, "--output", "json")
    (comparison,) = ended.document["comparisons"]
    assert ended.code == (1 if broken else 0)
    assert (comparison["breaking"], comparison["allowed"]) == (bool(broken), not broken)
    found = [one for one in comparison["differences"] if one["verdict"] == "breaking"]
    assert [one["message"] for one in found] == [promise.partition(": ")[2] for promise in broken]
    assert all((one["message"] == "") == (one["verdict"] == "compatible") for one in comparison["differences"])


@pytest.mark.parametrize(("new", "broken"), CASES.values(), ids=CASES)
def test_a_new_major_version_may_break_promises(new: Document, broken: tuple[str, ...], tmp_path: Path) -> None:
    ended = diff(tmp_path, OLD, changed(new, ("spec", "version"), "2.0.0"))
    assert ended.code == 0
    assert ("announced by the new major version" in ended.out) == bool(broken)


FIELDS = {
    "spec.version": (("spec", "version"), "1.0.1", "1.0.0"),
    "spec.suspend": (("spec", "suspend"), True, None),
    "spec.schema[orders].properties[email].description": (
        ("spec", "schema", 0, "properties", 1, "description"),
        "Address",
        None,
    ),
    "spec.schema[orders].properties[id].primaryKey": (
        ("spec", "schema", 0, "properties", 0, "primaryKey"),
        False,
        True,
    ),
    "spec.governance.masking.email": (("spec", "governance", "masking", "email"), {"method": "hash"}, None),
    "spec.load.mode": (("spec", "load", "mode"), "append", "replace"),
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_difference_names_its_field_with_both_values(field: str, tmp_path: Path) -> None:
    path, after, before = FIELDS[field]
    (comparison,) = diff(tmp_path, OLD, changed(OLD, path, after), "--output", "json").document["comparisons"]
    (found,) = comparison["differences"]
    assert field.startswith(found["field"])
    assert found["before"] == before


def test_text_says_what_breaks_and_what_to_do(tmp_path: Path) -> None:
    ended = diff(tmp_path, OLD, CASES["a type is narrowed"][0])
    assert ended.code == 1
    for words in ("breaking", "spec.schema[orders].properties[id].physicalType", "UInt64", "UInt32", "2.0.0"):
        assert words in ended.out


def test_files_of_several_contracts_are_compared_by_name(tmp_path: Path) -> None:
    other = changed(OLD, ("metadata", "name"), "other")
    old = write(tmp_path, OLD, other, name="old.yaml")
    new = write(tmp_path, other, CASES["a column is removed"][0], name="new.yaml")
    comparisons = contractctl("diff", old, new, "--output", "json").document["comparisons"]
    assert [(one["contract"], one["breaking"]) for one in comparisons] == [("shop/orders", True), ("shop/other", False)]
    assert contractctl("diff", old, write(tmp_path, other, name="new.yaml")).code == 30


def test_no_breaking_change_is_lost_when_several_come_at_once() -> None:
    new = changed(OLD, ("spec", "schema", 0, "properties"), [{"name": "id", "physicalType": "UInt8"}])
    contracts = DataContract.model_validate(OLD), DataContract.model_validate(new)
    assert len(compare(*contracts).breaking) == len(breaking_changes(*contracts)) == 5
