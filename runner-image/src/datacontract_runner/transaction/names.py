"""Names of stage databases, and statements rewritten from one database to another."""

import re
import secrets

from datacontract_api.scalars import STAGE_INFIX
from datacontract_runner import sql


def new_stage_name(database: str) -> str:
    """A name for a new stage of a database: random, so that it occurs in no statement by chance."""
    return f"{database}{STAGE_INFIX}{secrets.token_hex(6)}"


_PIECE = re.compile(r"'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.|``)*`|\"(?:[^\"\\]|\\.|\"\")*\"|[A-Za-z_][A-Za-z0-9_]*")
_WORD = "(?<![A-Za-z0-9_])%s(?![A-Za-z0-9_])"


def moved(statement: str, token: str, database: str) -> str:
    """Replaces a database name in a CREATE statement that the server has written out.

    As a word it becomes a quoted identifier; in a string (``dictGet('stage.d')``, ``DB 'stage'``) plain text.
    Longer names that contain it are left alone.

    Args:
        statement: as in ``system.tables.create_table_query``.
        token: the name to replace.
        database: the name to put there.
    """
    word = re.compile(_WORD % re.escape(token))

    def replace(match: re.Match[str]) -> str:
        piece = match[0]
        if piece[0] == "'":
            return word.sub(lambda _: database, piece)
        return sql.identifier(database) if piece.strip('`"') == token else piece

    return _PIECE.sub(replace, statement)


_QUOTED_WORD = re.compile(r"`([A-Za-z_][A-Za-z0-9_]*)`")


def same_statement(left: str, right: str) -> bool:
    """Whether two CREATE statements differ in nothing but the quoting of plain identifiers."""
    return _QUOTED_WORD.sub(r"\1", left) == _QUOTED_WORD.sub(r"\1", right)


def mentions(statement: str, database: str, name: str) -> bool:
    """Whether a statement that the server has written out names ``database.name``, in SQL or in a string."""
    d, n = re.escape(database), re.escape(name)
    pattern = rf"(?<![A-Za-z0-9_])[`\"]?{d}[`\"]?\.[`\"]?{n}(?![A-Za-z0-9_])"
    return re.search(pattern, statement) is not None
