"""Whether a text is one SELECT, and which tables it names by their database.

sqlglot reads most of ClickHouse's SQL, not all: what it cannot read is judged by its tokens alone, so that nothing
valid is refused.
"""

import itertools
import logging
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datacontract_runner.lint.tokens import Kind, NotLexical, Token, meaning, tokens

# It warns on standard error about what it has no grammar for; we only ask what it has.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

_BEGINNINGS = frozenset(("SELECT", "WITH", "FROM", "("))
_SYSTEM = frozenset(("system", "information_schema"))


@dataclass(frozen=True)
class Refusal:
    """Why a text is no single SELECT, and at which of its characters that shows."""

    message: str
    index: int = 0


def refusal(text: str) -> Refusal | None:
    """Why a text is not one SELECT, None when it is one as far as we can tell."""
    try:
        words = meaning(tokens(text))
    except NotLexical as error:
        return Refusal(error.message, error.index)
    if not words:
        return Refusal("is empty")
    if (found := _refused_words(words)) is not None:
        return found
    parsed = _parsed(text)
    if parsed is not None and not isinstance(parsed, exp.Query):
        return Refusal("is no SELECT")
    return None


def tables_with_database(text: str) -> list[tuple[str, str]]:
    """Database and name of every table that a SELECT names with its database; empty when sqlglot cannot read it."""
    parsed = _parsed(text)
    if parsed is None:
        return []
    found = {(table.db, table.name): None for table in parsed.find_all(exp.Table) if table.db and table.name}
    return [pair for pair in found if pair[0].lower() not in _SYSTEM]


def _refused_words(words: list[Token]) -> Refusal | None:
    for token in words:
        if token.text == ";" and token.kind is Kind.SYMBOL:
            return Refusal("holds a ';', which ends a statement", token.start)
    if words[0].text.upper() not in _BEGINNINGS:
        return Refusal(f"begins with {words[0].text[:40]}, not with SELECT or WITH", words[0].start)
    outer = [token for token in words if token.depth == 0 and token.kind is Kind.WORD]
    for token, following in itertools.pairwise(outer):
        if (token.text.upper(), following.text.upper()) == ("INTO", "OUTFILE"):
            return Refusal("writes its result INTO OUTFILE", token.start)
    if len(words) > 2 and words[-2].text.upper() == "FORMAT" and words[-1].kind is Kind.WORD:
        return Refusal("ends with FORMAT, which is ours to choose", words[-2].start)
    return None


def _parsed(text: str) -> exp.Expression | None:
    """The one statement of a text, None when sqlglot cannot read it."""
    try:
        statements = [statement for statement in sqlglot.parse(text, read="clickhouse") if statement is not None]
    except (SqlglotError, RecursionError):
        return None
    # What it has no grammar for becomes a Command: that tells nothing.
    if len(statements) != 1 or isinstance(statements[0], exp.Command):
        return None
    statement: exp.Expression = statements[0]
    return statement
