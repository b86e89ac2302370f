"""A warehouse of our statements: what each of them makes of an `Access`, by the rules of ClickHouse's documentation."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from datacontract_runner.governance import scan
from datacontract_runner.governance.model import Access, Change, Holding, MaskingView, Object, Policy, Rights
from datacontract_runner.governance.view_select import parse_select

_NAME = r"`(?:[^`\\]|\\.)+`"
_ON = rf"(?P<object>{_NAME}\.{_NAME})"
_COLUMNS = r"SELECT(?:\((?P<columns>[^)]*)\))?"


def apply(access: Access, changes: Iterable[Change]) -> Access:
    """Executes changes."""
    for change in changes:
        for statement in change.statements:
            access = execute(access, statement)
    return access


def execute(access: Access, statement: str) -> Access:
    """Executes one statement.

    Raises:
        AssertionError: for a statement that governance has no business to send.
    """
    for pattern, effect in _EFFECTS.items():
        if found := re.fullmatch(pattern, statement, re.DOTALL):
            return effect(access, found)
    raise AssertionError(statement)


def _object(found: re.Match[str]) -> Object:
    database, name = scan.split(found["object"], ".")
    return Object(scan.unquoted(database), scan.unquoted(name))


def _names(text: str) -> frozenset[str]:
    return frozenset(map(scan.unquoted, scan.split(text)))


def _with_rights(access: Access, found: re.Match[str], change: Callable[[Rights], Rights]) -> Access:
    holding = Holding(scan.unquoted(found["role"]), _object(found))
    assert holding.role in access.roles, f"no role {holding.role}"
    rights = {**access.rights, holding: change(access.rights.get(holding, Rights()))}
    return replace(access, rights={at: held for at, held in rights.items() if held})


def _grant(access: Access, found: re.Match[str]) -> Access:
    def change(rights: Rights) -> Rights:
        if found["columns"] is None:
            return replace(rights, whole=True, columns=frozenset(), withheld=frozenset())
        if rights.whole:
            return replace(rights, withheld=rights.withheld - _names(found["columns"]))
        return replace(rights, columns=rights.columns | _names(found["columns"]))

    return _with_rights(access, found, change)


def _revoke(access: Access, found: re.Match[str]) -> Access:
    def change(rights: Rights) -> Rights:
        if found["columns"] is None:
            return replace(rights, whole=False, columns=frozenset(), withheld=frozenset())
        if rights.whole:
            return replace(rights, withheld=rights.withheld | _names(found["columns"]))
        return replace(rights, columns=rights.columns - _names(found["columns"]))

    return _with_rights(access, found, change)


def _revoke_others(access: Access, found: re.Match[str]) -> Access:
    gone = set(found["privileges"].split(", "))
    return _with_rights(access, found, lambda rights: replace(rights, others=rights.others - gone))


def _revoke_option(access: Access, found: re.Match[str]) -> Access:
    return _with_rights(access, found, lambda rights: replace(rights, grantable=False))


def _create_policy(access: Access, found: re.Match[str]) -> Access:
    policy = Policy(_object(found), scan.unquoted(found["name"]), found["using"], _names(found["targets"]))
    others = {other for other in access.policies if other.key != policy.key}
    return replace(access, policies=frozenset({*others, policy}))


def _drop_policy(access: Access, found: re.Match[str]) -> Access:
    key = (_object(found), scan.unquoted(found["name"]))
    return replace(access, policies=frozenset(policy for policy in access.policies if policy.key != key))


def _create_view(access: Access, found: re.Match[str]) -> Access:
    target = _object(found)
    assert target.database in access.databases, f"no database {target.database}"
    parsed = parse_select(found["select"])
    assert parsed is not None
    view = MaskingView(target, parsed[0], scan.unquoted(found["definer"]), parsed[1])
    others = {other for other in access.views if other.object != target}
    return replace(access, views=frozenset({*others, view}))


def _drop_view(access: Access, found: re.Match[str]) -> Access:
    return replace(access, views=frozenset(view for view in access.views if view.object != _object(found)))


def _create_role(access: Access, found: re.Match[str]) -> Access:
    return replace(access, roles=access.roles | {scan.unquoted(found["name"])})


def _create_database(access: Access, found: re.Match[str]) -> Access:
    return replace(access, databases=access.databases | {scan.unquoted(found["name"])})


_EFFECTS: dict[str, Callable[[Access, re.Match[str]], Access]] = {
    rf"CREATE ROLE IF NOT EXISTS (?P<name>{_NAME})": _create_role,
    rf"CREATE DATABASE IF NOT EXISTS (?P<name>{_NAME})": _create_database,
    rf"GRANT {_COLUMNS} ON {_ON} TO (?P<role>{_NAME})": _grant,
    rf"REVOKE {_COLUMNS} ON {_ON} FROM (?P<role>{_NAME})": _revoke,
    rf"REVOKE GRANT OPTION FOR ALL ON {_ON} FROM (?P<role>{_NAME})": _revoke_option,
    rf"REVOKE (?P<privileges>[A-Z, ]+) ON {_ON} FROM (?P<role>{_NAME})": _revoke_others,
    rf"CREATE ROW POLICY OR REPLACE (?P<name>{_NAME}) ON {_ON} AS PERMISSIVE FOR SELECT "
    r"USING \((?P<using>.*)\) TO (?P<targets>.*)": _create_policy,
    rf"DROP ROW POLICY IF EXISTS (?P<name>{_NAME}) ON {_ON}": _drop_policy,
    rf"CREATE OR REPLACE VIEW {_ON} DEFINER = (?P<definer>{_NAME}) SQL SECURITY DEFINER "
    r"AS (?P<select>.*)": _create_view,
    rf"DROP VIEW IF EXISTS {_ON} SYNC": _drop_view,
}
