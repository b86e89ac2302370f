"""Writes users, roles and row policies as the file that the engine enforces. Purely computational.

The engine in process knows one user at its connections, ``default``, and no way to change access in SQL. But it reads
roles with grants and row filters from its users file, and ``SET ROLE`` on a connection is enforced to the column. So:

- each role becomes a role of the file; each user's own privileges become a role of their own (``__u_<name>``);
- a connection opened for a user turns on that role and the user's roles, and nothing else;
- each user is a user of the file too, so that a view can run with their rights (``DEFINER``);
- the row policies of a table become one filter, which asks which roles are on.

Source: ClickHouse documentation, Settings, Users settings (grants, databases).
"""

import hashlib
import re
from collections.abc import Iterable
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from datacontract_runner.embedded.access.model import DEFAULT_USER, Access, Grantee, NameSet, RowPolicy, User
from datacontract_runner.embedded.limits import profile_settings
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.sql import identifier, literal

PROBE = "__probe"
ADMIN = "__u_default"
# The warehouse's own connection: it may do everything, and sees rows that are hidden from the administrator.
ROOT = "__root"
_PLAIN = re.compile(r"(?!__)[A-Za-z_][A-Za-z0-9_]*\Z")
_STAMP = "__v_"
# What XML 1.0 has no way to write (section 2.2, Characters).
_NOT_XML = re.compile(r"[^\t\n\r -\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_HEX = "__x_"
_EVERYTHING = "GRANT ALL ON *.* WITH GRANT OPTION"
_USER = "__u_"
_IS_ADMIN = f"has(enabledRoles(), {literal(ADMIN)})"
# The roles whose holders may see users, roles and policies: see system_tables.
READERS = "system.embedded_readers"
_IS_READER = f"{_IS_ADMIN} or hasAny(enabledRoles(), (SELECT groupArray(role) FROM {READERS}))"  # noqa: S608
# The engine lets everybody read `system`. What is about others is for the administrator and for who holds SHOW ACCESS;
# each user sees the statement that runs on their own connection.
SYSTEM_ROWS = {
    **dict.fromkeys(("grants", "users", "roles", "role_grants", "row_policies"), _IS_READER),
    "processes": f"{_IS_ADMIN} or Settings['log_comment'] = getSetting('log_comment')",
    # The view and the tables that it reads, see query_log.
    "query_log": f"{_IS_ADMIN} or has(enabledRoles(), concat({literal(_USER)}, user)) "
    f"or has(enabledRoles(), concat({literal(_USER + _HEX)}, lower(hex(user))))",
    **dict.fromkeys(("embedded_query_log", "embedded_earlier_query_log"), _IS_ADMIN),
}


def engine_name(name: str) -> str:
    """The name under which the engine knows a role or user: the same, unless XML cannot hold it as a tag."""
    return name if _PLAIN.match(name) else _HEX + name.encode().hex()


def user_role(user: str) -> str:
    """The engine's role that holds a user's own privileges."""
    return _USER + engine_name(user)


def shown_name(name: str) -> tuple[str, bool]:
    """Turns an engine's role name back into the name given, and says whether it stands for a user."""
    is_user = name.startswith(_USER)
    bare = name.removeprefix(_USER)
    return (bytes.fromhex(bare.removeprefix(_HEX)).decode() if bare.startswith(_HEX) else bare), is_user


def users_xml(access: Access) -> str:
    """Renders the whole file."""
    roles = "".join(_role(engine_name(role.name), role) for role in access.roles)
    own = "".join(_role(user_role(user.name), user, _own(user)) for user in access.users)
    databases = _databases(access)
    users = "".join(_user(user, access, databases) for user in access.users)
    content = f"{roles}{own}</roles>\n<users>\n{users}</users></clickhouse>\n"
    stamp = _STAMP + hashlib.sha256(content.encode()).hexdigest()[:16]
    return (
        f"<clickhouse><profiles><default>{profile_settings()}</default></profiles><quotas><default/></quotas>\n"
        f"<roles><{stamp}/><{PROBE}/><{ROOT}>{_queries([_EVERYTHING])}</{ROOT}>\n{content}"
    )


def check_writable(users: str) -> None:
    """Whether the file can hold what is in it.

    Raises:
        Rejection: code 48 for control characters in names or conditions, which XML cannot hold.
    """
    if found := _NOT_XML.search(users):
        raise Rejection(48, f"The embedded warehouse cannot keep the character U+{ord(found.group()):04X} in access.")


def stamp_of(users: str) -> str:
    """The name of an empty role that stands for the file's content: an engine that has it has read this very file."""
    return users.partition("<roles><")[2].partition("/>")[0]


def _own(user: User) -> tuple[str, ...]:
    """What a user's own role holds beside what was granted: everything, or the right to define views as themselves."""
    if user.name == DEFAULT_USER:
        return (_EVERYTHING,)
    return (f"GRANT SET DEFINER ON {identifier(engine_name(user.name))}",)


def _role(tag: str, grantee: Grantee, extra: tuple[str, ...] = ()) -> str:
    # A user's roles are turned on one by one; a role's roles come with it.
    nested = [] if isinstance(grantee, User) else [_role_grant(g.role, g.admin_option) for g in grantee.roles]
    queries = _queries([*extra, *grantee.privileges, *nested])
    return f"<{tag}>{queries}</{tag}>\n"


def _role_grant(role: str, admin_option: bool) -> str:
    return f"GRANT {identifier(engine_name(role))}{' WITH ADMIN OPTION' if admin_option else ''}"


def _user(user: User, access: Access, databases: str) -> str:
    tag = engine_name(user.name)
    # Every connection is one of `default`, so that user must hold all roles there are.
    roles = [role.name for role in access.roles] if user.name == DEFAULT_USER else access.default_roles(user)
    own = [ROOT, *(user_role(u.name) for u in access.users)] if user.name == DEFAULT_USER else [user_role(user.name)]
    grants = [f"GRANT {identifier(role)}" for role in [*own, *map(engine_name, roles)]]
    return (
        f"<{tag}><password></password><networks><ip>::/0</ip></networks><profile>default</profile>"
        f"<quota>default</quota>{_queries(grants)}{databases}</{tag}>\n"
    )


def _queries(statements: Iterable[str]) -> str:
    queries = "".join(f"<query>{escape(statement)}</query>" for statement in statements)
    return f"<grants>{queries}</grants>" if queries else ""


def _databases(access: Access) -> str:
    """The row filters, the same for each user of the file: they ask for roles, not for users."""
    system = "".join(_table(table, rows) for table, rows in SYSTEM_ROWS.items())
    return f'<databases><database name="system">{system}</database>{_policies(access)}</databases>'


def _policies(access: Access) -> str:
    by_database = sorted(access.policies, key=lambda policy: (policy.database, policy.table))
    return "".join(
        f"<database name={quoteattr(database)}>{_tables(list(policies), access)}</database>"
        for database, policies in groupby(by_database, key=lambda policy: policy.database)
    )


def _tables(policies: list[RowPolicy], access: Access) -> str:
    by_table = groupby(policies, key=lambda policy: policy.table)
    return "".join(_table(table, row_filter(list(group), access)) for table, group in by_table)


def _table(name: str, rows: str) -> str:
    # A view that `default` defines runs with every role on, and is no connection of the warehouse's.
    root = f"has(enabledRoles(), {literal(ROOT)}) and not {_IS_ADMIN}"
    return f"<table name={quoteattr(name)}><filter>{escape(f'({root}) or ({rows})')}</filter></table>"


def row_filter(policies: list[RowPolicy], access: Access) -> str:
    """Joins the row policies of one table: permissive ones by OR, restrictive ones by AND.

    Whom no permissive policy names sees all rows that the restrictive ones leave, as ClickHouse has it unless
    ``users_without_row_policies_can_read_rows`` is off.
    """
    permissive = [(_applies(p.to, access), p.using) for p in policies if not p.restrictive]
    restrictive = [(_applies(p.to, access), p.using) for p in policies if p.restrictive]
    visible = [f"({applies} and ({using}))" for applies, using in permissive if using]
    unnamed = " or ".join(applies for applies, _ in permissive)
    visible.append(f"not ({unnamed})" if unnamed else "1")
    kept = [f"(not {applies} or ({using}))" for applies, using in restrictive if using]
    return " and ".join([f"({' or '.join(visible)})", *kept])


def _applies(to: NameSet, access: Access) -> str:
    """An expression that is true where a policy is meant for the roles that are on.

    The administrator is decided here and not by roles: a view that ``default`` defines runs with every role on.
    """
    admin = access.user(DEFAULT_USER)
    assert admin is not None
    roles = access.enabled_roles(access.default_roles(admin))
    meant = "1" if to.matches(DEFAULT_USER, *roles) else "0"
    return f"if({_IS_ADMIN}, {meant}, {_named(to, access)})"


def _named(to: NameSet, access: Access) -> str:
    inside = "1" if to.every else _has_any(to.names, access)
    return f"({inside} and not {_has_any(to.excepted, access)})" if to.excepted else inside


def _has_any(names: tuple[str, ...], access: Access) -> str:
    """True where one of the names is on: as a role, or as the user asking."""
    known = [engine_name(name) for name in names if access.role(name)]
    known += [user_role(name) for name in names if access.user(name)]
    if not known:
        return "0"
    return f"hasAny(enabledRoles(), [{', '.join(map(literal, known))}])"
