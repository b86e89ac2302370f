"""The tables that earlier publishes replaced: dropped at the next one, unless somebody's rows are only there."""

from datacontract_runner.ledger import Ledger
from datacontract_runner.transaction.check import find_late_writes, live_record
from datacontract_runner.transaction.complete import hold
from datacontract_runner.transaction.conflicts import Conflict, ConflictKind
from datacontract_runner.transaction.plan import SwapKind, SwapPlan, SwapState
from datacontract_runner.transaction.plans import plans_of_contract
from datacontract_runner.transaction.stages import StageState, drop_stage, stage_records


def record_of(plan: SwapPlan) -> str:
    """Name of the record of the live tables that a plan goes by."""
    return live_record(plan.stage if plan.kind is SwapKind.PUBLISH else plan.plan)


def drop_previous(ledger: Ledger, contract: str, stage: str) -> list[str]:
    """Drops the stages that earlier publishes of a contract kept.

    An INSERT that began before a swap and ended long after it is found here: its stage is held and not dropped.

    Args:
        ledger: the ledger.
        contract: ``namespace/name``.
        stage: the one to keep.

    Returns:
        Tables that are held, as ``database.table (what was seen)``.
    """
    held: list[str] = []
    for record in stage_records(ledger):
        if record.contract != contract or record.state is not StageState.KEPT or record.stage == stage:
            continue
        if inserted := late_inserts(_late_writes(ledger, contract, record.stage)):
            hold(ledger, record.stage)
            held += [f"{record.stage}.{conflict}" for conflict in inserted]
        else:
            drop_stage(ledger, record)
    return held


def _late_writes(ledger: Ledger, contract: str, stage: str) -> list[Conflict]:
    plans = [plan for plan in plans_of_contract(ledger, contract, [SwapState.DONE]) if plan.stage == stage]
    return find_late_writes(ledger, plans[-1], record_of(plans[-1])) if plans else []


def late_inserts(found: list[Conflict]) -> list[Conflict]:
    """Tables with rows that nobody else has. Purely computational, no side effects.

    Rows that were deleted there on purpose, because a person asked for it, show as a mutation and do not count.
    """
    mutated = {conflict.table for conflict in found if conflict.kind is ConflictKind.MUTATED}
    return [c for c in found if c.kind is ConflictKind.WRITTEN and c.table not in mutated]
