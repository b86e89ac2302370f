"""Cleaning: stages of dead runs, found by the ledger and by name, never those of a live one."""

from dataclasses import dataclass
from datetime import timedelta

from datacontract_api.scalars import STAGE_INFIX
from datacontract_runner import sql
from datacontract_runner.ledger import LEDGER_DATABASE, Ledger
from datacontract_runner.transaction import lock
from datacontract_runner.transaction.plans import unfinished_stages
from datacontract_runner.transaction.stages import StageRecord, StageState, drop_database, drop_stage, stage_records

MINIMUM_AGE = timedelta(hours=1)
"""Younger stages are left alone unless the caller says otherwise."""


@dataclass(frozen=True)
class Removal:
    """One stage database that cleaning drops.

    Args:
        stage: its name.
        run_id: the run that left it; empty when the ledger does not know it.
        age_seconds: how old it is.
        reason: why it may go.
    """

    stage: str
    run_id: str
    age_seconds: int
    reason: str


def gc(ledger: Ledger, minimum_age: timedelta = MINIMUM_AGE, *, dry_run: bool = False) -> list[Removal]:
    """Drops the stages that dead runs left behind.

    Kept are: stages of live runs, those of a publish that was begun (the contract's next run ends it), those that
    hold previous tables or a late write, and whatever is younger than `minimum_age`.

    Args:
        ledger: the ledger.
        minimum_age: age from which a stage may go.
        dry_run: only say what would be dropped.
    """
    known = stage_records(ledger)
    live = {record.stage for record in known if lock.is_live(ledger, record.contract, record.run_id)}
    removals = plan_gc(known, live | unfinished_stages(ledger), minimum_age)
    removals += _strangers(ledger, minimum_age)
    if not dry_run:
        by_name = {record.stage: record for record in known}
        for removal in removals:
            _drop(ledger, by_name.get(removal.stage), removal.stage)
        forget_records(ledger)
    return removals


def plan_gc(known: list[StageRecord], spared: set[str], minimum_age: timedelta) -> list[Removal]:
    """Which of the ledger's stages go. Purely computational, no side effects.

    Args:
        known: all stages that are not dropped.
        spared: those of live runs and of unfinished publishes.
        minimum_age: age from which a stage may go.
    """
    return [
        Removal(record.stage, record.run_id, record.age, "its run is dead")
        for record in known
        if record.state in (StageState.OPENING, StageState.OPEN)
        and record.stage not in spared
        and record.age >= minimum_age.total_seconds()
    ]


def _strangers(ledger: Ledger, minimum_age: timedelta) -> list[Removal]:
    """Databases named like stages that the ledger does not know, by the age of their files."""
    rows = ledger.connection.rows(
        "SELECT d.name, toInt64(now()) - toInt64(max(t.metadata_modification_time)) FROM system.databases d "
        "LEFT JOIN system.tables t ON t.database = d.name WHERE position(d.name, {infix:String}) > 1 "
        "GROUP BY d.name ORDER BY d.name",
        {"infix": STAGE_INFIX},
    )
    known = {str(stage) for (stage,) in ledger.select("stages", "stage", "state != 'dropped'")}
    return [
        Removal(name, "", age, "the ledger does not know it")
        for name, age in rows
        if name not in known and age >= minimum_age.total_seconds()
    ]


_DEAD_RECORDS = """
splitByChar(' ', record)[1] NOT IN (SELECT stage FROM datacontract.stages FINAL WHERE state != 'dropped')
AND splitByChar(' ', record)[1] NOT IN (
    SELECT plan FROM datacontract.publishes FINAL
    WHERE stage IN (SELECT stage FROM datacontract.stages FINAL WHERE state != 'dropped'))
"""
_OLD_HEARTBEATS = "updated_at < now() - INTERVAL 30 DAY"


def forget_records(ledger: Ledger) -> None:
    """Deletes from the ledger what tables looked like for stages that are gone, and last month's signs of life."""
    conditions = {"table_parts": _DEAD_RECORDS, "table_heads": _DEAD_RECORDS, "heartbeats": _OLD_HEARTBEATS}
    for name, condition in conditions.items():
        table = sql.qualified(LEDGER_DATABASE, name)
        if ledger.connection.value(f"SELECT count() FROM {table} WHERE {condition}"):  # noqa: S608
            ledger.connection.execute(f"DELETE FROM {table} WHERE {condition}")  # noqa: S608


def _drop(ledger: Ledger, record: StageRecord | None, stage: str) -> None:
    if record:
        drop_stage(ledger, record)
    else:
        drop_database(ledger.connection, stage)
