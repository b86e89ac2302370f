"""Answers SHOW GRANTS, SHOW CREATE and SHOW of users, roles and policies, in ClickHouse's words."""

from collections.abc import Iterator

from datacontract_runner.embedded.access.changes import require_role, require_user, unknown_user
from datacontract_runner.embedded.access.effective import bare, effective_privileges, known_as
from datacontract_runner.embedded.access.model import Access, Grantee, NameSet, Role, RowPolicy, User
from datacontract_runner.embedded.access.statements import Show, ShowCreate, ShowGrants, ShowNames
from datacontract_runner.embedded.engine import Engine
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.sql import identifier, literal


def shown(engine: Engine, user: User, on: tuple[str, ...], statement: Show) -> tuple[str, list[str]]:
    """Gives the answer's one column: its name and its rows.

    Args:
        user: who asks.
        on: the roles that are on for them.
    """
    access = engine.in_force
    if isinstance(statement, ShowGrants):
        names = statement.names or (user.name,)
        return "GRANTS", [line for name in names for line in _grants(engine, name)]
    if isinstance(statement, ShowCreate):
        return f"CREATE {statement.kind}", list(_creates(access, user, statement))
    return "name", sorted(_names(access, on, statement))


def _grants(engine: Engine, name: str) -> Iterator[str]:
    access = engine.in_force
    grantee: Grantee | None = access.user(name) or access.role(name)
    if grantee is None:
        raise unknown_user(name)
    listing = engine.administer(f"SHOW GRANTS FOR {identifier(known_as(grantee))} FORMAT LineAsString").data.decode()
    for head, tail in effective_privileges(listing, grantee):
        yield f"{head} {'FROM' if head.startswith('REVOKE') else 'TO'} {bare(name)}{tail}"
    for admin in (False, True):
        if roles := [grant.role for grant in grantee.roles if grant.admin_option is admin]:
            yield f"GRANT {', '.join(map(bare, roles))} TO {bare(name)}{' WITH ADMIN OPTION' if admin else ''}"


def _creates(access: Access, user: User, statement: ShowCreate) -> Iterator[str]:
    if statement.kind == "USER":
        users = [require_user(access, name) for name in statement.names] if statement.names else [user]
        yield from map(create_user, users)
    elif statement.kind == "ROLE":
        roles = [require_role(access, name) for name in statement.names] if statement.names else access.roles
        yield from map(create_role, roles)
    else:
        policies = [p for p in access.policies if not statement.targets or p.key in statement.targets]
        if statement.targets and not policies:
            raise Rejection(
                523, f"There is no row policy `{' ON '.join(statement.targets[0][:2])}` in `user directories`."
            )
        yield from map(create_policy, policies)


def create_user(user: User) -> str:
    """The statement that would create the user; the password is left out, as the server does."""
    kind = user.password.kind
    text = f"CREATE USER {bare(user.name)} IDENTIFIED WITH {kind}"
    if user.default_database:
        text += f" DEFAULT DATABASE {bare(user.default_database)}"
    if user.default_roles != NameSet(every=True):
        text += f" DEFAULT ROLE {_set(user.default_roles)}"
    return text + _settings(user)


def create_role(role: Role) -> str:
    """The statement that would create the role."""
    return f"CREATE ROLE {bare(role.name)}{_settings(role)}"


def create_policy(policy: RowPolicy) -> str:
    """The statement that would create the row policy."""
    where = f"{bare(policy.database)}.{bare(policy.table) if policy.table else '*'}"
    kind = " AS RESTRICTIVE" if policy.restrictive else ""
    using = f" USING {policy.using}" if policy.using else ""
    to = "" if policy.to == NameSet() else f" TO {_set(policy.to)}"
    return f"CREATE ROW POLICY {bare(policy.name)} ON {where}{kind} FOR SELECT{using}{to}"


def _settings(grantee: Grantee) -> str:
    pairs = ", ".join(f"{name} = {literal(value)}" for name, value in grantee.settings)
    return f" SETTINGS {pairs}" if pairs else ""


def _set(names: NameSet) -> str:
    if not names.every and not names.names:
        return "NONE"
    inside = "ALL" if names.every else ", ".join(map(bare, names.names))
    return f"{inside} EXCEPT {', '.join(map(bare, names.excepted))}" if names.excepted else inside


def _names(access: Access, on: tuple[str, ...], statement: ShowNames) -> list[str]:
    if statement.kind == "USERS":
        return [user.name for user in access.users]
    if statement.kind == "ROLES":
        return [role.name for role in access.roles]
    if statement.kind == "CURRENT ROLES":
        return list(on)
    if statement.kind == "ENABLED ROLES":
        return list(access.enabled_roles(on))
    if statement.kind == "POLICIES":
        here = [p for p in access.policies if statement.table in (None, (p.database, p.table))]
        return [p.name if statement.table else f"{p.name} ON {p.database}.{p.table or '*'}" for p in here]
    raise Rejection(48, "The embedded warehouse has no SHOW ACCESS: use SHOW USERS, SHOW ROLES and SHOW GRANTS FOR.")
