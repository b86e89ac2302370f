"""dbt's Jinja, as far as lint looks into it: the SQL around it, and the arguments of `config(...)`."""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment
from jinja2.exceptions import TemplateSyntaxError

_FORKS = frozenset(("else", "elif", "for", "macro", "call", "filter", "materialization", "test", "data_test"))
"""Blocks that make several texts, or none, of one: the SQL around them says nothing by itself."""


class NotJinja(Exception):
    """A text that Jinja does not read.

    Args:
        message: Jinja's own words.
        line: line in the text, from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message, self.line = message, line


@dataclass(frozen=True)
class Code:
    """One ``{{ ... }}`` or ``{% ... %}``: its tokens without spaces, as (type, text, line)."""

    tokens: tuple[tuple[str, str, int], ...]
    is_block: bool

    @property
    def head(self) -> str:
        """The first word."""
        return self.tokens[0][1] if self.tokens else ""


@dataclass(frozen=True)
class Argument:
    """One argument of a ``config(...)``.

    Args:
        name: its name, ``-`` written as ``_``.
        text: the literal string that it is; None for anything that is computed.
        line: its line in the text, from 1.
    """

    name: str
    text: str | None
    line: int


@dataclass(frozen=True)
class Template:
    """A text, taken apart.

    Args:
        sql: the SQL, with every ``{{ ... }}`` replaced by one name and as many lines as the text; None when its shape
            depends on what Jinja computes.
        codes: the Jinja in it.
    """

    sql: str | None
    codes: tuple[Code, ...]


def read_template(text: str) -> Template:
    """Takes a text apart.

    Raises:
        NotJinja: when Jinja does not read it.
    """
    sql: list[str] = []
    codes: list[Code] = []
    inside: list[tuple[str, str, int]] | None = None
    opened = 1
    for line, kind, value in _lex(text):
        if kind in ("variable_begin", "block_begin"):
            inside, opened = [], line
        elif kind in ("variable_end", "block_end") and inside is not None:
            code = Code(tuple(token for token in inside if token[0] != "whitespace"), kind == "block_end")
            codes.append(code)
            sql.append("" if code.is_block or code.head == "config" else f"jinja_{len(codes)}")
            inside = None
        elif inside is not None:
            inside.append((kind, value, line))
        if kind == "data":
            sql.append(value)
        else:
            sql.append("\n" * value.count("\n"))
    if inside is not None:
        raise NotJinja("the last {{ or {% is not closed", opened)
    return Template(None if any(map(_forks, codes)) else "".join(sql), tuple(codes))


def config_arguments(template: Template) -> Iterator[Argument]:
    """Every argument of every ``config(...)`` in a template."""
    for code in template.codes:
        for index, token in enumerate(code.tokens):
            if token[:2] == ("name", "config") and code.tokens[index + 1 : index + 2]:
                yield from _arguments(code.tokens[index + 1 :])


def _lex(text: str) -> Iterator[tuple[int, str, str]]:
    try:
        yield from Environment(autoescape=False).lex(text)  # noqa: S701 - nothing is rendered
    except TemplateSyntaxError as error:
        raise NotJinja(error.message or "not readable", error.lineno) from None


def _forks(code: Code) -> bool:
    if not code.is_block:
        return False
    is_block_set = code.head == "set" and all(text != "=" for _, text, _ in code.tokens)
    return code.head in _FORKS or is_block_set


def _arguments(tokens: tuple[tuple[str, str, int], ...]) -> Iterator[Argument]:
    """Arguments of one call, whose tokens begin with its opening bracket."""
    depth = 0
    for index, (kind, text, line) in enumerate(tokens):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text, 0) if kind == "operator" else 0
        if depth == 0:
            return
        following = tokens[index + 1 : index + 4]
        if kind in ("name", "string") and following and following[0][1] in ("=", ":"):
            yield Argument(text.strip("'\"").replace("-", "_"), _literal(following[1:]), line)


def _literal(value: tuple[tuple[str, str, int], ...]) -> str | None:
    """The string of a value that is nothing but one."""
    is_string = bool(value) and value[0][0] == "string"
    ends = len(value) > 1 and value[1][1] in (",", ")", "}", "]")
    return value[0][1][1:-1] if is_string and ends else None
