"""Views that other users create must not run as ``default``.

Every connection is the engine's user ``default``: a view that a user defines as themselves (``SQL SECURITY DEFINER``,
with or without ``DEFINER = CURRENT_USER``) would run with every right, and the engine would let everybody name
``default``. So the user is written into the statement, and naming ``default`` needs the privilege that a server asks
for.
The setting ``default_view_definer`` does not help: the engine passes over it.

Source: ClickHouse documentation, CREATE VIEW, section SQL security.
"""

from collections.abc import Iterator
from itertools import pairwise

from datacontract_runner.embedded.access.model import DEFAULT_USER, Access
from datacontract_runner.embedded.access.users_xml import engine_name
from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.tokens import Kind, Token, tokenize
from datacontract_runner.sql import identifier


def with_definer(sql: str, user: str, access: Access, connection: Connection) -> str:
    """Writes out who a view runs as, under the name that the engine knows.

    Raises:
        Rejection: code 497 when a view would run as ``default`` and its author holds no SET DEFINER for that.
    """
    if "definer" not in sql.lower():
        return sql
    tokens = list(tokenize(sql))
    named = list(_named_definers(tokens))
    edits = [(token.start, token.end, _replacement(token, user, access, connection)) for token in named]
    if not named and user != DEFAULT_USER:
        edits = [(at, at, f"DEFINER = {_engine(user)} ") for at in _unnamed(tokens)]
    for start, end, text in reversed(edits):
        sql = sql[:start] + text + sql[end:]
    return sql


def _named_definers(tokens: list[Token]) -> Iterator[Token]:
    """The names after ``DEFINER =`` or ``DEFINER``, which is a clause unless it ends ``SQL SECURITY DEFINER``."""
    for at, token in enumerate(tokens):
        if token.word != "DEFINER" or (at and tokens[at - 1].word == "SECURITY"):
            continue
        name = at + 2 if at + 1 < len(tokens) and tokens[at + 1].text == "=" else at + 1
        if name < len(tokens) and (tokens[name].is_name or tokens[name].kind is Kind.STRING):
            yield tokens[name]


def _unnamed(tokens: list[Token]) -> Iterator[int]:
    """Where ``SQL SECURITY`` begins."""
    return (first.start for first, second in pairwise(tokens) if (first.word, second.word) == ("SQL", "SECURITY"))


def _replacement(token: Token, user: str, access: Access, connection: Connection) -> str:
    name = user if token.word == "CURRENT_USER" else token.value
    if name == DEFAULT_USER and user != DEFAULT_USER:
        _check_may_be_default(connection)
    return _engine(name) if access.user(name) else token.text


def _check_may_be_default(connection: Connection) -> None:
    wanted = f"SET DEFINER ON {DEFAULT_USER}"
    if connection.text(f"CHECK GRANT {wanted}") != "1":
        raise Rejection(
            497, f"Not enough privileges. To execute this query, it's necessary to have the grant {wanted}."
        )


def _engine(user: str) -> str:
    return identifier(engine_name(user))
