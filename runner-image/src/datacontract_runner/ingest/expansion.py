"""From one address with a pattern to the documents it means, so that each is looked at by itself.

ClickHouse finds out the columns of the first document and reads the others as if they had the same: a wider number
would wrap around, a missing column be empty, without a word.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, unquote

from datacontract_api.sources import TableFunction
from datacontract_runner.ingest import settings
from datacontract_runner.ingest.render import render
from datacontract_runner.warehouse import Connection, Statement

_GLOB = re.compile(r"[*?{]")
_NOT_EXACT = re.compile(r"[*?{}|]")
"""Characters that mean a pattern even when they are encoded: a key that holds them cannot be named by itself."""
_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d+)\.\.(\d+)")


def expand(function: TableFunction, connection: Connection) -> tuple[TableFunction, ...]:
    """One call per document, in the order of their names; the call itself where they cannot be named one by one.

    Raises:
        StatementFailed: the store cannot be listed, or nothing in it matches.
    """
    address = function.arguments[0]
    if function.format is None or not isinstance(address, str) or not _GLOB.search(address):
        return (function,)
    addresses = _braces(address) if function.name == "url" else _listed(function, address, connection)
    return tuple(replace(function, arguments=(one, *function.arguments[1:])) for one in addresses or [address])


def _listed(function: TableFunction, address: str, connection: Connection) -> list[str]:
    """The addresses of the objects that match; empty where one of them cannot be named exactly."""
    listing = replace(function, arguments=(*function.arguments[:-1], "One"), trailing=(), takes_structure=False)
    relation = render(listing)
    rows = connection.rows(
        Statement(
            f"SELECT DISTINCT _path FROM {relation.text} ORDER BY _path",  # noqa: S608
            settings={**relation.settings, **settings.INFER},
            secrets=relation.secrets,
        )
    )
    exact = [exact_address(address, path) for (path,) in rows]
    return [] if any(one is None for one in exact) else [one for one in exact if one is not None]


def exact_address(pattern: str, path: str) -> str | None:
    """The address of one object that a pattern matched. Purely computational.

    Args:
        pattern: the address with the pattern; its bucket is in the path or in the host.
        path: ``bucket/key``, as ClickHouse tells it.

    Returns:
        None where the key holds characters that mean something in an address.
    """
    key = path.partition("/")[2]
    if _NOT_EXACT.search(path):
        return None
    literal = pattern[: _GLOB.search(pattern).start()]  # type: ignore[union-attr]  # it has a pattern
    starts = [match.end() for match in re.finditer("/", literal)]
    for start in starts:
        if start < len(literal) and path.startswith(unquote(literal[start:])):
            return literal[:start] + quote(path)
    return next((literal[:start] + quote(key) for start in starts if start > len("https://") and
                 key.startswith(unquote(literal[start:]))), None)  # fmt: skip


def _braces(address: str) -> list[str]:
    """``{1..12}`` and ``{a,b}`` written out; empty for alternatives, which are one document in several places."""
    if "|" in address:
        return []
    parts = _BRACES.split(address)
    choices = [[part] if index % 2 == 0 else list(_choices(part)) for index, part in enumerate(parts)]
    return ["".join(combination) for combination in itertools.product(*choices)]


def _choices(inside: str) -> Iterator[str]:
    found = _RANGE.fullmatch(inside)
    if not found:
        yield from inside.split(",")
        return
    first, last = found.groups()
    width = len(first) if first.startswith("0") and len(first) == len(last) else 0
    for number in range(int(first), int(last) + 1):
        yield str(number).zfill(width)
