"""Cleaning up after dead runs."""

from datetime import timedelta
from typing import Any

import pytest

from datacontract_api.errors import WrittenMeanwhile
from datacontract_runner.transaction import gc, lock, open_stage

NOW = timedelta(seconds=-1)


def _collected(dataset: Any, **options: Any) -> list[str]:
    found = gc(dataset.ledger, **{"minimum_age": NOW} | options)
    return [removal.stage for removal in found if removal.stage.startswith(dataset.database)]


def test_the_stage_of_a_dead_run_is_dropped_and_a_dry_run_only_names_it(published: Any) -> None:
    context, kept = published.context(), published.stages()
    published.ledger.start_run(context.contract, context.run_id)
    stage = open_stage(context)
    published.end(context, succeeded=False)
    assert _collected(published, dry_run=True) == [stage]
    assert stage in published.stages()
    assert _collected(published) == [stage]
    assert published.stages() == kept
    assert _collected(published) == []


def test_the_stage_of_a_live_run_is_never_dropped(published: Any) -> None:
    stage = open_stage(published.context())
    assert _collected(published) == []
    assert stage in published.stages()


def test_a_silent_run_counts_as_dead(published: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = open_stage(published.context())
    monkeypatch.setattr(lock, "DEAD_AFTER", -1)
    assert _collected(published, dry_run=True) == [stage]


def test_previous_tables_are_kept(published: Any) -> None:
    result = published.run("INSERT INTO {db}.raw VALUES (10, 'second')")
    assert _collected(published) == []
    assert published.stages() == [result.stage]


def test_young_stages_are_left_alone(published: Any) -> None:
    context = published.context()
    published.ledger.start_run(context.contract, context.run_id)
    open_stage(context)
    published.end(context, succeeded=False)
    assert _collected(published, minimum_age=timedelta(hours=1)) == []


def test_a_stage_that_the_ledger_does_not_know_goes_by_the_age_of_its_tables(published: Any) -> None:
    name = f"{published.database}__run_0123456789ab"
    published.connection.execute(f"CREATE DATABASE {name}")
    published.connection.execute(f"CREATE TABLE {name}.t (k UInt64) ENGINE = MergeTree ORDER BY k")
    assert _collected(published, minimum_age=timedelta(minutes=5)) == []
    assert _collected(published) == [name]
    assert name not in published.stages()


def test_records_of_stages_that_are_gone_are_forgotten_and_those_for_a_rollback_stay(published: Any) -> None:
    query = f"SELECT uniqExact(record) FROM datacontract.table_parts WHERE database LIKE '{published.database}%'"
    for number in range(3):
        published.run(f"INSERT INTO {{db}}.raw VALUES ({100 + number}, 'more')")
    published.rollback()
    before = published.value(query)
    _collected(published, dry_run=True)
    assert published.value(query) == before
    _collected(published)
    assert 0 < published.value(query) < before
    published.rollback()
    assert published.value("SELECT max(k) FROM {db}.raw") == 102
    published.live("INSERT INTO {db}.raw VALUES (999, 'theirs')")
    with pytest.raises(WrittenMeanwhile):
        published.rollback()
