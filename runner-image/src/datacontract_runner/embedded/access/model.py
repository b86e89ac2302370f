"""What the warehouse knows about users, roles and row policies, as plain data."""

from typing import Self

from pydantic import BaseModel, ConfigDict

DEFAULT_USER = "default"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NameSet(_Frozen):
    """Names, or everyone, or everyone except names: ``TO a, b``, ``ALL``, ``ALL EXCEPT a``, ``NONE``."""

    every: bool = False
    names: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()

    def matches(self, *names: str) -> bool:
        """Whether any of the names is in the set and the set does not except any of them."""
        inside = self.every or any(name in self.names for name in names)
        return inside and not any(name in self.excepted for name in names)

    def renamed(self, old: str, new: str) -> Self:
        """The same set after a rename."""
        return self.model_copy(
            update={"names": _swap(self.names, old, new), "excepted": _swap(self.excepted, old, new)}
        )

    def without(self, name: str) -> Self:
        """The same set after a drop."""
        return self.model_copy(
            update={
                "names": tuple(n for n in self.names if n != name),
                "excepted": tuple(n for n in self.excepted if n != name),
            }
        )


def _swap(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in names)


NOBODY = NameSet()


class RoleGrant(_Frozen):
    """A role that a user or another role holds."""

    role: str
    admin_option: bool = False


class Grantee(_Frozen):
    """What a user and a role have in common: privileges, roles and settings.

    ``privileges`` holds GRANT and REVOKE statements without grantee, in order; the engine works out what they come to.
    """

    name: str
    privileges: tuple[str, ...] = ()
    roles: tuple[RoleGrant, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


class Role(Grantee):
    """A role."""


class Password(_Frozen):
    """How a user proves who they are: the kind as ClickHouse names it, and what is stored of the password."""

    kind: str = "no_password"
    digest: str = ""
    salt: str = ""


class User(Grantee):
    """A user with password and the roles that are on when they log in."""

    password: Password = Password()
    default_roles: NameSet = NameSet(every=True)
    default_database: str = ""


class RowPolicy(_Frozen):
    """A row policy on one table; ``table`` is empty for a policy on every table of the database."""

    name: str
    database: str
    table: str
    restrictive: bool = False
    using: str = ""
    to: NameSet = NameSet()

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes the policy unique."""
        return self.name, self.database, self.table


class Access(_Frozen):
    """Everything that access statements change. Each change gives a new value."""

    roles: tuple[Role, ...] = ()
    users: tuple[User, ...] = (User(name=DEFAULT_USER),)
    policies: tuple[RowPolicy, ...] = ()

    def role(self, name: str) -> Role | None:
        """The role of that name, if there is one."""
        return next((role for role in self.roles if role.name == name), None)

    def user(self, name: str) -> User | None:
        """The user of that name, if there is one."""
        return next((user for user in self.users if user.name == name), None)

    def granted_roles(self, user: User) -> tuple[str, ...]:
        """The roles that a user holds directly."""
        return tuple(grant.role for grant in user.roles)

    def default_roles(self, user: User) -> tuple[str, ...]:
        """The roles that are on when the user logs in."""
        return tuple(role for role in self.granted_roles(user) if user.default_roles.matches(role))

    def enabled_roles(self, roles: tuple[str, ...]) -> frozenset[str]:
        """The roles and all that they hold in turn."""
        enabled: set[str] = set()
        waiting = list(roles)
        while waiting:
            name = waiting.pop()
            role = self.role(name)
            if name in enabled or role is None:
                continue
            enabled.add(name)
            waiting += [grant.role for grant in role.roles]
        return frozenset(enabled)
