"""Publishing a stage: governance that must not lag, the plan, the check, the swap, the check again, the ledger."""

from collections.abc import Callable
from dataclasses import dataclass

from datacontract_api.contract import DataContract
from datacontract_api.errors import Unsupported
from datacontract_runner import sql
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction import lock, settle
from datacontract_runner.transaction.check import live_record, swap_record
from datacontract_runner.transaction.claim import claim
from datacontract_runner.transaction.complete import complete
from datacontract_runner.transaction.definitions import Contents, observe_contents, refuse_unsupported
from datacontract_runner.transaction.plan import SwapKind, SwapPlan, SwapState, plan_definitions, plan_tables
from datacontract_runner.transaction.plans import write_plan
from datacontract_runner.transaction.previous import drop_previous
from datacontract_runner.transaction.record import observe_states, save_states
from datacontract_runner.transaction.resume import plan_of
from datacontract_runner.transaction.stages import stage_of
from datacontract_runner.transaction.templates import load_templates
from datacontract_runner.warehouse import Connection

BeforeSwap = Callable[[RunContext, str], int]
"""Governance that must not lag behind the data: given the context and the stage, returns how much it changed."""


@dataclass(frozen=True)
class PublishResult:
    """What a publish did.

    Args:
        stage: the database that holds the previous tables now.
        tables: how many tables were swapped.
        definitions: how many views, materialized views and dictionaries stand for the contract.
        rows: rows of the promised tables.
        changes: governance changes made before the swap.
        late: tables that are kept because someone wrote to them during a swap, this one or the one before.
    """

    stage: str
    tables: int
    definitions: int
    rows: int
    changes: int
    late: tuple[str, ...] = ()


def publish_stage(context: RunContext, before_swap: BeforeSwap | None = None) -> PublishResult:
    """Publishes this run's stage; repeated, it does what is left, and reports the same.

    Args:
        context: the run.
        before_swap: governance that must not lag; that of the runner when absent.

    Raises:
        WrittenMeanwhile: someone else wrote; the live tables are as they were, with what was written.
        NotOwned: the stage holds a table whose name is someone else's.
        Unsupported: the stage holds something that cannot be published.
        RunInProgress: another run has taken over this contract.
    """
    ledger, changes = context.ledger, 0
    plan = plan_of(context)
    if plan is None:
        stage = stage_of(context)
        changes = (before_swap or _governance())(context, stage)
        plan = _prepare(context, stage)
    elif plan.state is not SwapState.DONE:
        lock.check_held(ledger, context.contract.qualified_name, context.run_id)
    outcome = complete(ledger, plan, live_record(plan.stage), context.progress)
    held = drop_previous(ledger, plan.contract, plan.stage)
    return PublishResult(
        stage=plan.stage,
        tables=len(plan.tables),
        definitions=sum(swap.after is not None for swap in plan.definitions),
        rows=count_promised(context.connection, context.contract),
        changes=changes,
        late=(*(f"{plan.stage}.{conflict}" for conflict in outcome.late), *held),
    )


def _governance() -> BeforeSwap:
    from datacontract_runner.governance import before_swap

    return before_swap


def _prepare(context: RunContext, stage: str) -> SwapPlan:
    """Decides what the publish does, records the tables that become live, and writes the plan."""
    ledger, contract, connection = context.ledger, context.contract, context.connection
    refuse_unsupported(connection, stage)
    staged = observe_contents(connection, stage)
    claim(ledger, contract, staged.uuids)
    check_definitions(staged, stage, contract.database)
    settle.settle(connection, stage, staged.tables, context.progress)
    plan = _plan(context, stage, staged)
    save_states(ledger, swap_record(plan.plan), stage, observe_states(connection, stage, staged.tables))
    write_plan(ledger, plan)
    return plan


def _plan(context: RunContext, stage: str, staged: Contents) -> SwapPlan:
    contract = context.contract
    live = observe_contents(context.connection, contract.database)
    templates = load_templates(context.ledger, contract.qualified_name, contract.database)
    return SwapPlan(
        plan=stage,
        run_id=context.run_id,
        contract=contract.qualified_name,
        database=contract.database,
        stage=stage,
        kind=SwapKind.PUBLISH,
        state=SwapState.BEGUN,
        tables=plan_tables(staged, live, contract.tables),
        definitions=plan_definitions(staged, templates, live),
    )


def check_definitions(staged: Contents, stage: str, database: str) -> None:
    """Makes sure that every definition can be published under live names.

    Raises:
        Unsupported: its statement would still name the stage, or holds a password that the server hides.
    """
    for name, definition in staged.definitions.items():
        statement = definition.render(database)
        if stage in statement:
            raise Unsupported(f"the {definition.kind} {name} names its stage in a way that cannot be published.")
        if "[HIDDEN]" in statement:
            raise Unsupported(
                f"the {definition.kind} {name} holds a password, which ClickHouse does not give back.",
                remedy="Put the credentials into a named collection and name that.",
            )


def count_promised(connection: Connection, contract: DataContract) -> int:
    """Rows of the promised tables as readers count them; ``total_rows`` of system.tables counts deleted ones too."""
    tables = dict.fromkeys(sql.qualified(contract.database, promised.table) for promised in contract.spec.schema_)
    counts = " + ".join(f"(SELECT count() FROM {table})" for table in tables)  # noqa: S608
    return int(connection.value(f"SELECT {counts}"))
