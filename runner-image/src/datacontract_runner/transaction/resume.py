"""What a repeated run, or the next run, finds of a publish that was begun."""

from datacontract_api.errors import ConflictError
from datacontract_runner.ledger import Ledger
from datacontract_runner.stages.context import Progress, RunContext
from datacontract_runner.transaction.complete import complete
from datacontract_runner.transaction.plan import SwapKind, SwapPlan, SwapState
from datacontract_runner.transaction.plans import plans_of_contract, plans_of_run
from datacontract_runner.transaction.previous import drop_previous, record_of

_UNFINISHED = (SwapState.BEGUN, SwapState.REVERTING)


def plan_of(context: RunContext) -> SwapPlan | None:
    """This run's publish, if it was begun and not given up."""
    plans = [plan for plan in plans_of_run(context.ledger, context.run_id) if plan.kind is SwapKind.PUBLISH]
    counting = (*_UNFINISHED, SwapState.DONE)
    return plans[-1] if plans and plans[-1].state in counting else None


def publish_begun(context: RunContext) -> bool:
    """Whether this run has begun to publish: ingest, transform and validate then have nothing left to do."""
    return plan_of(context) is not None


def already_published(context: RunContext) -> bool:
    """Whether this run has published."""
    plan = plan_of(context)
    return plan is not None and plan.state is SwapState.DONE


def finish_interrupted(ledger: Ledger, contract: str, progress: Progress) -> None:
    """Carries to their end swaps of a contract that a dead run left half done: forward, or back after a late write.

    Call it with the contract's lock held.
    """
    for plan in plans_of_contract(ledger, contract, _UNFINISHED):
        progress.note(f"finishing what {plan.run_id} began to {plan.kind}")
        try:
            complete(ledger, plan, record_of(plan), progress)
        except ConflictError as error:
            progress.note(f"taken back: {error}")
        else:
            drop_previous(ledger, contract, plan.stage)
