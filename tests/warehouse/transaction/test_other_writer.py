"""Everything that someone else may do to a live table, before the swap and during it, and what is clean."""

import time
from typing import Any

import pytest

from datacontract_api.errors import WrittenMeanwhile
from datacontract_runner.transaction import abandon_stage, open_stage, publish_stage, swap
from datacontract_runner.transaction.conflicts import ConflictKind, conflicts
from datacontract_runner.transaction.record import observe_states

CREATE = (
    "CREATE TABLE {db}.raw (k UInt64, v String, d DateTime DEFAULT now()) ENGINE = MergeTree "
    "PARTITION BY if(k < 1000000, k % 2, 9) ORDER BY k TTL d + INTERVAL 1 DAY "
    "SETTINGS enable_block_number_column = 1, enable_block_offset_column = 1, "
    "merge_with_ttl_timeout = 0, old_parts_lifetime = 1, max_suspicious_broken_parts = 0"
)
FILL = tuple(f"INSERT INTO {{db}}.raw (k, v) SELECT number, 'first' FROM numbers({start}, 10)" for start in (0, 10, 20))
COPY = "CREATE TABLE {db}.copy AS {db}.raw"
COPY_FILL = FILL[0].replace(".raw", ".copy")
PATCH = "UPDATE {db}.raw SET v = 'patched' WHERE k = 1 SETTINGS allow_experimental_lightweight_update = 1"

CAUGHT: dict[str, tuple[str, ...]] = {
    "insert": ("INSERT INTO {db}.raw (k, v) VALUES (100, 'x')",),
    "insert that was merged since": ("INSERT INTO {db}.raw (k, v) VALUES (100, 'x')", "OPTIMIZE TABLE {db}.raw FINAL"),
    "insert of a row that is there already": ("INSERT INTO {db}.raw (k, v) VALUES (0, 'first')",),
    "insert and delete of the same row": (
        "INSERT INTO {db}.raw (k, v) VALUES (100, 'x')",
        "DELETE FROM {db}.raw WHERE k = 100",
    ),
    "new partition": ("INSERT INTO {db}.raw (k, v) VALUES (2000001, 'x')",),
    "ALTER UPDATE": ("ALTER TABLE {db}.raw UPDATE v = 'x' WHERE k = 1 SETTINGS mutations_sync = 2",),
    "ALTER DELETE": ("ALTER TABLE {db}.raw DELETE WHERE k = 1 SETTINGS mutations_sync = 2",),
    "ALTER DELETE that matches nothing": ("ALTER TABLE {db}.raw DELETE WHERE k = 12345 SETTINGS mutations_sync = 2",),
    "mutation that has not run": (
        "SYSTEM STOP MERGES {db}.raw",
        "ALTER TABLE {db}.raw UPDATE v = 'x' WHERE k = 1 SETTINGS mutations_sync = 0, alter_sync = 0",
    ),
    "lightweight delete": ("DELETE FROM {db}.raw WHERE k = 1",),
    "lightweight delete by patch": (
        "DELETE FROM {db}.raw WHERE k = 1 SETTINGS lightweight_delete_mode = 'lightweight_update_force'",
    ),
    "lightweight update": (PATCH,),
    "DROP PARTITION": ("ALTER TABLE {db}.raw DROP PARTITION ID '1'",),
    "DETACH PARTITION": ("ALTER TABLE {db}.raw DETACH PARTITION ID '1'",),
    "DETACH and ATTACH PARTITION": (
        "ALTER TABLE {db}.raw DETACH PARTITION ID '1'",
        "ALTER TABLE {db}.raw ATTACH PARTITION ID '1'",
    ),
    "DROP PART": ("ALTER TABLE {db}.raw DROP PART '{part}'",),
    "TRUNCATE": ("TRUNCATE TABLE {db}.raw",),
    "ATTACH PARTITION FROM": (COPY, COPY_FILL, "ALTER TABLE {db}.raw ATTACH PARTITION ID '1' FROM {db}.copy"),
    "REPLACE PARTITION FROM": (COPY, COPY_FILL, "ALTER TABLE {db}.raw REPLACE PARTITION ID '1' FROM {db}.copy"),
    "MOVE PARTITION TO TABLE": (COPY, "ALTER TABLE {db}.raw MOVE PARTITION ID '1' TO TABLE {db}.copy"),
    "EXCHANGE": (COPY, "EXCHANGE TABLES {db}.raw AND {db}.copy"),
    "DROP": ("DROP TABLE {db}.raw SYNC",),
    "DROP and CREATE": ("DROP TABLE {db}.raw SYNC", CREATE, *FILL),
    "ADD COLUMN": ("ALTER TABLE {db}.raw ADD COLUMN extra UInt8",),
    "MODIFY COLUMN": ("ALTER TABLE {db}.raw MODIFY COLUMN v String DEFAULT 'x'",),
    "MODIFY TTL": ("ALTER TABLE {db}.raw MODIFY TTL d + INTERVAL 2 DAY",),
    "MODIFY SETTING": ("ALTER TABLE {db}.raw MODIFY SETTING old_parts_lifetime = 2",),
    "table comment": ("ALTER TABLE {db}.raw MODIFY COMMENT 'x'",),
    "column comment": ("ALTER TABLE {db}.raw COMMENT COLUMN v 'x'",),
}

