"""Views, materialized views and dictionaries through stage, publish and rollback."""

from typing import Any

import pytest

from datacontract_api.errors import Unsupported
from datacontract_runner.transaction import open_stage, publish_stage

VIEW = "CREATE OR REPLACE VIEW {db}.big AS SELECT k, v FROM {db}.raw WHERE k > 5"
TARGET = "CREATE TABLE {db}.counts (v String, n UInt64) ENGINE = SummingMergeTree ORDER BY v"
MATERIALIZED = "CREATE MATERIALIZED VIEW {db}.counter TO {db}.counts AS SELECT v, count() AS n FROM {db}.raw GROUP BY v"
DICTIONARY = (
    "CREATE OR REPLACE DICTIONARY {db}.names (k UInt64, v String) PRIMARY KEY k "
    "SOURCE(CLICKHOUSE(DB '{db}' TABLE 'raw')) LAYOUT(HASHED()) LIFETIME(0)"
)
LOOKUP = "CREATE OR REPLACE VIEW {db}.looked AS SELECT k, dictGet('{db}.names', 'v', k) AS v FROM {db}.raw"


def test_views_and_dictionaries_name_live_tables_after_publishing(published: Any) -> None:
    result = published.run(VIEW, DICTIONARY, LOOKUP)
    assert result.definitions == 3
    assert published.value("SELECT count() FROM {db}.big") == 4
    assert published.value("SELECT v FROM {db}.looked WHERE k = 3") == "first"
    statements = published.rows("SELECT create_table_query FROM system.tables WHERE database = '{db}'")
    assert not any("__run_" in statement for (statement,) in statements)


def test_an_unchanged_view_is_left_alone_and_a_changed_one_replaced(published: Any) -> None:
    published.run(VIEW)
    uuid = published.value("SELECT uuid FROM system.tables WHERE database = '{db}' AND name = 'big'")
    published.run(VIEW)
    assert published.value("SELECT uuid FROM system.tables WHERE database = '{db}' AND name = 'big'") == uuid
    published.run(VIEW.replace("> 5", "> 7"))
    assert published.value("SELECT count() FROM {db}.big") == 2


def test_a_materialized_view_sees_what_the_next_run_loads(published: Any) -> None:
    published.run(TARGET, MATERIALIZED, "INSERT INTO {db}.raw SELECT number, 'second' FROM numbers(100, 30)")
    published.run("INSERT INTO {db}.raw SELECT number, 'third' FROM numbers(200, 15)")
    assert published.rows("SELECT v, sum(n) FROM {db}.counts GROUP BY v ORDER BY v") == [("second", 30), ("third", 15)]
    assert published.value("SELECT count() FROM {db}.raw") == 55


def test_a_live_materialized_view_still_feeds_the_live_target(published: Any) -> None:
    published.run(TARGET, MATERIALIZED)
    published.live("INSERT INTO {db}.raw SELECT number, 'direct' FROM numbers(300, 7)")
    assert published.value("SELECT sum(n) FROM {db}.counts") == 7


def test_a_dictionary_is_reloaded(published: Any) -> None:
    published.run(DICTIONARY)
    assert published.value("SELECT dictGet('{db}.names', 'v', toUInt64(3))") == "first"
    published.run("ALTER TABLE {db}.raw UPDATE v = 'changed' WHERE 1 SETTINGS mutations_sync = 2")
    assert published.value("SELECT dictGet('{db}.names', 'v', toUInt64(3))") == "changed"


def test_a_table_read_by_a_dictionary_can_be_renamed_in(published: Any) -> None:
    published.run(
        "CREATE TABLE {db}.fresh (k UInt64, v String) ENGINE = MergeTree ORDER BY k",
        "INSERT INTO {db}.fresh VALUES (1, 'one')",
        DICTIONARY.replace("'raw'", "'fresh'"),
    )
    assert published.value("SELECT dictGet('{db}.names', 'v', toUInt64(1))") == "one"


