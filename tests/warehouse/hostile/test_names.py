"""Names that are allowed and yet could reach something that is not the contract's."""

import pytest

from datacontract_api.errors import NotOwned, Unsupported
from datacontract_runner.ledger import LEDGER_DATABASE
from support.contracts import changed
from support.hostile import CANARY

from .conftest import Site, governed_document

WORDS = ("select", "a" * 128)
"""Tables whose names mean something to ClickHouse or dbt, or are as long as a name may be."""


def test_tables_and_roles_may_be_named_like_words_of_sql(site: Site) -> None:
    for word in WORDS:
        document = site.document(governed_document())
        for path in (("load", "table"), ("schema", 0, "name")):
            document = changed(document, ("spec", *path), word)
        for rule in (0, 1):
            document = changed(document, ("spec", "governance", "access", rule, "tables"), [word])
            document = changed(document, ("spec", "governance", "access", rule, "role"), f"r{rule}{word}"[:128])
        ended = site.run(document)
        assert ended.code == 0, ended.out + ended.err
        assert site.rows(f"SELECT count() FROM {site.table(word)}") == [(2,)]


@pytest.mark.parametrize("database", [LEDGER_DATABASE, "system", "information_schema", "INFORMATION_SCHEMA", CANARY])
def test_databases_of_others_are_not_written_to(site: Site, database: str) -> None:
    document = site.document(governed_document())
    document = changed(document, ("spec", "destination", "database"), database)
    for path in (("spec", "load", "table"), ("spec", "schema", 0, "name")):
        document = changed(document, path, CANARY)
    for rule in (0, 1):
        document = changed(document, ("spec", "governance", "access", rule, "tables"), [CANARY])
    ended = site.run(document)
    assert ended.code in (NotOwned.exit_code, Unsupported.exit_code), ended.out + ended.err
    assert database in ended.out


def test_a_table_of_others_is_not_replaced_by_a_masking_view(site: Site) -> None:
    masked = f"{site.database}_masked"
    site.connection.execute(f"CREATE DATABASE IF NOT EXISTS {masked}")
    site.connection.execute(f"DROP VIEW IF EXISTS {masked}.orders")
    site.connection.execute(f"CREATE TABLE {masked}.orders (id UInt8) ENGINE = MergeTree ORDER BY id")
    site.connection.execute(f"INSERT INTO {masked}.orders VALUES (7)")
    ended = site.run(site.document(governed_document()))
    assert site.rows(f"SELECT id FROM {masked}.orders") == [(7,)]
    assert ended.code == NotOwned.exit_code, ended.out + ended.err
    assert f"{masked}.orders" in ended.out
