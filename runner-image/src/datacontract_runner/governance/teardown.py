"""`deletionPolicy: Delete`: a deleted contract's policies, grants, masking views, tables and roles go."""

from datacontract_runner.governance.apply import apply_changes
from datacontract_runner.governance.catalog import record_catalog
from datacontract_runner.governance.catalog_rows import Catalog
from datacontract_runner.governance.model import Access, Change, ChangeKind, Object
from datacontract_runner.governance.names import on_cluster, role_name
from datacontract_runner.governance.observe_access import observe_access, without_foreign_views
from datacontract_runner.governance.plan_access import plan_access
from datacontract_runner.governance.statements import Statements
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction.claim import observe_owners
from datacontract_runner.warehouse import Connection

NOTHING = Access()


def teardown(context: RunContext) -> int:
    """Takes away what the contract made: access first, then its tables, then roles that nobody else uses.

    The ledger's rows of its runs stay; the catalog and the list of owned tables no longer name it.

    Returns:
        How many changes were made; none when repeated.

    Raises:
        WarehouseDenied: the account may not.
    """
    contract, connection = context.contract, context.connection
    owners = observe_owners(context.ledger, contract.database)
    owned = frozenset(Object(contract.database, t) for t, owner in owners.items() if owner == contract.qualified_name)
    changes = [*_plan_access(context, owned), *_plan_tables(context, owned)]
    done = apply_changes(connection, changes, context.progress)
    done += apply_changes(connection, _plan_roles(context), context.progress)
    record_catalog(context.ledger, contract.qualified_name, Catalog())
    row = {"database": contract.database, "contract": contract.qualified_name, "deleted": True}
    context.ledger.insert("owned_tables", [row | {"table": table.name} for table in sorted(owned)])
    return done


def _plan_access(context: RunContext, owned: frozenset[Object]) -> list[Change]:
    prefix, cluster = context.warehouse.role_prefix, context.warehouse.cluster
    observed = observe_access(context.connection, owned, prefix).access
    return plan_access(NOTHING, without_foreign_views(observed, NOTHING), prefix, cluster)


def _plan_tables(context: RunContext, owned: frozenset[Object]) -> list[Change]:
    everywhere = on_cluster(context.warehouse.cluster)
    query = "SELECT name, engine FROM system.tables WHERE database = {d:String} ORDER BY name"
    rows = context.connection.rows(query, {"d": context.contract.database})
    found = [(Object(context.contract.database, name), engine) for name, engine in rows]
    return [
        Change(ChangeKind.TABLE, str(table), True, (_drop(table, engine, everywhere),), f"the table {table} goes")
        # What reads other tables goes before them.
        for table, engine in sorted(found, key=lambda item: item[1].endswith("MergeTree"))
        if table in owned
    ]


def _drop(table: Object, engine: str, everywhere: str) -> str:
    kind = "DICTIONARY" if engine == "Dictionary" else "VIEW" if engine.endswith("View") else "TABLE"
    size = " SETTINGS max_table_size_to_drop = 0" if kind == "TABLE" else ""
    return f"DROP {kind} IF EXISTS {table.sql}{everywhere} SYNC{size}"


def _plan_roles(context: RunContext) -> list[Change]:
    """Roles that the contract names and that hold no right any more: another contract's grant keeps a role."""
    write = Statements(context.warehouse.cluster)
    named = {role_name(context.warehouse, rule.role) for rule in context.contract.spec.governance.access}
    idle = sorted(role for role in named if _is_idle(context.connection, role))
    return [
        Change(ChangeKind.ROLE, r, True, (write.drop_role(r),), f"the role {r} goes: it may read nothing") for r in idle
    ]


def _is_idle(connection: Connection, role: str) -> bool:
    query = """
    SELECT count() > 0 AND NOT (SELECT count() > 0 FROM system.grants WHERE role_name = {role:String})
    FROM system.roles WHERE name = {role:String}
    """
    return bool(connection.value(query, {"role": role}))