def test_a_dictionary_password_is_refused_because_the_server_hides_it(published: Any) -> None:
    with pytest.raises(Unsupported, match="named collection"):
        published.run(DICTIONARY.replace("TABLE 'raw'", "TABLE 'raw' USER 'default' PASSWORD 'secret'"))


def test_a_materialized_view_that_holds_its_rows_is_refused(published: Any) -> None:
    with pytest.raises(Unsupported, match="TO"):
        published.run("CREATE MATERIALIZED VIEW {db}.inner ENGINE = MergeTree ORDER BY k AS SELECT k FROM {db}.raw")


def test_a_view_becomes_a_table_and_a_table_a_view(published: Any) -> None:
    view, table = (
        "CREATE VIEW {db}.thing AS SELECT k FROM {db}.raw",
        "CREATE TABLE {db}.thing (k UInt64) ENGINE = MergeTree ORDER BY k",
    )
    published.run(view)
    published.run("DROP VIEW {db}.thing", table, "INSERT INTO {db}.thing VALUES (77)")
    assert published.rows("SELECT k FROM {db}.thing") == [(77,)]
    published.run("DROP TABLE {db}.thing", view)
    assert (published.engine("thing"), published.value("SELECT count() FROM {db}.thing")) == ("View", 10)
    published.rollback()
    assert published.rows("SELECT k FROM {db}.thing") == [(77,)]
    published.rollback()
    assert (published.engine("thing"), published.value("SELECT count() FROM {db}.thing")) == ("View", 10)
    published.run()
    assert (published.engine("thing"), published.value("SELECT count() FROM {db}.thing")) == ("View", 10)


def test_rollback_restores_the_ddl_of_views_materialized_views_and_dictionaries(published: Any) -> None:
    query = "SELECT name, create_table_query FROM system.tables WHERE database = '{db}' ORDER BY name"
    published.run(TARGET, VIEW, MATERIALIZED, DICTIONARY)
    before = published.rows(query)
    published.run(
        VIEW.replace("> 5", "> 8"),
        "DROP VIEW {db}.counter",
        MATERIALIZED.replace("count()", "sum(k)"),
        DICTIONARY.replace("LIFETIME(0)", "LIFETIME(MIN 100 MAX 200)"),
        "CREATE VIEW {db}.added AS SELECT 1 AS one",
        "ALTER TABLE {db}.raw UPDATE v = 'changed' WHERE 1 SETTINGS mutations_sync = 2",
    )
    after = published.rows(query)
    assert len(after) == len(before) + 1
    published.rollback()
    assert published.rows(query) == before
    assert published.value("SELECT dictGet('{db}.names', 'v', toUInt64(3))") == "first"
    published.rollback()
    assert published.rows(query) == after
    assert published.value("SELECT dictGet('{db}.names', 'v', toUInt64(3))") == "changed"


def test_the_run_after_a_rollback_recreates_what_was_rolled_back_to(published: Any) -> None:
    published.run(TARGET, MATERIALIZED)
    published.run("DROP VIEW {db}.counter", MATERIALIZED.replace("count()", "10 * count()"))
    published.rollback()
    published.run("INSERT INTO {db}.raw VALUES (1000, 'new')")
    assert published.rows("SELECT v, n FROM {db}.counts") == [("new", 1)]


def test_views_of_others_on_our_tables_are_named(published: Any) -> None:
    published.live(
        "CREATE TABLE {db}.theirs (k UInt64) ENGINE = MergeTree ORDER BY k",
        "CREATE MATERIALIZED VIEW {db}.spy TO {db}.theirs AS SELECT k FROM {db}.raw",
    )
    context = published.context()
    stage = open_stage(context)
    assert [f"{published.database}.spy" in text for text in context.progress.texts] == [True]
    published.fill(stage, "INSERT INTO {db}.raw SELECT number, 'second' FROM numbers(100, 15)")
    publish_stage(context, lambda *_: 0)
    assert published.value("SELECT count() FROM {db}.theirs") == 0
