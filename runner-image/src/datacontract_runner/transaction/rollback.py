"""Taking back the last publish, or the last rollback: the previous tables and definitions become live again."""

import time
from dataclasses import dataclass, replace
from secrets import token_hex

from datacontract_api.errors import NothingToRollBack
from datacontract_runner.ledger import Ledger
from datacontract_runner.stages.context import Progress
from datacontract_runner.transaction import lock
from datacontract_runner.transaction.check import find_live_writes, live_record, refuse_writes, swap_record
from datacontract_runner.transaction.complete import complete
from datacontract_runner.transaction.conflicts import DATA_ONLY
from datacontract_runner.transaction.plan import Action, SwapKind, SwapPlan, SwapState
from datacontract_runner.transaction.plans import plans_of_contract, write_plan
from datacontract_runner.transaction.record import observe_states, save_states
from datacontract_runner.transaction.resume import finish_interrupted
from datacontract_runner.transaction.stages import StageState, stage_records


@dataclass(frozen=True)
class RollbackResult:
    """What a rollback did.

    Args:
        plan: its id.
        run_id: the run, or the rollback, that was taken back.
        database: where.
        tables: names of the tables that were exchanged back.
        definitions: how many views, materialized views and dictionaries were restored.
        millis: how long it took.
    """

    plan: str
    run_id: str
    database: str
    tables: tuple[str, ...]
    definitions: int
    millis: int


def rollback(ledger: Ledger, contract: str, progress: Progress) -> RollbackResult:
    """Makes the previous tables of a contract live again; a second rollback takes the first one back.

    Args:
        ledger: the ledger.
        contract: ``namespace/name``.
        progress: told what is going on.

    Raises:
        NothingToRollBack: the contract keeps no previous tables.
        WrittenMeanwhile: someone wrote to the live tables since; they are as they were.
        RunInProgress: a run of the contract is under way.
    """
    me, begun = f"rollback-{token_hex(6)}", time.monotonic()
    lock.acquire(ledger, contract, me)
    try:
        finish_interrupted(ledger, contract, progress)
        last = last_swap(ledger, contract)
        plan = plan_rollback(last, me)
        _check(ledger, last)
        _record(ledger, plan)
        write_plan(ledger, plan)
        complete(ledger, plan, live_record(plan.plan), progress)
    finally:
        lock.release(ledger, contract, me)
    return RollbackResult(
        plan=me,
        run_id=last.run_id,
        database=plan.database,
        tables=tuple(swap.table for swap in plan.tables),
        definitions=sum(swap.before != swap.after for swap in plan.definitions),
        millis=round(1000 * (time.monotonic() - begun)),
    )


def last_swap(ledger: Ledger, contract: str) -> SwapPlan:
    """The swap that a rollback of a contract would take back.

    Raises:
        NothingToRollBack: there is none whose previous tables are kept.
    """
    kept = {record.stage for record in stage_records(ledger) if record.state is StageState.KEPT}
    done = plans_of_contract(ledger, contract, [SwapState.DONE])
    if not done:
        raise NothingToRollBack(f"{contract} has never published here.", remedy="See contractctl runs.")
    last = done[-1]
    if last.stage not in kept or all(swap.action is Action.BRING for swap in last.tables):
        raise NothingToRollBack(f"no tables from before the last publish of {contract} are kept.")
    return last


def plan_rollback(last: SwapPlan, plan: str) -> SwapPlan:
    """The swap that takes another one back. Purely computational, no side effects."""
    inverse = last.inverse
    return replace(inverse, plan=plan, run_id=plan, kind=SwapKind.ROLLBACK, state=SwapState.BEGUN, undoes=last.plan)


def _check(ledger: Ledger, last: SwapPlan) -> None:
    written = find_live_writes(ledger, last.inverse, swap_record(last.plan), DATA_ONLY)
    refuse_writes(last, written, "Those rows would be gone from readers; remove them, or publish a new run instead.")


def _record(ledger: Ledger, plan: SwapPlan) -> None:
    """Records both sides: the live tables for the check after the swap, the kept ones for the next rollback."""
    names = [swap.table for swap in plan.tables]
    live = observe_states(ledger.connection, plan.database, [s.table for s in plan.tables if s.live_uuid])
    save_states(ledger, live_record(plan.plan), plan.database, live)
    staged = observe_states(ledger.connection, plan.stage, names)
    save_states(ledger, swap_record(plan.plan), plan.stage, staged)
