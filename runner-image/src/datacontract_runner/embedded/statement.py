"""What a request's text is: which kind of statement, in which format its data come or go.

Only the first tokens and the ends of clauses are looked at; the engine parses the rest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice, pairwise

from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.tokens import Kind, Token, tokenize

# What the beginning of a statement can be recognised by.
HEAD = 8


class Verb(Enum):
    """The statements that are treated differently."""

    SELECT = "select"
    INSERT = "insert"
    KILL = "kill"
    OTHER = "other"


_VERBS = {verb.name: verb for verb in Verb if verb is not Verb.OTHER}


def changes_session(tokens: list[Token]) -> bool:
    """Whether a statement changes what its session must remember: settings, database or temporary tables."""
    words = [token.word for token in tokens]
    return words[:1] in (["SET"], ["USE"]) or (words[:1] == ["CREATE"] and "TEMPORARY" in words[:4])


@dataclass(frozen=True)
class InsertHead:
    """An INSERT whose data follow its text: the statement up to FORMAT, the format, and where the data begin."""

    sql: str
    data_format: str
    data_start: int


def head_tokens(text: str) -> list[Token]:
    """The first tokens of a statement."""
    return list(islice(tokenize(text), HEAD))


def verb_of(tokens: list[Token]) -> Verb:
    """Tells the kind of statement from its first tokens."""
    first = next((token for token in tokens if token.text != "("), None)
    if first is None:
        return Verb.OTHER
    if first.word in ("SELECT", "WITH", "FROM"):
        return Verb.SELECT
    return _VERBS.get(first.word, Verb.OTHER)


def insert_head(text: str) -> InsertHead | None:
    """Finds where an INSERT's own data begin: after ``FORMAT name`` and one line end, or after ``VALUES``.

    Args:
        text: the beginning of the request, one character per byte, so that offsets are those of the bytes.

    Returns:
        None when the rows come from a SELECT: then the text is the whole statement.

    Raises:
        Rejection: code 48 for ``FROM INFILE``, which would read the files of the server.
    """
    depth = 0
    tokens = tokenize(text)
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and token.word in ("SELECT", "WITH", "FROM", "WATCH"):
            _refuse_infile(token, next(tokens, None))
            return None
        if token.text == "(" and _peeks_select(text, token.end):
            return None
        if depth == 0 and token.word == "VALUES":
            return InsertHead(text[: token.start], "Values", token.end)
        if depth == 0 and token.word == "FORMAT":
            return _data_of(text, token, next(tokens, None))
    return None


def _refuse_infile(token: Token, following: Token | None) -> None:
    if token.word == "FROM" and following is not None and following.word == "INFILE":
        raise Rejection(48, "INSERT FROM INFILE is not allowed over HTTP: send the file as the body.")


def _peeks_select(text: str, at: int) -> bool:
    following = next(tokenize(text[at : at + 200]), None)
    return following is not None and following.word in ("SELECT", "WITH")


def _data_of(text: str, keyword: Token, name: Token | None) -> InsertHead | None:
    if name is None or not name.is_name:
        return None
    start = name.end
    while start < len(text) and text[start] in " \t;\r":
        start += 1
    if start < len(text) and text[start] == "\n":
        start += 1
    return InsertHead(text[: keyword.start], name.value, start)


@dataclass(frozen=True)
class OutputClauses:
    """The clauses at the end of a statement that say where its result goes."""

    output_format: str | None = None
    format_start: int = -1
    into_outfile: bool = False


def output_clauses(tokens: Iterable[Token]) -> OutputClauses:
    """Finds ``FORMAT name`` and ``INTO OUTFILE`` outside parentheses, at the end of a statement."""
    outer = [token for token in _outside_parentheses(tokens) if token.text != ";"]
    into = any(a.word == "INTO" and b.word == "OUTFILE" for a, b in pairwise(outer))
    for at in range(len(outer) - 2, -1, -1):
        after = outer[at + 2].word if at + 2 < len(outer) else "SETTINGS"
        if outer[at].word == "FORMAT" and outer[at + 1].is_name and after in ("SETTINGS", "INTO"):
            return OutputClauses(outer[at + 1].value, outer[at].start, into)
    return OutputClauses(into_outfile=into)


def _outside_parentheses(tokens: Iterable[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        closes = token.kind is Kind.SYMBOL and token.text in ")]}"
        opens = token.kind is Kind.SYMBOL and token.text in "([{"
        depth -= closes
        if depth == 0 and not closes:
            yield token
        depth += opens
