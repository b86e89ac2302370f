"""The three occasions of governance: before a run's data become visible, after, and when somebody asks for the plan."""

from collections.abc import Mapping
from dataclasses import dataclass

from datacontract_api.contract import DataContract
from datacontract_runner.governance.apply import apply_changes
from datacontract_runner.governance.catalog import observe_ttls
from datacontract_runner.governance.desired_access import desired_access, permissions
from datacontract_runner.governance.desired_tables import desired_tables
from datacontract_runner.governance.filters import check_filters
from datacontract_runner.governance.formatted import format_access, format_wanted
from datacontract_runner.governance.model import Access, Change, Column, Object, Table, Wanted
from datacontract_runner.governance.notes import notes
from datacontract_runner.governance.observe_access import observe_access, without_foreign_views
from datacontract_runner.governance.observe_tables import observe_tables
from datacontract_runner.governance.plan_access import plan_access
from datacontract_runner.governance.plan_tables import plan_tables
from datacontract_runner.governance.scope import account_of, check_twins, columns_of, owned_objects
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction.claim import observe_owners


@dataclass(frozen=True)
class Plan:
    """The difference between contract and warehouse.

    Args:
        changes: in the order in which they are made.
        desired: the access that they lead to.
        tables: the contract's tables as they are.
        ttls: TTL by table that retention asks for.
        notes: what was found and is left alone.
    """

    changes: tuple[Change, ...]
    desired: Access
    tables: tuple[Table, ...]
    ttls: Mapping[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _AccessPlan:
    """The part of a plan that is about access."""

    changes: tuple[Change, ...]
    desired: Access
    notes: tuple[str, ...]


def before_swap(context: RunContext, stage_database: str) -> int:
    """Does what must not lag: in the stage, comments, TTL and definers; on the live names, what restricts.

    If the run fails later, what it restricted stays restricted: that is what the contract asks for now.

    Args:
        context: the run.
        stage_database: its stage, with everything in it that will be published.

    Returns:
        How many changes were made.

    Raises:
        InvalidValue: a row filter, masking method or retention that does not fit the staged tables.
        RuleViolated: rules that contradict each other.
        WarehouseDenied: the account may not manage access.
        Unsupported: the server keeps access where SQL cannot change it.
    """
    staged = observe_tables(context.connection, stage_database)
    wanted = _wanted(context, staged)
    changes = plan_tables(wanted, staged, context.warehouse.cluster)
    live = observe_tables(context.connection, context.contract.database)
    access = _plan_access(context, _scope(context, live), staged)
    restricting = [change for change in access.changes if change.restricts]
    return apply_changes(context.connection, [*changes, *restricting], context.progress)


def plan_governance(context: RunContext) -> Plan:
    """The whole difference on the live tables. Changes nothing; database and tables need not exist yet.

    Raises:
        As `before_swap`.
    """
    live = observe_tables(context.connection, context.contract.database)
    scope = _scope(context, live)
    tables = tuple(table for table in live if table.object in scope)
    wanted = _wanted(context, tables)
    access = _plan_access(context, scope, tables)
    return Plan(
        changes=(*plan_tables(wanted, tables, context.warehouse.cluster), *access.changes),
        desired=access.desired,
        tables=tables,
        ttls={wish.object.name: wish.ttl for wish in wanted if wish.ttl},
        notes=access.notes,
    )


def plan_run(context: RunContext) -> list[Change]:
    """What a run's governance would change, for people. Changes nothing.

    Raises:
        As `before_swap`.
    """
    return list(plan_governance(context).changes)


def _wanted(context: RunContext, tables: tuple[Table, ...]) -> tuple[Wanted, ...]:
    definer = context.warehouse.definer or account_of(context.connection)
    ttls = observe_ttls(context.ledger, context.contract)
    return format_wanted(context.connection, desired_tables(context.contract, tables, definer, ttls))


def _plan_access(context: RunContext, scope: frozenset[Object], tables: tuple[Table, ...]) -> _AccessPlan:
    """The difference of access on the live names, for tables as they are or as the stage holds them."""
    contract, warehouse, connection = context.contract, context.warehouse, context.connection
    wanted, real = permissions(contract, warehouse), {table.object.name: table for table in tables}
    check_filters(connection, wanted, real)
    check_twins(context.ledger, scope)
    observed = observe_access(connection, scope, warehouse.role_prefix)
    columns = _columns(contract, scope, real)
    raw = desired_access(contract, warehouse, columns, observed.account)
    desired = format_access(connection, raw)
    present = without_foreign_views(observed.access, desired)
    accounts = frozenset({observed.account, warehouse.definer or observed.account})
    return _AccessPlan(
        changes=tuple(plan_access(desired, present, warehouse.role_prefix, warehouse.cluster)),
        desired=desired,
        notes=notes(contract, wanted, columns, observed, accounts, warehouse.role_prefix),
    )


def _scope(context: RunContext, live: tuple[Table, ...]) -> frozenset[Object]:
    owner_of = observe_owners(context.ledger, context.contract.database)
    return owned_objects(context.contract, owner_of, frozenset(table.object.name for table in live))


def _columns(
    contract: DataContract, scope: frozenset[Object], real: Mapping[str, Table]
) -> dict[str, tuple[Column, ...]]:
    names = {target.name for target in scope}
    return {
        promised.table: columns_of(promised, real.get(promised.table))
        for promised in contract.spec.schema_
        if promised.table in names
    }
