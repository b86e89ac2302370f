"""Opening a stage while others write, and what cannot be staged."""

import threading
import time
from typing import Any

import pytest

from datacontract_api.errors import Unsupported, WrittenMeanwhile
from datacontract_runner.transaction import open as opening
from datacontract_runner.transaction import open_stage, settle

UPDATABLE = (
    "CREATE TABLE {db}.raw (k UInt64, v String) ENGINE = MergeTree ORDER BY k "
    "SETTINGS enable_block_number_column = 1, enable_block_offset_column = 1",
    "INSERT INTO {db}.raw SELECT number, 'first' FROM numbers(10)",
)
PATCH = "UPDATE {db}.raw SET v = 'patched' WHERE k < 5 SETTINGS allow_experimental_lightweight_update = 1"


def test_a_pending_mutation_is_waited_for_and_not_lost(published: Any) -> None:
    published.live(
        "SYSTEM STOP MERGES {db}.raw",
        "ALTER TABLE {db}.raw DELETE WHERE k < 5 SETTINGS mutations_sync = 0, alter_sync = 0",
    )
    starter = threading.Timer(1.0, lambda: published.live("SYSTEM START MERGES {db}.raw"))
    starter.start()
    context = published.context()
    stage = open_stage(context)
    assert published.value("SELECT count() FROM {db}.raw", stage) == 5
    assert any("unfinished mutations" in text for text in context.progress.texts)


def test_a_mutation_that_never_ends_stops_the_run(published: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settle, "MUTATION_PATIENCE", 0.3)
    published.live(
        "SYSTEM STOP MERGES {db}.raw",
        "ALTER TABLE {db}.raw DELETE WHERE k < 5 SETTINGS mutations_sync = 0, alter_sync = 0",
    )
    before = published.stages()
    with pytest.raises(WrittenMeanwhile, match="raw"):
        open_stage(published.context())
    assert published.stages() == before


def test_patches_of_lightweight_updates_are_applied_before_cloning(dataset: Any) -> None:
    dataset.run(*UPDATABLE)
    dataset.live(PATCH)
    stage = open_stage(dataset.context())
    assert dataset.value("SELECT count() FROM {db}.raw WHERE v = 'patched'", stage) == 5


@pytest.mark.parametrize("write", ["INSERT INTO {db}.raw VALUES (99, 'theirs')", PATCH], ids=["insert", "patch"])
def test_a_write_while_the_tables_are_cloned_makes_it_start_over(
    dataset: Any, write: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset.run(*UPDATABLE)
    before, original, calls = dataset.stages(), opening.clone_tables, []

    def interrupted(*args: Any) -> None:
        if not calls:
            dataset.live(write)
        calls.append(args)
        original(*args)

    monkeypatch.setattr(opening, "clone_tables", interrupted)
    stage = open_stage(dataset.context())
    assert len(calls) == 2
    assert dataset.stages() == sorted([*before, stage])
    assert dataset.rows("SELECT * FROM {db}.raw ORDER BY ALL", stage) == dataset.rows(
        "SELECT * FROM {db}.raw ORDER BY ALL"
    )


def test_a_writer_that_never_rests_stops_the_run_and_loses_nothing(
    dataset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset.run(*UPDATABLE)
    before, original = dataset.stages(), opening.clone_tables

    def disturbed(*args: Any) -> None:
        original(*args)
        dataset.live("INSERT INTO {db}.raw VALUES (99, 'theirs')")

    monkeypatch.setattr(opening, "clone_tables", disturbed)
    with pytest.raises(WrittenMeanwhile, match="5 attempts"):
        open_stage(dataset.context())
    assert dataset.stages() == before
    assert dataset.value("SELECT count() FROM {db}.raw") == 15


def test_a_running_insert_is_waited_for(published: Any) -> None:
    slow = f"INSERT INTO {published.database}.raw SELECT number, toString(sleepEachRow(0.1)) FROM numbers(20)"
    thread = threading.Thread(target=published.connection.execute, args=(slow,))
    thread.start()
    deadline = time.monotonic() + 5
    while not (seen := settle.running_inserts(published.connection, published.database, ["raw", "other"])):
        assert time.monotonic() < deadline
    assert seen == [f"{published.database}.raw"]
    thread.join()
    assert settle.running_inserts(published.connection, published.database, ["raw"]) == []


def test_a_cluster_is_refused_with_the_reason(published: Any) -> None:
    context = published.context()
    object.__setattr__(context, "warehouse", context.warehouse.model_copy(update={"cluster": "shards"}))
    with pytest.raises(Unsupported, match="ON CLUSTER"):
        open_stage(context)
