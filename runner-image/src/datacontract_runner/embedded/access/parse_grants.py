"""Reads GRANT and REVOKE, of privileges and of roles."""

from datacontract_runner.embedded.access.cursor import Cursor, written
from datacontract_runner.embedded.access.parse_users import name_set
from datacontract_runner.embedded.access.statements import Grant, GrantRoles
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.tokens import Token
from datacontract_runner.sql import identifier

# Privileges whose object is no table: their one name is not completed with a database.
_NOT_ON_TABLES = frozenset(
    {"USER", "ROLE", "DEFINER", "COLLECTION", "COLLECTIONS", "ENGINE", "IMPERSONATE", "SOURCES", "READ", "WRITE"}
)


def parse_grant(cursor: Cursor, database: str) -> Grant | GrantRoles:
    """GRANT privileges | roles TO grantees [WITH ...], REVOKE [... OPTION FOR] privileges | roles FROM grantees."""
    revoke = cursor.take().word == "REVOKE"
    option = revoke and (cursor.accept("GRANT", "OPTION", "FOR") or cursor.accept("ADMIN", "OPTION", "FOR"))
    if cursor.sees("CURRENT", "GRANTS"):
        raise Rejection(48, "The embedded warehouse does not expand CURRENT GRANTS: name the privileges.")
    elements = _elements(cursor, "FROM" if revoke else "TO")
    grantees = name_set(cursor)
    options = set() if revoke else _options(cursor)
    option = option or "GRANT" in options or "ADMIN" in options
    if any(_is_on(token) for token in elements):
        return Grant(_qualified(elements, database), grantees, revoke, option, "REPLACE" in options)
    return GrantRoles(_roles(elements), grantees, revoke, option, "REPLACE" in options)


def _elements(cursor: Cursor, stop: str) -> list[Token]:
    elements = cursor.until((stop,))
    cursor.expect(stop)
    return elements


def _options(cursor: Cursor) -> set[str]:
    found = set()
    while cursor.accept("WITH"):
        found.add(cursor.take().word)
        cursor.expect("OPTION")
    return found


def _is_on(token: Token) -> bool:
    return token.word == "ON"


def _roles(tokens: list[Token]) -> tuple[str, ...]:
    cursor = Cursor(tokens)
    roles = cursor.names()
    cursor.finish()
    return roles


def _qualified(tokens: list[Token], database: str) -> str:
    """Writes the current database in front of tables and ``*`` that have none."""
    cursor, out = Cursor(tokens), []
    while not cursor.ended:
        privileges = cursor.until(("ON",))
        cursor.expect("ON")
        target = cursor.until((",",))
        out.append(f"{written(privileges)} ON {_target(privileges, target, database)}")
        cursor.accept(",")
    return ", ".join(out)


def _target(privileges: list[Token], target: list[Token], database: str) -> str:
    if any(token.text == "." for token in target) or any(token.word in _NOT_ON_TABLES for token in privileges):
        return written(target)
    return f"{identifier(database)}.{written(target)}"
