"""ClickHouse's lexical grammar, as far as telling quoted text, brackets and statement ends apart needs.

Follows src/Parsers/Lexer.cpp of ClickHouse: backslashes and doubled quotes escape inside all three kinds of quotes,
comments nest, ``$tag$`` opens a heredoc, and typographic quotes quote.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MAX_DEPTH = 100
"""Brackets within brackets; people do not write more, and parsers recurse."""

_OPENING = {"(": ")", "[": "]", "{": "}"}


class Kind(StrEnum):
    """What a token is."""

    SPACE = "space"
    COMMENT = "comment"
    STRING = "string"
    QUOTED_IDENTIFIER = "quoted identifier"
    HEREDOC = "heredoc"
    WORD = "word"
    NUMBER = "number"
    BRACKET = "bracket"
    SYMBOL = "symbol"


@dataclass(frozen=True)
class Token:
    """One token.

    Args:
        kind: what it is.
        text: as it stands in the source.
        start: its first character's index.
        depth: brackets around it; an opening and its closing bracket have the same.
    """

    kind: Kind
    text: str
    start: int
    depth: int


class NotLexical(Exception):
    """A text that has no tokens: an open quote, an open comment, a bracket without its fellow.

    Args:
        message: predicate that follows the text.
        index: where.
    """

    def __init__(self, message: str, index: int) -> None:
        super().__init__(message)
        self.message, self.index = message, index


_QUOTED = r"{0}(?:[^{0}\\]|\\.|{0}{0})*{0}"
_TOKEN = re.compile(
    "|".join(
        (
            r"(?P<space>\s+)",
            r"(?P<comment>--[^\n]*|\#[ !][^\n]*)",
            rf"(?P<string>{_QUOTED.format(chr(39))}|‘[^’]*’)",
            rf"(?P<quoted>{_QUOTED.format(chr(34))}|{_QUOTED.format('`')}|“[^”]*”)",
            r"(?P<word>[A-Za-z_][A-Za-z0-9_$]*)",
            r"(?P<number>[0-9][0-9A-Za-z_.]*)",
            r"(?P<bracket>[()\[\]{}])",
            r"(?P<open>['\"`‘“]|/\*)",
            r"(?P<symbol>.)",
        )
    ),
    re.DOTALL,
)
_HEREDOC = re.compile(r"\$\w*\$")
_KINDS = {
    "space": Kind.SPACE,
    "comment": Kind.COMMENT,
    "string": Kind.STRING,
    "quoted": Kind.QUOTED_IDENTIFIER,
    "word": Kind.WORD,
    "number": Kind.NUMBER,
    "bracket": Kind.BRACKET,
    "symbol": Kind.SYMBOL,
}


def tokens(text: str) -> list[Token]:
    """Every token of a text, spaces and comments included.

    Raises:
        NotLexical: for an open quote or comment, a bracket that does not fit, or nesting beyond `MAX_DEPTH`.
    """
    open_brackets: list[tuple[str, int]] = []
    found = []
    for kind, start, end in _spans(text):
        part = text[start:end]
        depth = len(open_brackets)
        if kind is Kind.BRACKET and part in _OPENING:
            open_brackets.append((_OPENING[part], start))
            if len(open_brackets) > MAX_DEPTH:
                raise NotLexical(f"nests more than {MAX_DEPTH} brackets", start)
        elif kind is Kind.BRACKET:
            if not open_brackets or open_brackets.pop()[0] != part:
                raise NotLexical(f"closes a bracket '{part}' that was not opened", start)
            depth = len(open_brackets)
        found.append(Token(kind, part, start, depth))
    if open_brackets:
        raise NotLexical(f"does not close a bracket: '{open_brackets[-1][0]}' is missing", open_brackets[-1][1])
    return found


def meaning(found: list[Token]) -> list[Token]:
    """The tokens that mean something: no spaces, no comments."""
    return [token for token in found if token.kind not in (Kind.SPACE, Kind.COMMENT)]


def _spans(text: str) -> Iterator[tuple[Kind, int, int]]:
    position = 0
    while position < len(text):
        if text.startswith("/*", position):
            end = _comment_end(text, position)
            yield Kind.COMMENT, position, end
        elif (end := _heredoc_end(text, position)) > position:
            yield Kind.HEREDOC, position, end
        else:
            match = _TOKEN.match(text, position)
            assert match is not None
            if match["open"]:
                raise NotLexical(f"does not close the quote {match['open']}", position)
            kind = next(kind for name, kind in _KINDS.items() if match[name] is not None)
            end = match.end()
            yield kind, position, end
        position = end


def _heredoc_end(text: str, start: int) -> int:
    """The end of the heredoc that begins here, or ``start`` when none does."""
    if not (opening := _HEREDOC.match(text, start)):
        return start
    closing = text.find(opening[0], opening.end())
    return start if closing < 0 else closing + len(opening[0])


def _comment_end(text: str, start: int) -> int:
    depth, position = 0, start
    for mark in re.compile(r"/\*|\*/").finditer(text, start):
        depth += 1 if mark[0] == "/*" else -1
        position = mark.end()
        if depth == 0:
            return position
    raise NotLexical("does not close the comment /*", start)
