"""Asks the engine whether a user may make a change of access.

The engine checks privileges before it finds that its own storage cannot be written to (codes 495 and 514): so the
statement itself, tried on the user's connection, tells.
"""

from collections.abc import Iterable, Iterator
from functools import singledispatch

from datacontract_runner.embedded.access.model import Access, RoleGrant
from datacontract_runner.embedded.access.statements import (
    AlterPolicy,
    AlterRole,
    AlterUser,
    Change,
    CreatePolicy,
    CreateRole,
    CreateUser,
    Drop,
    DropPolicy,
    Grant,
    GrantRoles,
    SetDefaultRole,
    ShowCreate,
    ShowGrants,
    ShowNames,
)
from datacontract_runner.embedded.access.users_xml import PROBE, engine_name
from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.sql import identifier, qualified

_DENIED = 497
_UNKNOWN = (192, 511, 523)
_READONLY = (495, 514)


def check_change(connection: Connection, statement: Change) -> None:
    """Tries the change as the user.

    Raises:
        Rejection: code 497 when the user may not; the engine's code for a privilege that cannot be granted so.
    """
    for sql in tried(statement):
        _try(connection, sql)


def check_grant(connection: Connection, statement: Grant) -> None:
    """Tries what is granted on a role that is always there, which also tells whether it can be granted at all."""
    option = " WITH GRANT OPTION" if statement.option and not statement.revoke else ""
    _try(connection, f"GRANT {statement.privileges} TO {PROBE}{option}")


def check_grant_roles(connection: Connection, statement: GrantRoles, access: Access, held: Iterable[RoleGrant]) -> None:
    """A role may be given on by who holds it with ADMIN OPTION, directly or through another role, or holds ROLE ADMIN.

    The engine cannot tell: to it, every connection's user holds every role.

    Raises:
        Rejection: code 497.
    """
    given_on = _given_on(access, held)
    lacking = [role for role in statement.roles if role not in given_on]
    if lacking and connection.text("CHECK GRANT ROLE ADMIN ON *.*") != "1":
        raise Rejection(
            _DENIED, f"Not enough privileges. It's necessary to have the role {lacking[0]} granted with ADMIN option."
        )


def _given_on(access: Access, held: Iterable[RoleGrant]) -> set[str]:
    waiting, seen, found = list(held), set(), set()
    while waiting:
        grant = waiting.pop()
        found |= {grant.role} if grant.admin_option else set()
        role = access.role(grant.role)
        if role is not None and grant.role not in seen:
            waiting += role.roles
        seen.add(grant.role)
    return found


def check_show(connection: Connection, statement: ShowCreate | ShowGrants | ShowNames) -> None:
    """Whether the user may see users, roles or policies of others."""
    if isinstance(statement, ShowGrants):
        wanted = "SHOW USERS, SHOW ROLES" if statement.names else ""
    elif isinstance(statement, ShowNames) and statement.kind in ("CURRENT ROLES", "ENABLED ROLES"):
        wanted = ""
    else:
        kinds = {"USER": "SHOW USERS", "ROLE": "SHOW ROLES", "POLICY": "SHOW ROW POLICIES"}
        wanted = kinds.get(statement.kind.removesuffix("S"), "SHOW ROW POLICIES")
    if wanted and connection.text(f"CHECK GRANT {wanted} ON *.*") != "1":
        raise Rejection(
            _DENIED, f"Not enough privileges. To execute this query, it's necessary to have the grant {wanted} ON *.*."
        )


def _try(connection: Connection, sql: str) -> None:
    try:
        connection.query(sql)
    except Rejection as refusal:
        if refusal.code not in (*_READONLY, *_UNKNOWN):
            raise


@singledispatch
def tried(_statement: object) -> Iterator[str]:
    """The statements whose privileges the change needs, one implementation per kind."""
    raise Rejection(_DENIED, "Not enough privileges.")


@tried.register
def _(statement: CreateRole) -> Iterator[str]:
    for name in statement.names:
        yield f"CREATE ROLE {_engine(name)}"
        if statement.or_replace:
            yield f"DROP ROLE {_engine(name)}"


@tried.register
def _(statement: AlterRole) -> Iterator[str]:
    yield from (f"ALTER ROLE {_engine(name)} SETTINGS NONE" for name in statement.names)


@tried.register
def _(statement: CreateUser) -> Iterator[str]:
    for name in statement.names:
        yield f"CREATE USER {_engine(name)}"
        if statement.or_replace:
            yield f"DROP USER {_engine(name)}"


@tried.register
def _(statement: AlterUser) -> Iterator[str]:
    yield from (f"ALTER USER {_engine(name)} SETTINGS NONE" for name in statement.names)


@tried.register
def _(statement: SetDefaultRole) -> Iterator[str]:
    yield from (f"ALTER USER {_engine(name)} SETTINGS NONE" for name in statement.users)


@tried.register
def _(statement: Drop) -> Iterator[str]:
    yield from (f"DROP {statement.kind} {_engine(name)}" for name in statement.names)


@tried.register
def _(statement: CreatePolicy) -> Iterator[str]:
    for name, database, table in statement.targets:
        yield f"CREATE ROW POLICY {identifier(name)} ON {_table(database, table)}"


@tried.register
def _(statement: AlterPolicy) -> Iterator[str]:
    for name, database, table in statement.targets:
        yield f"ALTER ROW POLICY {identifier(name)} ON {_table(database, table)} USING 1"


@tried.register
def _(statement: DropPolicy) -> Iterator[str]:
    for name, database, table in statement.targets:
        yield f"DROP ROW POLICY {identifier(name)} ON {_table(database, table)}"


def _engine(name: str) -> str:
    return identifier(engine_name(name))


def _table(database: str, table: str) -> str:
    return qualified(database, table) if table else f"{identifier(database)}.*"
