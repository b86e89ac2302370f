"""What a run would do, found without changing anything."""

from dataclasses import dataclass

from datacontract_api.contract import DataContract
from datacontract_runner.governance import Change, plan_governance
from datacontract_runner.quality import verify
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction.claim import check_allowed, refuse_taken


@dataclass(frozen=True)
class Step:
    """One line of a plan.

    Args:
        action: ``load``, ``build``, ``create``, ``replace``, ``check``, or the kind of a governance change.
        object: what it is done to.
        description: one line for people.
        restricts: it takes access away, so it is done before the data of the run are visible.
    """

    action: str
    object: str
    description: str
    restricts: bool = False


@dataclass(frozen=True)
class RunPlan:
    """What a run of one contract would do.

    Args:
        contract: ``namespace/name``.
        version: of the promise.
        data: load, models, checks and tables, in the order of the stages.
        governance: differences of access, comments and retention on what is live now; a first run adds the rest.
        notes: what was found and would be left alone.
    """

    contract: str
    version: str
    data: tuple[Step, ...]
    governance: tuple[Step, ...]
    notes: tuple[str, ...]


def plan_contract(context: RunContext) -> RunPlan:
    """Plans a run; the ledger must exist.

    Raises:
        NotOwned: a table is someone else's, or the Warehouse does not allow the database.
        ExpectationUnknown, InvalidValue: a rule that could not be checked.
        As `governance.plan_governance`.
    """
    contract = context.contract
    check_allowed(context.warehouse, contract)
    verify(contract)
    live = refuse_taken(context.ledger, contract, contract.tables)
    governance = plan_governance(context)
    return RunPlan(
        contract=contract.qualified_name,
        version=contract.spec.version,
        data=data_steps(contract, live),
        governance=tuple(map(_governance_step, governance.changes)),
        notes=governance.notes,
    )


def data_steps(contract: DataContract, live: frozenset[str]) -> tuple[Step, ...]:
    """The steps of ingest, transform, validate and publish. Purely computational, no side effects.

    Args:
        contract: the contract.
        live: names that exist in its database.
    """
    load = contract.spec.load
    steps = [
        Step("load", _name(contract, load.table), f"{load.mode.value} from {contract.spec.source.selected.describe()}")
    ]
    if contract.spec.transform:
        steps += [
            Step("build", _name(contract, model.name), f"dbt model, {model.materialized.value}")
            for model in contract.spec.transform.dbt.models
        ]
    steps += [
        Step("check", _name(contract, promised.table), f"{len(promised.properties)} columns and their rules")
        for promised in contract.spec.schema_
    ]
    return (*steps, *(_publish_step(contract, table, live) for table in contract.tables))


def _publish_step(contract: DataContract, table: str, live: frozenset[str]) -> Step:
    if table in live:
        return Step("replace", _name(contract, table), "swapped with the staged one, kept for rollback")
    return Step("create", _name(contract, table), "new")


def _governance_step(change: Change) -> Step:
    return Step(change.kind.value, change.object, change.description, change.restricts)


def _name(contract: DataContract, table: str) -> str:
    return f"{contract.database}.{table}"
