"""Views that other users create must not run as ``default``.

Every connection is the engine's user ``default``: a view that a user defines as themselves (``DEFINER = CURRENT_USER``,
or a materialized view without a definer) would run with every right. So a user's connection names them as the default
definer, and CURRENT_USER in their statements is replaced by their name.
"""

from datacontract_runner.embedded.access.model import DEFAULT_USER
from datacontract_runner.embedded.access.users_xml import engine_name
from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.tokens import Token, tokenize
from datacontract_runner.sql import identifier, literal

_SETTING = "default_view_definer"


def make_definer(connection: Connection, user: str) -> None:
    """Names the user as the definer of the views that this connection creates."""
    if user != DEFAULT_USER:
        connection.query(f"SET {_SETTING} = {literal(engine_name(user))}")


def with_definer(sql: str, user: str) -> str:
    """Replaces CURRENT_USER after DEFINER by the user, under the name that the engine knows.

    Raises:
        Rejection: code 452 for an attempt to change the default definer.
    """
    folded = sql.lower()
    if user == DEFAULT_USER or ("definer" not in folded):
        return sql
    tokens = list(tokenize(sql))
    if any(token.value == _SETTING for token in tokens):
        raise Rejection(452, f"Setting {_SETTING} should not be changed.")
    return _replaced(sql, [t for before, t in _after_definer(tokens) if t.word == "CURRENT_USER"], user)


def _after_definer(tokens: list[Token]) -> list[tuple[Token, Token]]:
    """The tokens that follow ``DEFINER`` or ``DEFINER =``."""
    found = []
    for at, token in enumerate(tokens[:-1]):
        if token.word == "DEFINER":
            equals = tokens[at + 1].text == "=" and at + 2 < len(tokens)
            found.append((token, tokens[at + 2] if equals else tokens[at + 1]))
    return found


def _replaced(sql: str, tokens: list[Token], user: str) -> str:
    for token in reversed(tokens):
        sql = sql[: token.start] + identifier(engine_name(user)) + sql[token.end :]
    return sql
