"""What each statement about users and roles changes. Purely computational: state and statement give the next state."""

from collections.abc import Callable, Iterable
from functools import singledispatch
from typing import Any, TypeVar

from datacontract_runner.embedded.access.model import DEFAULT_USER, Access, NameSet, Role, RoleGrant, User
from datacontract_runner.embedded.access.statements import (
    AlterRole,
    AlterUser,
    CreateRole,
    CreateUser,
    Drop,
    Grant,
    GrantRoles,
    SetDefaultRole,
)
from datacontract_runner.embedded.rejection import Rejection

_T = TypeVar("_T", Role, User)


EntityChange = CreateRole | AlterRole | CreateUser | AlterUser | Drop | Grant | GrantRoles | SetDefaultRole


def plan_entity_change(access: Access, statement: EntityChange) -> Access:
    """Works out the state after a statement about users and roles.

    Raises:
        Rejection: code 493 for something that exists already, 192 and 511 for something that does not, 495 for the user
            ``default``, who cannot be dropped or renamed, 512 for a default role that the user does not hold.
    """
    return _apply(statement, access)


@singledispatch
def _apply(statement: Any, _access: Access) -> Access:
    raise TypeError(type(statement))


@_apply.register
def _(statement: CreateRole, access: Access) -> Access:
    for name in statement.names:
        if access.role(name):
            if statement.if_not_exists:
                continue
            if not statement.or_replace:
                raise exists("role", name)
            access = _drop_role(access, name)
        access = access.model_copy(update={"roles": (*access.roles, Role(name=name, settings=statement.settings))})
    return access


@_apply.register
def _(statement: AlterRole, access: Access) -> Access:
    for name in statement.names:
        if access.role(name) is None and statement.if_exists:
            continue
        require_role(access, name)
        if statement.settings is not None:
            update = {"settings": statement.settings}
            access = _replace_role(access, name, _updated(update))
        if statement.rename is not None:
            access = _rename_role(access, name, statement.rename)
    return access


@_apply.register
def _(statement: CreateUser, access: Access) -> Access:
    for name in statement.names:
        if access.user(name):
            if statement.if_not_exists:
                continue
            if not statement.or_replace:
                raise exists("user", name)
            access = _drop_user(access, name)
        user = User(
            name=name,
            settings=statement.settings,
            default_roles=statement.default_roles or NameSet(every=True),
            default_database=statement.default_database or "",
            **({"password": statement.password} if statement.password else {}),
        )
        access = access.model_copy(update={"users": (*access.users, user)})
    return access


@_apply.register
def _(statement: AlterUser, access: Access) -> Access:
    given = {
        "password": statement.password,
        "default_roles": statement.default_roles,
        "default_database": statement.default_database,
        "settings": statement.settings,
    }
    update = {field: value for field, value in given.items() if value is not None}
    for name in statement.names:
        if access.user(name) is None and statement.if_exists:
            continue
        require_user(access, name)
        access = _replace_user(access, name, _updated(update))
        if statement.rename is not None:
            access = _rename_user(access, name, statement.rename)
    return access


@_apply.register
def _(statement: Drop, access: Access) -> Access:
    for name in statement.names:
        known = access.user(name) if statement.kind == "USER" else access.role(name)
        if known is None:
            if not statement.if_exists:
                raise unknown_user(name) if statement.kind == "USER" else unknown_role(name)
            continue
        access = _drop_user(access, name) if statement.kind == "USER" else _drop_role(access, name)
    return access


@_apply.register
def _(statement: Grant, access: Access) -> Access:
    def add(grantee: _T) -> _T:
        kept: tuple[str, ...] = () if statement.replace else grantee.privileges
        return grantee.model_copy(update={"privileges": (*kept, statement.statement)})

    return _for_grantees(access, statement.grantees, add)


@_apply.register
def _(statement: GrantRoles, access: Access) -> Access:
    for role in statement.roles:
        require_role(access, role)

    def change(grantee: _T) -> _T:
        kept: tuple[RoleGrant, ...] = () if statement.replace else grantee.roles
        return grantee.model_copy(update={"roles": _with_roles(kept, statement)})

    return _for_grantees(access, statement.grantees, change)


@_apply.register
def _(statement: SetDefaultRole, access: Access) -> Access:
    for name in statement.users:
        user = require_user(access, name)
        for role in statement.roles.names:
            if role not in access.granted_roles(user):
                raise Rejection(512, f"Role {role} is not granted to user {name}, so it cannot be a default role.")
        access = _replace_user(access, name, _updated({"default_roles": statement.roles}))
    return access


def _updated(update: dict[str, Any]) -> Callable[[_T], _T]:
    return lambda grantee: grantee.model_copy(update=update)


