"""Stage databases and what the ledger knows of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from datacontract_api.errors import InternalError
from datacontract_runner import sql
from datacontract_runner.ledger import Ledger
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction import lock
from datacontract_runner.warehouse import Connection, Statement


class StageState(StrEnum):
    """From opening to dropping."""

    OPENING = "opening"
    OPEN = "open"
    KEPT = "kept"
    """It holds the tables that a publish replaced, for rollback."""
    HELD = "held"
    """It holds rows that someone wrote during the swap: dropped by hand only."""
    DROPPED = "dropped"


@dataclass(frozen=True)
class StageRecord:
    """One stage database.

    Args:
        stage: its name.
        run_id: the run that opened it.
        contract: ``namespace/name``.
        database: the destination that it stages for.
        state: where it stands.
        opened_at: when it was created, UTC.
        age: seconds since then, by the server's clock.
    """

    stage: str
    run_id: str
    contract: str
    database: str
    state: StageState
    opened_at: datetime
    age: int


_COLUMNS = "stage, run_id, contract, database, state, opened_at, toInt64(now()) - toInt64(toDateTime(opened_at))"


def stage_records(ledger: Ledger) -> list[StageRecord]:
    """All stages that are not dropped, oldest first."""
    rows = ledger.select("stages", _COLUMNS, "state != 'dropped' ORDER BY opened_at, stage")
    return [StageRecord(s, r, c, d, StageState(state), at, age) for s, r, c, d, state, at, age in rows]


def mark_stage(ledger: Ledger, record: StageRecord, state: StageState) -> None:
    """Writes a stage's new state."""
    ledger.insert(
        "stages",
        [
            {
                "stage": record.stage,
                "run_id": record.run_id,
                "contract": record.contract,
                "database": record.database,
                "state": state.value,
                "opened_at": record.opened_at,
            }
        ],
    )


def begin_stage(ledger: Ledger, stage: str, run_id: str, contract: str, database: str) -> StageRecord:
    """Writes that a stage is about to be created, so that cleaning finds it whatever happens."""
    now = ledger.connection.value("SELECT now64(3, 'UTC')")
    record = StageRecord(stage, run_id, contract, database, StageState.OPENING, now, 0)
    mark_stage(ledger, record, StageState.OPENING)
    return record


def drop_stage(ledger: Ledger, record: StageRecord) -> None:
    """Drops a stage database, and then writes that it is gone."""
    drop_database(ledger.connection, record.stage)
    mark_stage(ledger, record, StageState.DROPPED)


def drop_database(connection: Connection, database: str) -> None:
    """Drops a database with whatever size of tables it holds."""
    text = f"DROP DATABASE IF EXISTS {sql.identifier(database)} SYNC"
    connection.execute(Statement(text, settings={"max_table_size_to_drop": 0, "max_partition_size_to_drop": 0}))


def stages_of_run(ledger: Ledger, run_id: str, states: Iterable[StageState]) -> list[StageRecord]:
    """A run's stages in one of the given states, oldest first."""
    wanted = set(states)
    return [record for record in stage_records(ledger) if record.run_id == run_id and record.state in wanted]


def open_record(context: RunContext) -> StageRecord:
    """The open stage of a run.

    Raises:
        InternalError: it has none.
    """
    found = stages_of_run(context.ledger, context.run_id, [StageState.OPEN])
    if not found:
        raise InternalError(
            f"the run {context.run_id} has no open stage.", remedy="Run the stage ingest with this run id first."
        )
    return found[-1]


def stage_of(context: RunContext) -> str:
    """The database in which this run stages its tables.

    Raises:
        InternalError: no stage is open; ingest opens one.
        RunInProgress: another run has taken over this contract.
    """
    record = open_record(context)
    lock.check_held(context.ledger, context.contract.qualified_name, context.run_id)
    return record.stage
