"""The static catalogue is that of the installed Great Expectations, and the page about it is current."""

from pathlib import Path

import pytest

from datacontract_runner.quality.expectations.catalogue import CATALOGUE, COMMON, close_names
from datacontract_runner.quality.expectations.compiled import compilers
from datacontract_runner.quality.expectations.page import render

PAGE = Path(__file__).parents[3] / "docs" / "expectations.md"


def test_names_and_arguments_are_those_of_great_expectations() -> None:
    import great_expectations.expectations.core  # noqa: F401 - registers
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.registry import (
        get_expectation_impl,
        list_registered_expectation_implementations,
    )

    common = {*Expectation.__fields__, "batch_id", "library_metadata"}
    theirs, required = {}, {}
    for name in list_registered_expectation_implementations():
        implementation = get_expectation_impl(name)
        if implementation.__module__.startswith("great_expectations."):
            theirs[name] = set(implementation.__fields__) - common
            required[name] = {key for key, field in implementation.__fields__.items() if field.required} - common
    assert {name: set(entry.arguments) for name, entry in CATALOGUE.items()} == theirs
    # Pydantic tells a field without default from one that must not be null: only the former are marked.
    assert all(required[name] <= set(entry.all_required) for name, entry in CATALOGUE.items())
    assert set(COMMON) <= set(Expectation.__fields__)


def test_only_expectations_of_the_catalogue_compile_and_none_that_is_impossible() -> None:
    assert all(not CATALOGUE[name].impossible for name in compilers())


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == render(), "run: python -m datacontract_runner.quality.expectations.page " + str(PAGE)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("expect_column_values_to_be_beetween", "expect_column_values_to_be_between"),
        ("ExpectColumnMaxToBeBetween", "expect_column_max_to_be_between"),
        ("expect_columns_to_match_set", "expect_table_columns_to_match_set"),
    ],
)
def test_a_name_that_does_not_exist_is_answered_with_close_ones(written: str, meant: str) -> None:
    assert meant in close_names(written)