def _with_roles(held: tuple[RoleGrant, ...], statement: GrantRoles) -> tuple[RoleGrant, ...]:
    others = tuple(grant for grant in held if grant.role not in statement.roles)
    if statement.revoke and not statement.option:
        return others
    if statement.revoke:
        return tuple(g.model_copy(update={"admin_option": False}) if g.role in statement.roles else g for g in held)
    kept = {grant.role: grant.admin_option for grant in held}
    granted = (RoleGrant(role=r, admin_option=statement.option or kept.get(r, False)) for r in statement.roles)
    return (*others, *granted)


def _for_grantees(access: Access, grantees: NameSet, change: Callable[[Any], Any]) -> Access:
    """Changes users and roles named; a name that is both means the user, as in ClickHouse."""
    if grantees.every:
        everyone = [*(u.name for u in access.users), *(r.name for r in access.roles)]
        return _for_grantees(access, NameSet(names=tuple(n for n in everyone if n not in grantees.excepted)), change)
    for name in grantees.names:
        if access.user(name):
            access = _replace_user(access, name, change)
        else:
            require_role(access, name, either=True)
            access = _replace_role(access, name, change)
    return access


def _replace_role(access: Access, name: str, change: Callable[[Role], Role]) -> Access:
    return access.model_copy(update={"roles": tuple(change(r) if r.name == name else r for r in access.roles)})


def _replace_user(access: Access, name: str, change: Callable[[User], User]) -> Access:
    return access.model_copy(update={"users": tuple(change(u) if u.name == name else u for u in access.users)})


def _drop_user(access: Access, name: str) -> Access:
    if name == DEFAULT_USER:
        raise Rejection(495, "Cannot remove user `default`, who administers the embedded warehouse.")
    users = tuple(user for user in access.users if user.name != name)
    return _forget(access.model_copy(update={"users": users}), name)


def _drop_role(access: Access, name: str) -> Access:
    def without(grantee: _T) -> _T:
        return grantee.model_copy(update={"roles": tuple(g for g in grantee.roles if g.role != name)})

    roles = tuple(without(role) for role in access.roles if role.name != name)
    remaining = [without(user) for user in access.users]
    users = tuple(u.model_copy(update={"default_roles": u.default_roles.without(name)}) for u in remaining)
    return _forget(access.model_copy(update={"roles": roles, "users": users}), name)


def _forget(access: Access, name: str) -> Access:
    """Takes a dropped name out of the row policies, unless a user and a role shared it."""
    if access.user(name) or access.role(name):
        return access
    policies = tuple(p.model_copy(update={"to": p.to.without(name)}) for p in access.policies)
    return access.model_copy(update={"policies": policies})


def _rename_role(access: Access, old: str, new: str) -> Access:
    if access.role(new):
        raise exists("role", new)

    def renamed(grants: Iterable[RoleGrant]) -> tuple[RoleGrant, ...]:
        return tuple(g.model_copy(update={"role": new}) if g.role == old else g for g in grants)

    def role(r: Role) -> Role:
        return r.model_copy(update={"name": new if r.name == old else r.name, "roles": renamed(r.roles)})

    def user(u: User) -> User:
        return u.model_copy(update={"roles": renamed(u.roles), "default_roles": u.default_roles.renamed(old, new)})

    return _renamed_policies(
        access.model_copy(update={"roles": tuple(map(role, access.roles)), "users": tuple(map(user, access.users))}),
        old,
        new,
    )


def _rename_user(access: Access, old: str, new: str) -> Access:
    if old == DEFAULT_USER:
        raise Rejection(495, "Cannot rename user `default`, who administers the embedded warehouse.")
    if access.user(new):
        raise exists("user", new)
    renamed = _replace_user(access, old, lambda user: user.model_copy(update={"name": new}))
    return _renamed_policies(renamed, old, new)


def _renamed_policies(access: Access, old: str, new: str) -> Access:
    policies = tuple(p.model_copy(update={"to": p.to.renamed(old, new)}) for p in access.policies)
    return access.model_copy(update={"policies": policies})


def require_user(access: Access, name: str) -> User:
    """The user, or ClickHouse's error for one that does not exist."""
    user = access.user(name)
    if user is None:
        raise unknown_user(name)
    return user


def require_role(access: Access, name: str, *, either: bool = False) -> Role:
    """The role, or ClickHouse's error for one that does not exist; ``either`` when a user would have done too."""
    role = access.role(name)
    if role is None:
        raise (
            Rejection(511, f"There is no user or role `{name}` in `user directories`.")
            if either
            else unknown_role(name)
        )
    return role


def exists(kind: str, name: str) -> Rejection:
    """Code 493."""
    return Rejection(493, f"{kind} `{name}` already exists in `user directories`.")


def unknown_user(name: str) -> Rejection:
    """Code 192."""
    return Rejection(192, f"There is no user `{name}` in `user directories`.")


def unknown_role(name: str) -> Rejection:
    """Code 511."""
    return Rejection(511, f"There is no role `{name}` in `user directories`.")
