"""Reads the SHOW statements about access."""

from datacontract_runner.embedded.access.cursor import Cursor
from datacontract_runner.embedded.access.parse_policies import policy_targets, table
from datacontract_runner.embedded.access.statements import Show, ShowCreate, ShowGrants, ShowNames
from datacontract_runner.embedded.rejection import Rejection


def parse_show(cursor: Cursor, database: str) -> Show:
    """SHOW GRANTS, SHOW CREATE USER | ROLE | ROW POLICY, SHOW USERS | ROLES | POLICIES."""
    cursor.expect("SHOW")
    if cursor.accept("GRANTS"):
        return _grants(cursor)
    if cursor.accept("CREATE"):
        return _create(cursor, database)
    return _names(cursor, database)


def _grants(cursor: Cursor) -> ShowGrants:
    names = cursor.names() if cursor.accept("FOR") else ()
    if cursor.accept("WITH"):
        raise Rejection(48, "The embedded warehouse shows grants as they were given: leave out WITH IMPLICIT.")
    cursor.accept("FINAL")
    _format(cursor)
    return ShowGrants(names)


def _create(cursor: Cursor, database: str) -> ShowCreate:
    cursor.accept("ROW")
    kind = cursor.take().word
    plural = kind in ("USERS", "ROLES", "POLICIES")
    singular = {"USERS": "USER", "ROLES": "ROLE", "POLICIES": "POLICY"}.get(kind, kind)
    if plural or cursor.ended or cursor.sees("FORMAT"):
        _format(cursor)
        return ShowCreate(singular)
    if singular == "POLICY":
        show = ShowCreate(singular, targets=policy_targets(cursor, database))
    else:
        show = ShowCreate(singular, names=cursor.names())
    _format(cursor)
    return show


def _names(cursor: Cursor, database: str) -> ShowNames:
    cursor.accept("ROW")
    kind = cursor.take().word
    if kind in ("CURRENT", "ENABLED"):
        cursor.expect("ROLES")
        kind = f"{kind} ROLES"
    where = table(cursor, database) if cursor.accept("ON") else None
    _format(cursor)
    return ShowNames(kind, where)


def _format(cursor: Cursor) -> None:
    """The output format is taken from the statement by whoever writes the result."""
    if cursor.accept("FORMAT"):
        cursor.name()
