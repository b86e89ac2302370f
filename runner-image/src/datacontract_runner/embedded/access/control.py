"""Carries out access statements: checks that the user may, changes the state, answers the SHOW statements."""

from datacontract_runner.embedded.access.model import Access, User
from datacontract_runner.embedded.access.passwords import verified
from datacontract_runner.embedded.access.plan import plan_change
from datacontract_runner.embedded.access.privileges import check_change, check_grant, check_grant_roles, check_show
from datacontract_runner.embedded.access.roles_on import roles_on
from datacontract_runner.embedded.access.show import shown
from datacontract_runner.embedded.access.statements import (
    AccessStatement,
    Change,
    Grant,
    GrantRoles,
    SetRole,
    Show,
    ShowCreate,
    ShowGrants,
    ShowNames,
)
from datacontract_runner.embedded.access.users_xml import ADMIN
from datacontract_runner.embedded.engine import Engine
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.sessions import Session
from datacontract_runner.sql import identifier, literal


def authenticate(access: Access, name: str, password: str) -> User:
    """Finds the user.

    Raises:
        Rejection: code 516, which does not tell a wrong name from a wrong password.
    """
    user = access.user(name)
    if user is None or not verified(user.password, password):
        raise Rejection(
            516, f"{name}: Authentication failed: password is incorrect, or there is no user with such name."
        )
    return user


def carry_out(engine: Engine, session: Session, user: User, statement: AccessStatement) -> str:
    """Runs one access statement on a session whose connection is ready.

    Returns:
        A SELECT that gives the answer's rows; nothing for a statement without an answer.
    """
    if isinstance(statement, SetRole):
        roles_on(engine.in_force, user, statement.roles)
        session.roles = statement.roles
        return ""
    if isinstance(statement, ShowGrants | ShowCreate | ShowNames):
        return _show(engine, session, user, statement)
    _change(engine, session, user, statement)
    return ""


def _change(engine: Engine, session: Session, user: User, statement: Change) -> None:
    assert session.connection is not None
    if isinstance(statement, Grant):
        check_grant(session.connection, statement)
    elif ADMIN in (session.engine_roles or ()):
        pass  # the administrator may change anything
    elif isinstance(statement, GrantRoles):
        check_grant_roles(session.connection, statement, engine.in_force, user.roles)
    else:
        check_change(session.connection, statement)
    engine.change_access(lambda access: plan_change(access, statement))


def _show(engine: Engine, session: Session, user: User, statement: Show) -> str:
    assert session.connection is not None
    about_self = isinstance(statement, ShowGrants | ShowCreate) and set(getattr(statement, "names", ())) <= {user.name}
    if not (about_self and getattr(statement, "kind", "USER") == "USER"):
        check_show(session.connection, statement)
    column, rows = shown(engine, user, roles_on(engine.in_force, user, session.roles), statement)
    return f"SELECT arrayJoin([{', '.join(map(literal, rows))}]::Array(String)) AS {identifier(column)}"
