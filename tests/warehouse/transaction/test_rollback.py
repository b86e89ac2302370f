"""Taking the last publish back, and what stands in the way."""

from typing import Any

import pytest

from datacontract_api.errors import NothingToRollBack, RunInProgress, WrittenMeanwhile
from datacontract_runner.transaction import open_stage


@pytest.fixture
def twice(published: Any) -> Any:
    """`raw` after two runs: 10 rows, then 11."""
    published.run("INSERT INTO {db}.raw VALUES (10, 'second')")
    return published


def test_rollback_and_rollback_of_the_rollback(twice: Any) -> None:
    for expected in (10, 11, 10):
        result = twice.rollback()
        assert result.tables == ("raw",)
        assert twice.value("SELECT count() FROM {db}.raw") == expected


def test_tables_that_the_publish_brought_leave_and_come_back(twice: Any) -> None:
    twice.run("CREATE TABLE {db}.extra (k UInt64) ENGINE = MergeTree ORDER BY k", "INSERT INTO {db}.extra VALUES (1)")
    twice.rollback()
    assert twice.engine("extra") == ""
    twice.rollback()
    assert twice.value("SELECT count() FROM {db}.extra") == 1


def test_a_run_after_a_rollback_starts_from_what_was_rolled_back_to(twice: Any) -> None:
    twice.rollback()
    result = twice.run("INSERT INTO {db}.raw VALUES (12, 'third')")
    assert twice.value("SELECT max(k) FROM {db}.raw") == 12
    assert twice.value("SELECT count() FROM {db}.raw") == 11
    assert twice.stages() == [result.stage]


@pytest.mark.parametrize(
    "write",
    [
        "INSERT INTO {db}.raw VALUES (99, 'theirs')",
        "ALTER TABLE {db}.raw DELETE WHERE k = 1 SETTINGS mutations_sync = 2",
        "DELETE FROM {db}.raw WHERE k = 1",
        "TRUNCATE TABLE {db}.raw",
    ],
)
@pytest.mark.parametrize("rollbacks", [0, 1])
def test_rollback_is_refused_where_someone_wrote_since(twice: Any, write: str, rollbacks: int) -> None:
    for _ in range(rollbacks):
        twice.rollback()
    twice.live(write)
    rows = twice.rows("SELECT * FROM {db}.raw ORDER BY ALL")
    with pytest.raises(WrittenMeanwhile, match="raw"):
        twice.rollback()
    assert twice.rows("SELECT * FROM {db}.raw ORDER BY ALL") == rows


def test_a_comment_or_a_merge_since_does_not_stand_in_the_way(twice: Any) -> None:
    twice.live("ALTER TABLE {db}.raw MODIFY COMMENT 'edited'", "OPTIMIZE TABLE {db}.raw FINAL")
    twice.rollback()
    assert twice.value("SELECT count() FROM {db}.raw") == 10


def test_rollback_waits_for_no_run(twice: Any) -> None:
    open_stage(twice.context())
    with pytest.raises(RunInProgress):
        twice.rollback()
    assert twice.value("SELECT count() FROM {db}.raw") == 11


def test_a_contract_that_never_published_has_nothing_to_roll_back(dataset: Any) -> None:
    with pytest.raises(NothingToRollBack, match="never"):
        dataset.rollback()


def test_a_refused_rollback_leaves_the_contract_free_for_its_next_run(twice: Any) -> None:
    twice.live("INSERT INTO {db}.raw VALUES (99, 'theirs')")
    with pytest.raises(WrittenMeanwhile):
        twice.rollback()
    twice.run()
    assert twice.value("SELECT count() FROM {db}.raw") == 12
