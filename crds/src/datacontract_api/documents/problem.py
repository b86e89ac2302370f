"""`Problem`: one thing wrong with a document, where it stands, and what to write instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datacontract_api.errors import ConfigurationError, InvalidValue

SHOWN = 80
"""Characters of an offending value that a message shows."""

Path = tuple[str | int, ...]
"""Keys and list indexes from the document's root to a value."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_USER_INFO = re.compile(r"://[^@/\s]*@")


@dataclass(frozen=True)
class Position:
    """A place in a file; line and column count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a document.

    Args:
        file: the file as it was named by the caller.
        line: line of the value (or of the field's name), from 1.
        column: column of the same, from 1.
        field: path such as ``spec.load.mode``; empty for the document as a whole.
        message: predicate that follows the value: what it is not, or what was expected.
        value: the offending value as shown to people, shortened and without credentials; empty where none is at fault.
        remedy: what to do, in the imperative.
        error: the class of `datacontract_api.errors` that this problem is raised as.
    """

    file: str
    line: int
    column: int
    field: str
    message: str
    value: str = ""
    remedy: str = ""
    error: type[ConfigurationError] = InvalidValue

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: " + (f"{self.field}: " if self.field else "")
        value = f"{self.value} " if self.value else ""
        return f"{where}{value}{self.message}" + (f". {self.remedy}" if self.remedy else "")


def raise_problems(problems: Sequence[Problem]) -> None:
    """Raises the first problem's error, its message listing all of them, one per line; returns when there is none."""
    if problems:
        raise problems[0].error("\n".join(str(problem) for problem in problems))


def shown(value: Any) -> str:
    """A value for a message: quoted, at most about `SHOWN` characters, without the credentials of a URL."""
    text = value if isinstance(value, str) else _literal(value)
    text = _USER_INFO.sub("://***@", text)
    if len(text) > SHOWN:
        text = text[: SHOWN - 1] + "…"
    return repr(text) if isinstance(value, str) else text


def _literal(value: Any) -> str:
    names = {True: "true", False: "false", None: "null"}
    if value is None or isinstance(value, bool):
        return names[value]
    return "" if isinstance(value, list | dict) else str(value)


def field_path(path: Path) -> str:
    """A path in words: ``spec.schema[0].properties[2].name``; keys that are no plain words are quoted."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif len(part) <= SHOWN and _PLAIN_KEY.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{shown(part)}]"
    return text