CLEAN: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "OPTIMIZE": ("OPTIMIZE TABLE {db}.raw",),
    "OPTIMIZE FINAL": ("OPTIMIZE TABLE {db}.raw FINAL",),
    "OPTIMIZE FINAL twice": ("OPTIMIZE TABLE {db}.raw FINAL", "OPTIMIZE TABLE {db}.raw FINAL"),
    "DETACH and ATTACH of the table": ("DETACH TABLE {db}.raw", "ATTACH TABLE {db}.raw"),
    "being cloned": (COPY, "ALTER TABLE {db}.copy ATTACH PARTITION ALL FROM {db}.raw"),
    "being read": ("SELECT count() FROM {db}.raw FORMAT Null",),
    "insert of no rows": ("INSERT INTO {db}.raw (k, v) SELECT 1, 'x' WHERE 0",),
}


@pytest.fixture
def staged(dataset: Any) -> Any:
    """A published `raw` of 30 rows in 6 parts and 2 partitions."""
    dataset.run(CREATE, *FILL)
    return dataset


@pytest.mark.parametrize("case", CAUGHT)
def test_a_write_before_the_swap_stops_publish_and_stays(staged: Any, case: str) -> None:
    context = staged.context()
    staged.fill(open_stage(context), "INSERT INTO {db}.raw (k, v) VALUES (1000, 'ours')")
    _write(staged, CAUGHT[case])
    seen = _look(staged)
    with pytest.raises(WrittenMeanwhile, match="raw"):
        publish_stage(context, lambda *_: 0)
    assert _look(staged) == seen
    abandon_stage(context)
    assert len(staged.stages()) == 1


@pytest.mark.parametrize("case", CLEAN)
def test_what_changes_no_row_does_not_stop_publish(staged: Any, case: str) -> None:
    context = staged.context()
    staged.fill(open_stage(context), "INSERT INTO {db}.raw (k, v) VALUES (1000, 'ours')")
    staged.live(*CLEAN[case])
    publish_stage(context, lambda *_: 0)
    assert staged.value("SELECT count() FROM {db}.raw") == 31


DURING = [case for case in CAUGHT if case not in ("EXCHANGE", "DROP", "DROP and CREATE")]


