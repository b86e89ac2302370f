"""Carrying a written plan to its end, whoever wrote it: the run itself, its repetition, or the contract's next run."""

from dataclasses import dataclass

from datacontract_api.errors import WrittenMeanwhile
from datacontract_runner.ledger import Ledger
from datacontract_runner.stages.context import Progress
from datacontract_runner.transaction import settle
from datacontract_runner.transaction.check import find_late_writes, find_live_writes, refuse_writes, swap_record
from datacontract_runner.transaction.conflicts import DATA_ONLY, Conflict
from datacontract_runner.transaction.definitions import observe_contents
from datacontract_runner.transaction.plan import Decision, SwapPlan, SwapState, decide
from datacontract_runner.transaction.plans import mark_plan
from datacontract_runner.transaction.stages import StageState, mark_stage, stage_records
from datacontract_runner.transaction.swap import Torn, apply_swap
from datacontract_runner.transaction.templates import save_templates

_REMEDY = "Stop the other writer, then run again: these tables belong to the contract."


@dataclass(frozen=True)
class Outcome:
    """How a swap ended.

    Args:
        plan: as it is now.
        late: writes that arrived during the swap and are kept in the stage; empty as a rule.
    """

    plan: SwapPlan
    late: tuple[Conflict, ...] = ()


def complete(ledger: Ledger, plan: SwapPlan, record: str, progress: Progress) -> Outcome:
    """Does what is left of a begun swap; repeating it changes nothing.

    Args:
        ledger: the ledger.
        plan: as written.
        record: name of the record of the live tables from before.
        progress: told when we wait.

    Raises:
        WrittenMeanwhile: someone else wrote; the live tables are as they were, with what was written.
    """
    if plan.state is SwapState.REVERTING:
        raise _revert(ledger, plan, "the tables that were being replaced")
    if plan.state is not SwapState.BEGUN:
        return Outcome(plan)
    if _untouched(ledger, plan):
        _check_before(ledger, plan, record, progress)
    try:
        apply_swap(ledger.connection, plan)
    except Torn:
        mark_plan(ledger, plan, SwapState.REVERTED)
        hold(ledger, plan.stage)
        raise
    return _check_after(ledger, plan, record)


def _untouched(ledger: Ledger, plan: SwapPlan) -> bool:
    """Whether no table was swapped yet, so that the live ones can still be compared with their record."""
    live = observe_contents(ledger.connection, plan.database).uuids
    staged = observe_contents(ledger.connection, plan.stage).uuids
    decisions = [decide(s, live.get(s.table, ""), staged.get(s.table, "")) for s in plan.tables]
    return Decision.DONE not in decisions


def _check_before(ledger: Ledger, plan: SwapPlan, record: str, progress: Progress) -> None:
    names = [swap.table for swap in plan.tables]

    def running() -> list[str]:
        return settle.running_inserts(ledger.connection, plan.database, names)

    try:
        settle.wait_for(running, settle.INSERT_PATIENCE, "running inserts", progress)
        refuse_writes(plan, find_live_writes(ledger, plan, record), _REMEDY)
    except WrittenMeanwhile:
        mark_plan(ledger, plan, SwapState.VOID)
        raise


def _check_after(ledger: Ledger, plan: SwapPlan, record: str) -> Outcome:
    late = find_late_writes(ledger, plan, record)
    if not late:
        return _finish(ledger, plan)
    if find_live_writes(ledger, plan.inverse, swap_record(plan.plan), DATA_ONLY):
        done = _finish(ledger, plan)
        hold(ledger, plan.stage)
        return Outcome(done.plan, tuple(late))
    raise _revert(ledger, plan, ", ".join(f"{plan.database}.{conflict}" for conflict in late))


def _revert(ledger: Ledger, plan: SwapPlan, what: str) -> WrittenMeanwhile:
    """Exchanges back, so that a write that arrived during the swap is live again; returns the error to raise."""
    marked = mark_plan(ledger, plan, SwapState.REVERTING)
    apply_swap(ledger.connection, marked.inverse)
    mark_plan(ledger, marked, SwapState.REVERTED)
    return WrittenMeanwhile(
        f"someone wrote while tables were exchanged: {what}; they were exchanged back and hold that write.",
        remedy=_REMEDY,
    )


def _finish(ledger: Ledger, plan: SwapPlan) -> Outcome:
    after = {swap.name: swap.after for swap in plan.definitions}
    save_templates(ledger, plan.contract, plan.database, after)
    keep(ledger, plan.stage)
    return Outcome(mark_plan(ledger, plan, SwapState.DONE))


def keep(ledger: Ledger, stage: str) -> None:
    """Marks a stage as the one that holds the previous tables."""
    for record in stage_records(ledger):
        if record.stage == stage and record.state is StageState.OPEN:
            mark_stage(ledger, record, StageState.KEPT)


def hold(ledger: Ledger, stage: str) -> None:
    """Marks a stage as one that holds what nobody else has: it is never dropped by us."""
    for record in stage_records(ledger):
        if record.stage == stage:
            mark_stage(ledger, record, StageState.HELD)
