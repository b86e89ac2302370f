"""What a change breaks for readers, and which versions announce it."""

import pytest

from datacontract_api.compatibility import breaking_changes, is_new_major
from datacontract_api.contract import DataContract
from support.contracts import contract
from support.promises import CASES, OLD


@pytest.mark.parametrize(("new", "expected"), CASES.values(), ids=CASES)
def test_broken_promises_are_listed_in_words(new, expected):
    found = breaking_changes(DataContract.model_validate(OLD), DataContract.model_validate(new))
    assert tuple(str(change) for change in found) == expected


VERSIONS = {"1.0.1": False, "1.1.0": False, "2.0.0": True, "10.0.0": True, "0.9.0": False, "2.0.0-rc1": True}


@pytest.mark.parametrize(("version", "major"), VERSIONS.items())
def test_only_a_greater_major_number_announces_a_break(version, major):
    assert is_new_major(contract(), contract(version=version)) is major
