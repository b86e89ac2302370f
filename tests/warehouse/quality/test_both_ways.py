"""Every expectation that compiles says the same as Great Expectations' own engine, on tables that are hard to count."""

import uuid
from collections.abc import Iterator

import pytest

from datacontract_runner import sql
from datacontract_runner.quality.expectations.compiled import compilers
from datacontract_runner.quality.questions import Unanswered
from datacontract_runner.warehouse import Connection
from support.checks import adversarial
from support.checks.bothways import Case, differences, ours, theirs
from support.checks.cases import cases

_SHARE = {"many": 4, "none": 16, "one": 20, "two": 20, "voids": 16}
"""Every so-manieth case runs on a table: their own engine takes its time."""


@pytest.fixture(scope="module")
def tables(connection: Connection) -> Iterator[str]:
    """A database with the adversarial tables."""
    name = f"t_{uuid.uuid4().hex[:10]}"
    connection.execute(f"CREATE DATABASE {sql.identifier(name)}")
    adversarial.create(connection, name)
    yield name
    connection.execute(f"DROP DATABASE {sql.identifier(name)} SYNC")


def _ignores_row_condition(case: Case) -> bool:
    """Great Expectations 1.24 counts pairs outside the set over all rows, whatever the row_condition says."""
    return case[0] == "expect_column_pair_values_to_be_in_set" and "row_condition" in case[1]


@pytest.mark.parametrize("table", adversarial.TABLES)
def test_compiled_expectations_agree_with_great_expectations(connection: Connection, tables: str, table: str) -> None:
    chosen = [case for case in list(cases())[len(table) % 2 :: _SHARE[table]] if not _ignores_row_condition(case)]
    mine = [result for part in _parts(chosen) for result in ours(connection, tables, table, adversarial.TYPES, part)]
    yours = theirs(connection, tables, table, chosen)
    wrong = []
    for case, result, other in zip(chosen, mine, yours, strict=True):
        assert result.compiled, case
        assert not isinstance(other, Unanswered), (case, other)
        if found := differences(result, other):
            wrong.append((case, found, result.error))
    assert not wrong


def _parts(chosen: list[Case]) -> Iterator[list[Case]]:
    """Contracts hold at most 200 rules on a table."""
    for start in range(0, len(chosen), 200):
        yield chosen[start : start + 200]


def test_every_expectation_that_compiles_has_a_case() -> None:
    assert {name for name, _ in cases()} == set(compilers())
