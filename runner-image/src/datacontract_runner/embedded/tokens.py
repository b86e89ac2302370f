"""ClickHouse's lexer, as far as statements must be recognised: words, quoted names, strings, numbers and symbols.

Source: ClickHouse documentation, SQL reference, Syntax.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from datacontract_runner.embedded.rejection import Rejection


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted"
    STRING = "string"
    NUMBER = "number"
    SYMBOL = "symbol"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind, its text as written, and where it is written (offsets into the text)."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The keyword in capitals, or nothing when the token cannot be one."""
        return self.text.upper() if self.kind is Kind.WORD else ""

    @property
    def value(self) -> str:
        """The name or the string that the token stands for, without quotes and escapes."""
        if self.kind in (Kind.QUOTED, Kind.STRING):
            return unescape(self.text[1:-1], self.text[0]) if self.text[0] != "$" else _heredoc(self.text)
        return self.text

    @property
    def is_name(self) -> bool:
        """Whether the token can be an identifier."""
        return self.kind in (Kind.WORD, Kind.QUOTED)


# Possessive quantifiers: a statement of any length is read in linear time.
_LEXER = re.compile(
    r"""(?P<space>\s++|--[^\n]*+|\#[!\ ][^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)
      | (?P<string>'(?:[^'\\]|\\.|'')*+'|\$(?P<tag>[A-Za-z0-9_]*+)\$.*?\$(?P=tag)\$)
      | (?P<quoted>`(?:[^`\\]|\\.|``)*+`|"(?:[^"\\]|\\.|"")*+")
      | (?P<number>\d[\w.]*+)
      | (?P<word>[^\W\d][\w$]*+)
      | (?P<symbol>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0", "a": "\a", "v": "\v", "e": "\x1b"}


def tokenize(text: str) -> Iterator[Token]:
    """Splits a statement into tokens, lazily, leaving out blanks and comments.

    Raises:
        Rejection: code 62 for a quote that is never closed.
    """
    for found in _LEXER.finditer(text):
        group = found.lastgroup or ""
        if group == "space":
            continue
        if group == "symbol" and found.group() in "'`\"":
            raise Rejection(62, f"Syntax error: failed at position {found.start() + 1}: a quote is never closed.")
        kind = Kind.STRING if group == "tag" else Kind(group)
        yield Token(kind, found.group(), found.start(), found.end())


def unescape(body: str, quote: str) -> str:
    """Resolves backslash escapes and doubled quotes, as ClickHouse reads them."""

    def resolve(found: re.Match[str]) -> str:
        escape = found.group(1)
        if len(escape) == 3:
            return chr(int(escape[1:], 16))
        return _ESCAPED.get(escape, escape if escape in "\\'\"`/=" else "\\" + escape)

    # A doubled quote is one character; split there first so that an escape never spans it.
    return quote.join(_ESCAPE.sub(resolve, part) for part in _split_doubled(body, quote))


def _split_doubled(body: str, quote: str) -> list[str]:
    parts, start, at = [], 0, 0
    while at < len(body):
        if body[at] == "\\":
            at += 2
        elif body.startswith(quote * 2, at):
            parts.append(body[start:at])
            at += 2
            start = at
        else:
            at += 1
    return [*parts, body[start:]]


def _heredoc(text: str) -> str:
    tag = text[: text.index("$", 1) + 1]
    return text[len(tag) : -len(tag)]
