"""Recognises access statements and reads them. The engine's parser has accepted the text before it comes here."""

from collections.abc import Callable

from datacontract_runner.embedded.access.cursor import Cursor
from datacontract_runner.embedded.access.parse_grants import parse_grant
from datacontract_runner.embedded.access.parse_policies import parse_policy
from datacontract_runner.embedded.access.parse_show import parse_show
from datacontract_runner.embedded.access.parse_users import parse_drop, parse_role, parse_set_role, parse_user
from datacontract_runner.embedded.access.statements import AccessStatement
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.tokens import Token

Parser = Callable[[Cursor, str], AccessStatement]

_CHANGES: dict[tuple[str, ...], Parser] = {
    ("USER",): parse_user,
    ("ROLE",): parse_role,
    ("ROW", "POLICY"): parse_policy,
    ("POLICY",): parse_policy,
}
_REFUSED = (
    ("QUOTA",),
    ("PROFILE",),
    ("SETTINGS", "PROFILE"),
    ("MASKING", "POLICY"),
)
_SHOWS = (
    ("GRANTS",),
    ("CREATE", "USER"),
    ("CREATE", "USERS"),
    ("CREATE", "ROLE"),
    ("CREATE", "ROLES"),
    ("CREATE", "ROW", "POLICY"),
    ("CREATE", "ROW", "POLICIES"),
    ("CREATE", "POLICY"),
    ("CREATE", "POLICIES"),
    ("USERS",),
    ("ROLES",),
    ("CURRENT", "ROLES"),
    ("ENABLED", "ROLES"),
    ("POLICIES",),
    ("ROW", "POLICIES"),
    ("ACCESS",),
)


def find_parser(tokens: list[Token]) -> Parser | None:
    """Says how to read the statement if it is about access, from its first tokens.

    Args:
        tokens: the statement's first eight tokens or more.

    Raises:
        Rejection: code 48 for an access statement that this warehouse cannot enforce.
    """
    cursor = Cursor(tokens)
    if cursor.sees("GRANT") or cursor.sees("REVOKE"):
        return parse_grant
    if cursor.sees("SET", "ROLE") or cursor.sees("SET", "DEFAULT", "ROLE"):
        return parse_set_role
    if cursor.sees("EXECUTE", "AS") or cursor.sees("MOVE"):
        raise Rejection(48, "The embedded warehouse has no EXECUTE AS and one access storage only.")
    if cursor.accept("SHOW"):
        return parse_show if any(cursor.sees(*words) for words in _SHOWS) else None
    return _change_parser(cursor)


def _change_parser(cursor: Cursor) -> Parser | None:
    verb = cursor.peek()
    if verb is None or verb.word not in ("CREATE", "ALTER", "DROP"):
        return None
    cursor.take()
    for refused in _REFUSED:
        if cursor.sees(*refused):
            raise Rejection(48, f"The embedded warehouse cannot enforce a {' '.join(refused).lower()}.")
    for words, parser in _CHANGES.items():
        if cursor.sees(*words):
            return parse_drop if verb.word == "DROP" and parser is not parse_policy else parser
    return None


def parse(parser: Parser, tokens: list[Token], database: str) -> AccessStatement:
    """Reads one access statement.

    Args:
        parser: what :func:`find_parser` gave.
        tokens: the whole statement.
        database: the session's current database, for tables named without one.

    Raises:
        Rejection: code 62 for a statement that cannot be read, 48 for ON CLUSTER and other things not enforced here.
    """
    cursor = Cursor(tokens)
    for at, token in enumerate(cursor.tokens):
        following = cursor.tokens[at + 1].word if at + 1 < len(cursor.tokens) else ""
        if token.word == "ON" and following == "CLUSTER":
            raise Rejection(48, "The embedded warehouse is one server: leave out ON CLUSTER.")
    statement = parser(cursor, database)
    cursor.finish()
    return statement


def changes_access(parser: Parser | None) -> bool:
    """Whether the statements that this reads change users, roles, grants or policies."""
    return parser in (parse_grant, parse_user, parse_role, parse_policy, parse_drop)
