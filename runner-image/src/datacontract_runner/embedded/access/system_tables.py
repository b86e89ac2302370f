"""Puts our tables about access (``system.users``, ``system.grants`` ...) in the place of the engine's own.

The engine's tables show the file it enforces, with the helping roles of ``users_xml``. The database ``system`` lives in
memory, so ours are made anew at each start and nothing is left behind by a killed process.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from datacontract_runner.embedded.access.model import Access, Grantee, NameSet, Role, RowPolicy, User
from datacontract_runner.embedded.access.users_xml import PROBE, READERS, ROOT, shown_name
from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.sql import identifier, qualified

Row = dict[str, Any]
STORAGE = "local_directory"
_SHOWING = frozenset({"ALL", "ACCESS MANAGEMENT", "SHOW ACCESS", "SHOW USERS", "SHOW ROLES", "SHOW ROW POLICIES"})


def create_readers(root: Connection) -> None:
    """Makes the table that the row filters of the other tables read, still without rows."""
    root.query(f"CREATE TABLE IF NOT EXISTS {READERS} (role String) ENGINE = Memory")


def fill_system_tables(root: Connection, access: Access) -> None:
    """Replaces the five tables, and says who may read them."""
    grants = _rows(root, "grants")
    readers = [{"role": role} for role in sorted(_readers(grants))]
    _insert(root, READERS, readers)
    tables = {
        "grants": _grants(grants),
        "users": (_user(user) for user in access.users),
        "roles": (_role(role) for role in access.roles),
        "role_grants": _role_grants(access),
        "row_policies": (_policy(policy) for policy in access.policies),
    }
    for name, rows in tables.items():
        _replace(root, name, list(rows))


def verify_row_filters(root: Connection, access: Access) -> None:
    """Makes sure that the engine has read one filter per table and user: one that it passed over would show rows.

    Raises:
        Rejection: code 48 naming the tables whose names the users file cannot hold.
    """
    wanted = {(policy.database, policy.table) for policy in access.policies}
    found = root.rows("SELECT database, table, count() FROM system.row_policies GROUP BY ALL FORMAT JSONCompactEachRow")
    complete = {(database, table) for database, table, count in found if int(count) == len(access.users)}
    if missing := wanted - complete:
        names = ", ".join(f"{database}.{table or '*'}" for database, table in sorted(missing))
        raise Rejection(48, f"The embedded warehouse cannot keep a row policy on a table of such a name: {names}.")


def _rows(root: Connection, table: str) -> list[Row]:
    return root.rows(f"SELECT * FROM {qualified('system', table)} FORMAT JSONEachRow")  # noqa: S608


def _replace(root: Connection, table: str, rows: list[Row]) -> None:
    described = root.rows(f"DESCRIBE TABLE {qualified('system', table)} FORMAT JSONCompactEachRow")
    columns = ", ".join(f"{identifier(name)} {kind}" for name, kind, *_ in described)
    root.query(f"DETACH TABLE {qualified('system', table)}")
    root.query(f"CREATE TABLE {qualified('system', table)} ({columns}) ENGINE = Memory")
    _insert(root, qualified("system", table), rows)


def _insert(root: Connection, table: str, rows: list[Row]) -> None:
    if rows:
        lines = "\n".join(json.dumps(row) for row in rows).encode()
        root.insert(f"INSERT INTO {table}", "JSONEachRow", [lines])


def _readers(grants: Iterable[Row]) -> set[str]:
    """The engine's roles that hold one of the privileges by which a server lets these tables be read."""
    return {
        str(row["role_name"])
        for row in grants
        if row["role_name"]
        and row["access_type"] in _SHOWING
        and row["database"] is None
        and not row["is_partial_revoke"]
    }


def entity_id(kind: str, name: str) -> str:
    """An identifier that stays the same while the name does."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}/{name}"))


def _grants(rows: Iterable[Row]) -> Iterator[Row]:
    """The engine's own account of what the GRANT and REVOKE statements come to, under the names given."""
    for row in rows:
        role = row["role_name"]
        if role is None or role in (PROBE, ROOT):
            continue
        name, is_user = shown_name(role)
        if is_user and row["access_type"] == "SET DEFINER" and row.get("access_object") == role.removeprefix("__u_"):
            continue  # what every user holds on themselves, not what anybody granted
        yield {**row, "user_name": name if is_user else None, "role_name": None if is_user else name}


def _user(user: User) -> Row:
    roles = user.default_roles
    return {
        "name": user.name,
        "id": entity_id("user", user.name),
        "storage": STORAGE,
        "auth_type": [user.password.kind],
        "auth_params": ["{}"],
        "host_ip": ["::/0"],
        "default_roles_all": int(roles.every),
        "default_roles_list": list(roles.names),
        "default_roles_except": list(roles.excepted),
        "grantees_any": 1,
        "default_database": user.default_database,
    }


def _role(role: Role) -> Row:
    return {"name": role.name, "id": entity_id("role", role.name), "storage": STORAGE}


def _role_grants(access: Access) -> Iterator[Row]:
    for user in access.users:
        yield from (_role_grant(user, grant.role, grant.admin_option, user.default_roles) for grant in user.roles)
    for role in access.roles:
        yield from (_role_grant(role, grant.role, grant.admin_option, NameSet(every=True)) for grant in role.roles)


def _role_grant(grantee: Grantee, role: str, admin_option: bool, defaults: NameSet) -> Row:
    return {
        "user_name": grantee.name if isinstance(grantee, User) else None,
        "role_name": None if isinstance(grantee, User) else grantee.name,
        "granted_role_name": role,
        "granted_role_id": entity_id("role", role),
        "granted_role_is_default": int(defaults.matches(role)),
        "with_admin_option": int(admin_option),
    }


def _policy(policy: RowPolicy) -> Row:
    table = policy.table or "*"
    return {
        "name": f"{policy.name} ON {policy.database}.{table}",
        "short_name": policy.name,
        "database": policy.database,
        "table": policy.table,
        "id": entity_id("policy", f"{policy.name} ON {policy.database}.{table}"),
        "storage": STORAGE,
        "select_filter": policy.using or None,
        "is_restrictive": int(policy.restrictive),
        "apply_to_all": int(policy.to.every),
        "apply_to_list": list(policy.to.names),
        "apply_to_except": list(policy.to.excepted),
    }
