"""The access statements, read: one class per statement."""

from dataclasses import dataclass

from datacontract_runner.embedded.access.model import NOBODY, NameSet, Password


@dataclass(frozen=True)
class CreateRole:
    """CREATE ROLE."""

    names: tuple[str, ...]
    if_not_exists: bool = False
    or_replace: bool = False
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AlterRole:
    """ALTER ROLE."""

    names: tuple[str, ...]
    if_exists: bool = False
    rename: str | None = None
    settings: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True)
class CreateUser:
    """CREATE USER."""

    names: tuple[str, ...]
    if_not_exists: bool = False
    or_replace: bool = False
    password: Password | None = None
    default_roles: NameSet | None = None
    default_database: str | None = None
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AlterUser:
    """ALTER USER: what is None stays as it is."""

    names: tuple[str, ...]
    if_exists: bool = False
    rename: str | None = None
    password: Password | None = None
    default_roles: NameSet | None = None
    default_database: str | None = None
    settings: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True)
class Drop:
    """DROP USER and DROP ROLE; ``kind`` is ``USER`` or ``ROLE``."""

    kind: str
    names: tuple[str, ...]
    if_exists: bool = False


@dataclass(frozen=True)
class Grant:
    """GRANT and REVOKE of privileges. ``privileges`` is the statement up to TO or FROM, with databases written out."""

    privileges: str
    grantees: NameSet
    revoke: bool = False
    option: bool = False
    replace: bool = False

    @property
    def statement(self) -> str:
        """The statement without its grantee, as the engine's file wants it."""
        if self.revoke:
            return f"REVOKE {'GRANT OPTION FOR ' if self.option else ''}{self.privileges}"
        return f"GRANT {self.privileges}{' WITH GRANT OPTION' if self.option else ''}"


@dataclass(frozen=True)
class GrantRoles:
    """GRANT and REVOKE of roles."""

    roles: tuple[str, ...]
    grantees: NameSet
    revoke: bool = False
    option: bool = False
    replace: bool = False


@dataclass(frozen=True)
class SetDefaultRole:
    """SET DEFAULT ROLE."""

    roles: NameSet
    users: tuple[str, ...]


@dataclass(frozen=True)
class SetRole:
    """SET ROLE: None means DEFAULT."""

    roles: NameSet | None


@dataclass(frozen=True)
class CreatePolicy:
    """CREATE ROW POLICY, for each name on each table."""

    targets: tuple[tuple[str, str, str], ...]
    if_not_exists: bool = False
    or_replace: bool = False
    restrictive: bool = False
    using: str = ""
    to: NameSet = NOBODY


@dataclass(frozen=True)
class AlterPolicy:
    """ALTER ROW POLICY: what is None stays as it is."""

    targets: tuple[tuple[str, str, str], ...]
    if_exists: bool = False
    rename: str | None = None
    restrictive: bool | None = None
    using: str | None = None
    to: NameSet | None = None


@dataclass(frozen=True)
class DropPolicy:
    """DROP ROW POLICY."""

    targets: tuple[tuple[str, str, str], ...]
    if_exists: bool = False


@dataclass(frozen=True)
class ShowGrants:
    """SHOW GRANTS [FOR names]: no names means the user who asks."""

    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShowCreate:
    """SHOW CREATE USER, ROLE or ROW POLICY; no names means all (or the user who asks)."""

    kind: str
    names: tuple[str, ...] = ()
    targets: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class ShowNames:
    """SHOW USERS, ROLES, CURRENT ROLES, ENABLED ROLES or POLICIES [ON table]."""

    kind: str
    table: tuple[str, str] | None = None


Change = (
    CreateRole | AlterRole | CreateUser | AlterUser | Drop | Grant | GrantRoles | SetDefaultRole
    | CreatePolicy | AlterPolicy | DropPolicy
)  # fmt: skip
Show = ShowGrants | ShowCreate | ShowNames
AccessStatement = Change | Show | SetRole
