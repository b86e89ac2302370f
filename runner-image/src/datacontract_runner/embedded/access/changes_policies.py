"""What the row policy statements change. Purely computational."""

from functools import singledispatch

from datacontract_runner.embedded.access.changes import exists
from datacontract_runner.embedded.access.model import Access, RowPolicy
from datacontract_runner.embedded.access.statements import AlterPolicy, CreatePolicy, DropPolicy
from datacontract_runner.embedded.rejection import Rejection

_Key = tuple[str, str, str]
PolicyChange = CreatePolicy | AlterPolicy | DropPolicy


def plan_policy_change(access: Access, statement: PolicyChange) -> Access:
    """Works out the state after a row policy statement.

    Raises:
        Rejection: code 493 for a policy that exists already, 523 for one that does not, 48 for one that cannot be kept.
    """
    return _apply(statement, access)


@singledispatch
def _apply(statement: object, _access: Access) -> Access:
    raise TypeError(type(statement))


@_apply.register
def _(statement: CreatePolicy, access: Access) -> Access:
    policies = {policy.key: policy for policy in access.policies}
    for key in statement.targets:
        if key in policies and statement.if_not_exists:
            continue
        if key in policies and not statement.or_replace:
            raise exists("row policy", _shown(key))
        name, database, table = key
        policies[key] = RowPolicy(
            name=name,
            database=database,
            table=table,
            restrictive=statement.restrictive,
            using=statement.using,
            to=statement.to,
        )
    return _with(access, policies)


@_apply.register
def _(statement: AlterPolicy, access: Access) -> Access:
    policies = {policy.key: policy for policy in access.policies}
    given = {
        "restrictive": statement.restrictive,
        "using": statement.using,
        "to": statement.to,
        "name": statement.rename,
    }
    update = {field: value for field, value in given.items() if value is not None}
    for key in statement.targets:
        if key not in policies and statement.if_exists:
            continue
        _require(policies, key)
        changed = policies.pop(key).model_copy(update=update)
        if changed.key in policies:
            raise exists("row policy", _shown(changed.key))
        policies[changed.key] = changed
    return _with(access, policies)


@_apply.register
def _(statement: DropPolicy, access: Access) -> Access:
    policies = {policy.key: policy for policy in access.policies}
    for key in statement.targets:
        if not statement.if_exists:
            _require(policies, key)
        policies.pop(key, None)
    return _with(access, policies)


def _with(access: Access, policies: dict[_Key, RowPolicy]) -> Access:
    _check_whole_database(policies)
    return access.model_copy(update={"policies": tuple(policies.values())})


def _check_whole_database(policies: dict[_Key, RowPolicy]) -> None:
    """The engine's file joins a database's filter to its tables' filters by OR, which would widen both."""
    tables: dict[str, set[bool]] = {}
    for _, database, table in policies:
        if database.lower() in ("system", "information_schema"):
            raise Rejection(48, f"The embedded warehouse takes no row policies on {database}.")
        tables.setdefault(database, set()).add(table == "")
    for database, kinds in tables.items():
        if len(kinds) > 1:
            raise Rejection(
                48, f"The embedded warehouse takes row policies on {database}.* or on its tables, not both at once."
            )


def _require(policies: dict[_Key, RowPolicy], key: _Key) -> None:
    if key not in policies:
        raise Rejection(523, f"There is no row policy `{_shown(key)}` in `user directories`.")


def _shown(key: _Key) -> str:
    name, database, table = key
    return f"{name} ON {database}.{table or '*'}"
