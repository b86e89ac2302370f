"""Opening the stage of a run: the lock, the names, and the live tables as they are, without copying."""

from datacontract_api.errors import InternalError, WrittenMeanwhile
from datacontract_runner import sql
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction import lock, resume
from datacontract_runner.transaction.atomic import refuse_cluster
from datacontract_runner.transaction.check import live_record
from datacontract_runner.transaction.claim import check_allowed, claim, owned
from datacontract_runner.transaction.clone import StartOver, clone_tables
from datacontract_runner.transaction.conflicts import all_conflicts
from datacontract_runner.transaction.definitions import observe_contents
from datacontract_runner.transaction.foreign import foreign_views, warning
from datacontract_runner.transaction.names import new_stage_name
from datacontract_runner.transaction.record import observe_states, save_states, server_time
from datacontract_runner.transaction.settle import settle, unfinished_mutations
from datacontract_runner.transaction.stages import (
    StageState,
    begin_stage,
    drop_stage,
    mark_stage,
    stages_of_run,
)
from datacontract_runner.transaction.templates import load_templates, recreate

ATTEMPTS = 5
"""How often a stage is opened anew because someone wrote while the tables were cloned."""


def open_stage(context: RunContext) -> str:
    """Opens this run's stage and returns its name; a stage that the run had before is dropped first.

    A run that is repeated after its publish began must not come here: ask `publish_begun` first.

    Raises:
        InternalError: this run's publish has begun, so that only `publish_stage` is left to do.
        RunInProgress: another run of this contract holds the lock.
        NotOwned: a table that the contract names is someone else's, or the database is not allowed.
        WrittenMeanwhile: others kept writing, or a mutation of theirs does not end.
        Unsupported: a table that the contract owns cannot be cloned.
    """
    ledger, contract = context.ledger, context.contract
    check_allowed(context.warehouse, contract)
    refuse_cluster(context.warehouse, context.connection, contract.database)
    ledger.ensure()
    context.connection.execute(f"CREATE DATABASE IF NOT EXISTS {sql.identifier(contract.database)}")
    lock.acquire(ledger, contract.qualified_name, context.run_id)
    if resume.publish_begun(context):
        raise InternalError(f"the run {context.run_id} has begun to publish: nothing may be loaded any more.")
    resume.finish_interrupted(ledger, contract.qualified_name, context.progress)
    for record in stages_of_run(ledger, context.run_id, [StageState.OPENING, StageState.OPEN]):
        drop_stage(ledger, record)
    claim(ledger, contract, contract.tables)
    for _ in range(ATTEMPTS):
        try:
            return _attempt(context)
        except StartOver as change:
            context.progress.note(f"someone wrote while the stage was opened ({change}): starting over")
    raise WrittenMeanwhile(
        f"others wrote to the tables of {contract.qualified_name} during each of {ATTEMPTS} attempts to stage them.",
        remedy="Stop the other writer: these tables belong to the contract.",
    )


def _attempt(context: RunContext) -> str:
    ledger, contract, connection = context.ledger, context.contract, context.connection
    ours = owned(ledger, contract.qualified_name, contract.database)
    live = observe_contents(connection, contract.database)
    tables = [name for name in live.tables if name in ours]
    settle(connection, contract.database, tables, context.progress)
    record = begin_stage(
        ledger, new_stage_name(contract.database), context.run_id, contract.qualified_name, contract.database
    )
    try:
        connection.execute(f"CREATE DATABASE {sql.identifier(record.stage)}")
        _clone_unchanged(context, record.stage, tables)
        templates = load_templates(ledger, contract.qualified_name, contract.database)
        recreate(ledger, templates, record.stage, frozenset(tables))
    except BaseException:
        drop_stage(ledger, record)
        raise
    mark_stage(ledger, record, StageState.OPEN)
    if views := foreign_views(connection, contract.database, tables, ours):
        context.progress.note(warning(views))
    return record.stage


def _clone_unchanged(context: RunContext, stage: str, tables: list[str]) -> None:
    connection, database = context.connection, context.contract.database
    before = observe_states(connection, database, tables)
    if unfinished := unfinished_mutations(connection, database, tables):
        raise StartOver(", ".join(unfinished))
    clone_tables(connection, database, stage, tables)
    after = observe_states(connection, database, tables)
    if changes := all_conflicts(before, after, tables, server_time(connection, before)):
        raise StartOver(", ".join(str(change) for change in changes))
    save_states(context.ledger, live_record(stage), database, before)
