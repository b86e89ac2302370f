"""What readers see of a run: nothing before it publishes, all of it afterwards, and what is kept."""

from typing import Any

import pytest

from datacontract_api.errors import InternalError, NothingToRollBack, NotOwned, Unsupported
from datacontract_runner.transaction import abandon_stage, already_published, open_stage, publish_begun, publish_stage


def test_the_first_run_brings_its_tables(published: Any) -> None:
    assert published.value("SELECT sum(k) FROM {db}.raw") == 45
    assert len(published.stages()) == 1


def test_readers_see_nothing_of_a_run_before_it_publishes(published: Any) -> None:
    context = published.context()
    stage = open_stage(context)
    published.fill(stage, "INSERT INTO {db}.raw VALUES (100, 'second')")
    assert published.value("SELECT count() FROM {db}.raw") == 10
    assert published.value("SELECT count() FROM {db}.raw", stage) == 11
    publish_stage(context, lambda *_: 0)
    assert published.value("SELECT count() FROM {db}.raw") == 11


def test_the_report_counts_rows_as_readers_do(published: Any) -> None:
    result = published.run("DELETE FROM {db}.raw WHERE k < 3")
    assert (result.tables, result.rows) == (1, 7)


def test_a_failed_run_leaves_no_stage_and_the_live_tables_as_they_were(published: Any) -> None:
    before, uuid = published.stages(), published.value("SELECT uuid FROM system.tables WHERE database = '{db}'")
    context = published.context()
    stage = open_stage(context)
    published.fill(stage, "TRUNCATE TABLE {db}.raw")
    abandon_stage(context)
    assert published.stages() == before
    assert published.value("SELECT uuid FROM system.tables WHERE database = '{db}'") == uuid
    assert published.value("SELECT count() FROM {db}.raw") == 10


def test_previous_tables_are_kept_and_dropped_by_the_next_publish(published: Any) -> None:
    second = published.run("INSERT INTO {db}.raw VALUES (10, 'second')")
    assert published.value("SELECT count() FROM {db}.raw", second.stage) == 10
    third = published.run("INSERT INTO {db}.raw VALUES (11, 'third')")
    assert published.stages() == [third.stage]


def test_a_repeated_publish_changes_nothing(published: Any) -> None:
    context = published.context()
    published.fill(open_stage(context), "INSERT INTO {db}.raw VALUES (10, 'second')")
    first = publish_stage(context, lambda *_: 0)
    assert publish_begun(context)
    assert already_published(context)
    assert publish_stage(context, lambda *_: 0) == first
    assert published.value("SELECT count() FROM {db}.raw") == 11


def test_a_published_run_id_cannot_load_again(published: Any) -> None:
    context = published.context()
    open_stage(context)
    publish_stage(context, lambda *_: 0)
    with pytest.raises(InternalError, match="begun to publish"):
        open_stage(context)


def test_a_repeated_run_id_starts_from_a_fresh_stage(published: Any) -> None:
    context = published.context()
    first = open_stage(context)
    published.fill(first, "INSERT INTO {db}.raw VALUES (10, 'half')")
    second = open_stage(context)
    assert first not in published.stages()
    assert published.value("SELECT count() FROM {db}.raw", second) == 10


def test_governance_comes_before_the_plan_is_written(published: Any) -> None:
    context = published.context()
    open_stage(context)
    begun = []
    publish_stage(context, lambda *_: begun.append(publish_begun(context)) or 0)
    assert begun == [False]


def test_a_table_moves_with_comments_codecs_ttl_constraints_indexes_and_settings(dataset: Any) -> None:
    ddl = (
        "CREATE TABLE {db}.raw (k UInt64 COMMENT 'key' CODEC(ZSTD(3)), d DateTime, INDEX i k TYPE minmax, "
        "CONSTRAINT c CHECK k < 1000, PROJECTION p (SELECT count() GROUP BY d)) ENGINE = MergeTree ORDER BY k "
        "TTL d + INTERVAL 9 YEAR SETTINGS index_granularity = 4096 COMMENT 'rows'"
    )
    dataset.run(ddl, "INSERT INTO {db}.raw SELECT number, now() FROM numbers(5)")
    first = dataset.value("SELECT create_table_query FROM system.tables WHERE database = '{db}' AND name = 'raw'")
    dataset.run("INSERT INTO {db}.raw SELECT number, now() FROM numbers(5)")
    second = dataset.value("SELECT create_table_query FROM system.tables WHERE database = '{db}' AND name = 'raw'")
    assert first == second
    assert all(
        word in second for word in ("'key'", "ZSTD(3)", "minmax", "CHECK", "PROJECTION", "TTL", "4096", "'rows'")
    )
    assert dataset.value("SELECT count() FROM {db}.raw") == 10


def test_a_live_table_of_nobody_is_refused(dataset: Any) -> None:
    dataset.live("CREATE TABLE {db}.raw (k UInt64) ENGINE = MergeTree ORDER BY k")
    with pytest.raises(NotOwned, match="belongs to no contract"):
        open_stage(dataset.context())
    assert dataset.stages() == []


def test_a_table_of_another_contract_is_refused_with_its_name(published: Any, make_dataset: Any) -> None:
    other = make_dataset("raw", name="other")
    with pytest.raises(NotOwned, match=published.contract.qualified_name):
        open_stage(other.context())


def test_a_model_under_the_name_of_a_strange_table_is_refused_before_anything_is_swapped(published: Any) -> None:
    published.live("CREATE TABLE {db}.mine (k UInt64) ENGINE = MergeTree ORDER BY k")
    with pytest.raises(NotOwned, match="mine"):
        published.run(
            "INSERT INTO {db}.raw VALUES (10, 'x')", "CREATE TABLE {db}.mine (k UInt64) ENGINE = MergeTree ORDER BY k"
        )
    assert published.value("SELECT count() FROM {db}.raw") == 10


@pytest.mark.parametrize("engine", ["Memory", "Log", "TinyLog"])
def test_only_the_merge_tree_family_can_be_published(published: Any, engine: str) -> None:
    with pytest.raises(Unsupported, match=engine):
        published.run(f"CREATE TABLE {{db}}.other (k UInt64) ENGINE = {engine}")
    assert len(published.stages()) == 1


def test_nothing_can_be_rolled_back_after_the_first_publish(published: Any) -> None:
    with pytest.raises(NothingToRollBack):
        published.rollback()
