"""Reads who may read what: roles, grants and row policies of the objects that a contract owns."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from datacontract_api.errors import NotOwned
from datacontract_runner.governance.formatted import format_expressions
from datacontract_runner.governance.grant_rows import GrantRow, rights_by_holding
from datacontract_runner.governance.model import Access, MaskingView, Object, Policy
from datacontract_runner.governance.names import masked_twin
from datacontract_runner.governance.observe_tables import observe_views
from datacontract_runner.governance.scope import account_of
from datacontract_runner.warehouse import Connection

# COLUMNS('is_wildcard') is no column where the server is too old to know it.
_GRANTS = """
SELECT coalesce(role_name, user_name), role_name IS NULL, toString(access_type), database, table, column,
       is_partial_revoke, grant_option, COLUMNS('^is_wildcard$')
FROM system.grants
WHERE (role_name IS NOT NULL OR user_name IS NOT NULL)
  AND (database IS NULL OR table IS NULL OR database IN {databases:Array(String)})
"""
_POLICIES = """
SELECT database, table, short_name, coalesce(select_filter, '1'), is_restrictive,
       apply_to_all, apply_to_list, apply_to_except
FROM system.row_policies WHERE database IN {databases:Array(String)}
"""


@dataclass(frozen=True)
class RoleGrant:
    """A role that another role holds."""

    role: str
    holder: str


@dataclass(frozen=True)
class Observed:
    """Access as it is.

    Args:
        account: the account that we connect as.
        access: roles with the prefix; rights and policies of everybody on the owned objects; masking views.
        grants: the rows of `system.grants` that concern the owned objects alone.
        role_grants: roles that roles with the prefix hold.
        database_policies: row policies on whole databases of the owned objects, by database.
    """

    account: str
    access: Access
    grants: tuple[GrantRow, ...] = ()
    role_grants: tuple[RoleGrant, ...] = ()
    database_policies: tuple[tuple[str, str], ...] = ()


def observe_access(connection: Connection, owned: Iterable[Object], prefix: str) -> Observed:
    """Access to tables that a contract owns, and to their masking views.

    Args:
        connection: as an account that may read roles, grants and row policies.
        owned: the tables.
        prefix: of the roles that contracts manage.

    Raises:
        NotOwned: something else than a view stands where a masking view belongs.
    """
    tables = frozenset(owned)
    targets = tables | {masked_twin(table) for table in tables}
    databases = sorted({target.database for target in targets})
    grants = _grants(connection, databases)
    policies = _policies(connection, databases)
    access = Access(
        roles=_roles(connection, prefix),
        rights=rights_by_holding(grants, targets),
        policies=frozenset(policy for policy in policies if policy.object in targets),
        views=_views(connection, tables),
        databases=_databases(connection, databases),
    )
    return Observed(
        account=account_of(connection),
        access=access,
        grants=tuple(row for row in grants if any(row.names(target) for target in targets)),
        role_grants=_role_grants(connection, prefix),
        database_policies=tuple((p.object.database, p.name) for p in policies if p.object.name in ("", "*")),
    )


def _roles(connection: Connection, prefix: str) -> frozenset[str]:
    query = "SELECT name FROM system.roles WHERE startsWith(name, {prefix:String})"
    return frozenset(name for (name,) in connection.rows(query, {"prefix": prefix}))


def _databases(connection: Connection, names: list[str]) -> frozenset[str]:
    query = "SELECT name FROM system.databases WHERE name IN {names:Array(String)}"
    return frozenset(name for (name,) in connection.rows(query, {"names": names}))


def _grants(connection: Connection, databases: list[str]) -> list[GrantRow]:
    rows = connection.rows(_GRANTS, {"databases": databases})
    return [GrantRow(row[0], bool(row[1]), *row[2:6], *map(bool, row[6:])) for row in rows]


def _policies(connection: Connection, databases: list[str]) -> list[Policy]:
    rows = connection.rows(_POLICIES, {"databases": databases})
    filters = format_expressions(connection, (row[3] for row in rows))
    return [
        Policy(
            Object(database, table),
            name,
            filters[using],
            frozenset(listed),
            everyone=bool(everyone),
            excepted=frozenset(excepted),
            restrictive=bool(restrictive),
        )
        for database, table, name, using, restrictive, everyone, listed, excepted in rows
    ]


def _views(connection: Connection, tables: Iterable[Object]) -> frozenset[MaskingView]:
    twins = {masked_twin(table) for table in tables}
    found = observe_views(connection, sorted({twin.database for twin in twins}))
    for twin in twins & found.keys():
        if found[twin] is None:
            raise NotOwned(f"{twin} is in the place of a masking view, but it is no view.", remedy="Rename or drop it.")
    return frozenset(view for twin in twins if (view := found.get(twin)) is not None)


def _role_grants(connection: Connection, prefix: str) -> tuple[RoleGrant, ...]:
    query = "SELECT granted_role_name, role_name FROM system.role_grants WHERE startsWith(role_name, {prefix:String})"
    return tuple(RoleGrant(role, holder) for role, holder in connection.rows(query, {"prefix": prefix}))


def without_foreign_views(access: Access, desired: Access) -> Access:
    """Access without views that neither the contract wants nor show a table as masking views do."""
    wanted = {view.object for view in desired.views}
    ours = frozenset(v for v in access.views if v.object in wanted or (v.columns and masked_twin(v.source) == v.object))
    return replace(access, views=ours)
