"""The ledger's declarations."""

from pathlib import Path

import pytest

from datacontract_runner.ledger import schema
from datacontract_runner.ledger.document import render


@pytest.mark.parametrize("table", schema.tables(), ids=lambda table: table.name)
def test_every_table_says_what_its_rows_and_columns_mean(table: schema.LedgerTable) -> None:
    assert table.description
    assert all(column.description for column in table.columns)
    assert set(table.order_by) <= {column.name for column in table.columns}


@pytest.mark.parametrize("table", schema.tables(), ids=lambda table: table.name)
def test_tables_whose_rows_are_replaced_end_with_the_version_column(table: schema.LedgerTable) -> None:
    assert ("updated_at" in table.engine) == (table.columns[-1].name == "updated_at")


def test_names_are_unique() -> None:
    names = [table.name for table in schema.tables()]
    assert len(names) == len(set(names))


def test_a_new_ledger_needs_no_migration_and_an_older_one_gets_all_between() -> None:
    migrations = {2: ("two",), 3: ("three",)}
    assert schema.plan_statements(None, 3, migrations) == tuple(table.ddl for table in schema.tables())
    steps = [line for line in schema.plan_statements(1, 3, migrations) if line in ("two", "three")]
    assert steps == ["two", "three"]
    assert "two" not in schema.plan_statements(2, 3, migrations)


def test_the_documentation_is_current() -> None:
    page = Path(__file__).parents[3] / "docs" / "ledger.md"
    assert page.read_text() == render(), "run: python -m datacontract_runner.ledger.document"