@pytest.mark.parametrize("case", DURING)
def test_a_write_during_the_swap_is_exchanged_back_and_stays(
    staged: Any, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = staged.context()
    staged.fill(open_stage(context), "INSERT INTO {db}.raw (k, v) VALUES (1000, 'ours')")
    seen = _write_just_before_the_swap(staged, CAUGHT[case], monkeypatch)
    with pytest.raises(WrittenMeanwhile, match="exchanged back"):
        publish_stage(context, lambda *_: 0)
    assert _look(staged) == seen[0]
    abandon_stage(context)
    assert len(staged.stages()) == 1


@pytest.mark.parametrize("case", [case for case in CLEAN if case not in ("DETACH and ATTACH of the table",)])
def test_what_changes_no_row_during_the_swap_is_no_late_write(
    staged: Any, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = staged.context()
    staged.fill(open_stage(context), "INSERT INTO {db}.raw (k, v) VALUES (1000, 'ours')")
    _write_just_before_the_swap(staged, CLEAN[case], monkeypatch)
    assert publish_stage(context, lambda *_: 0).late == ()
    assert staged.value("SELECT count() FROM {db}.raw") == 31


def _write_just_before_the_swap(
    dataset: Any, statements: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> list[Any]:
    """Lets another writer in between the check and the exchange, where nothing can stop it."""
    seen: list[Any] = []
    original = swap.swap_tables

    def late(connection: Any, plan: Any, swaps: Any) -> None:
        if not seen:
            _write(dataset, statements)
            seen.append(_look(dataset))
        original(connection, plan, swaps)

    monkeypatch.setattr(swap, "swap_tables", late)
    return seen


def test_a_late_write_is_kept_and_reported_when_the_new_table_was_written_too(
    staged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = staged.context()
    staged.fill(open_stage(context), "INSERT INTO {db}.raw (k, v) VALUES (1000, 'ours')")
    original = swap.swap_tables

    def both(connection: Any, plan: Any, swaps: Any) -> None:
        swaps = list(swaps)
        if swaps:
            staged.live("INSERT INTO {db}.raw (k, v) VALUES (100, 'late')")
            original(connection, plan, swaps)
            staged.live("INSERT INTO {db}.raw (k, v) VALUES (101, 'newer')")

    monkeypatch.setattr(swap, "swap_tables", both)
    result = publish_stage(context, lambda *_: 0)
    assert result.late
    assert staged.value("SELECT groupArray(k) FROM (SELECT k FROM {db}.raw WHERE k > 99 ORDER BY k)") == [101, 1000]
    assert staged.value("SELECT count() FROM {db}.raw WHERE v = 'late'", result.stage) == 1
    monkeypatch.undo()
    staged.end(context)
    staged.run()
    assert staged.value("SELECT count() FROM {db}.raw WHERE v = 'late'", result.stage) == 1


def test_an_insert_that_ends_long_after_the_swap_is_kept_when_the_next_run_publishes(staged: Any) -> None:
    second = staged.run("INSERT INTO {db}.raw (k, v) VALUES (1000, 'ours')")
    staged.fill(second.stage, "INSERT INTO {db}.raw (k, v) VALUES (100, 'late')")
    third = staged.run()
    assert [second.stage in text for text in third.late] == [True]
    assert staged.value("SELECT count() FROM {db}.raw WHERE v = 'late'", second.stage) == 1
    assert staged.run().late == ()
    assert second.stage in staged.stages()


def test_rows_erased_from_the_kept_tables_do_not_keep_them_for_ever(staged: Any) -> None:
    second = staged.run()
    staged.fill(second.stage, "DELETE FROM {db}.raw WHERE k = 1")
    staged.run()
    assert second.stage not in staged.stages()


def test_rows_that_expire_are_no_write(dataset: Any) -> None:
    dataset.run(
        "CREATE TABLE {db}.raw (k UInt64, d DateTime) ENGINE = MergeTree ORDER BY k TTL d SETTINGS "
        "merge_with_ttl_timeout = 0, old_parts_lifetime = 1",
        "INSERT INTO {db}.raw SELECT number, now() + 2 FROM numbers(10)",
        "INSERT INTO {db}.raw SELECT number, now() + 1000 FROM numbers(10)",
    )
    context = dataset.context()
    open_stage(context)
    time.sleep(3)
    dataset.live("OPTIMIZE TABLE {db}.raw FINAL")
    assert dataset.value("SELECT count() FROM {db}.raw") == 10
    publish_stage(context, lambda *_: 0)


def test_each_write_shows_as_what_it_is(staged: Any) -> None:
    shown = {
        "insert": ConflictKind.WRITTEN,
        "TRUNCATE": ConflictKind.REMOVED,
        "mutation that has not run": ConflictKind.MUTATED,
        "table comment": ConflictKind.ALTERED,
        "DROP and CREATE": ConflictKind.REPLACED,
        "DROP": ConflictKind.GONE,
    }
    for case, kind in shown.items():
        staged.live("DROP TABLE IF EXISTS {db}.raw SYNC", CREATE, *FILL)
        before = observe_states(staged.connection, staged.database, ["raw"]).get("raw")
        _write(staged, CAUGHT[case])
        after = observe_states(staged.connection, staged.database, ["raw"]).get("raw")
        found = conflicts("raw", before, after, 0)
        assert kind in [conflict.kind for conflict in found], case


def _write(dataset: Any, statements: tuple[str, ...]) -> None:
    """Executes a case; ``{part}`` stands for the name of one of the table's parts."""
    part = dataset.value("SELECT name FROM system.parts WHERE database = '{db}' AND table = 'raw' AND active LIMIT 1")
    dataset.live(*(statement.replace("{part}", part) for statement in statements))


def _look(dataset: Any) -> Any:
    """Rows and DDL of the live table."""
    if not dataset.engine("raw"):
        return None
    ddl = dataset.value("SELECT create_table_query FROM system.tables WHERE database = '{db}' AND name = 'raw'")
    return ddl, dataset.rows("SELECT k, v FROM {db}.raw ORDER BY k, v")
