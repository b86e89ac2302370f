"""What the ledger knows of runs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from datacontract_api.conditions import Reason


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class RunRecord:
    """One run.

    Args:
        run_id: identifies it.
        contract: ``namespace/name``.
        version: version of the promise that it followed.
        state: where it stands.
        reason: as in the contract's conditions.
        message: what happened and what to do.
        rows: rows of the promised tables after publishing.
        started_at: first start, UTC.
        finished_at: end, UTC; None while it runs.
        snapshot: the contract as JSON.
    """

    run_id: str
    contract: str
    version: str
    state: RunState
    reason: Reason
    message: str
    rows: int
    started_at: datetime
    finished_at: datetime | None
    snapshot: str

    @property
    def finished(self) -> bool:
        """Whether it has ended, well or badly."""
        return self.state is not RunState.RUNNING


COLUMNS = "run_id, contract, version, state, reason, message, rows, started_at, finished_at, snapshot"
"""Columns of the table `runs` in the order of `RunRecord`."""


def run_record(row: tuple[Any, ...]) -> RunRecord:
    """Reads one row of `COLUMNS`."""
    run_id, contract, version, state, reason, *rest = row
    return RunRecord(run_id, contract, version, RunState(state), Reason(reason), *rest)
