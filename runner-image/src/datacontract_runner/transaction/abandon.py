"""What is left of a run that failed: nothing, unless its publish was begun."""

from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction import lock
from datacontract_runner.transaction.plans import unfinished_stages
from datacontract_runner.transaction.stages import StageState, drop_stage, stages_of_run


def abandon_stage(context: RunContext) -> None:
    """Drops the stage of a failed run and gives its lock back.

    A stage whose publish was begun and not ended stays: repeating the run, or the contract's next run, ends it. So
    does a stage that was published, which holds the previous tables. Harmless when the run has no stage.
    """
    unfinished = unfinished_stages(context.ledger)
    for record in stages_of_run(context.ledger, context.run_id, [StageState.OPENING, StageState.OPEN]):
        if record.stage not in unfinished:
            drop_stage(context.ledger, record)
    lock.release(context.ledger, context.contract.qualified_name, context.run_id)
