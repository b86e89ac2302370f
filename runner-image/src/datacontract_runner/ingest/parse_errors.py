"""Which row and which cell ClickHouse could not read, taken from what it says about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class BadCell:
    """A value that is not what it should be.

    Args:
        row: its row, the first being 1; 0 when unknown. A CSV file's header is not counted.
        column: its column; empty when unknown.
        type: the type that was promised.
        text: the value as it stands in the source; None when unknown.
        is_null: there is no value where one was promised.
        problem: what is wrong with the row as such, in a few words and without values.
    """

    row: int = 0
    column: str = ""
    type: str = ""
    text: str | None = None
    is_null: bool = False
    problem: str = "it is not of the declared format"


_ROW = re.compile(r"\(at row (\d+)\)")
_CELL = re.compile(
    r"Column \d+, +name: (?P<name>.*?), +type: (?P<type>.*?), +"
    r"(?:ERROR: text \"(?P<unlike>.*?)\" is not like|parsed text: (?:\"(?P<parsed>.*?)\"|<EMPTY>)\s*ERROR)",
    re.S,
)
_GARBAGE = re.compile(r"ERROR: garbage after .*?: \"(.*?)\"", re.S)
_KEY = re.compile(r"\(while reading the value of key (.*?)\)")
_PARQUET = re.compile(r"for column (\S+?):|column: (.*?): \(in file", re.S)
_PROBLEMS = (
    ("has more columns than expected", "it has more cells than the header"),
    ("has less columns than expected", "it has fewer cells than the header"),
    ("Duplicate", "its header names a column twice"),
    ("Not a Parquet file", "it is no Parquet file"),
    ("Magic bytes", "it is no Parquet file"),
    ("inflate", "it is not compressed as it should be, or cut off"),
    ("decompress", "it is not compressed as it should be, or cut off"),
)
_NAMED = {"LINE FEED": "\n", "CARRIAGE RETURN": "\r", "TAB": "\t", "DOUBLE QUOTE": '"', "SINGLE QUOTE": "'",
          "BACKSLASH": "\\", "EMPTY": "", "ASCII NUL": "\0"}  # fmt: skip


def read_bad_cell(text: str, types: Mapping[str, str]) -> BadCell:
    """Takes row, column and value from an error's text, as far as it names them.

    Args:
        text: ClickHouse's message.
        types: promised types by column.
    """
    found = _ROW.search(text)
    row = int(found[1]) if found else 0
    if cell := _CELL.search(text):
        garbage = _GARBAGE.search(text, cell.start())
        value = (
            cell["unlike"] if cell["unlike"] is not None else (cell["parsed"] or "") + (garbage[1] if garbage else "")
        )
        return BadCell(row, cell["name"], types.get(cell["name"], cell["type"]), _first_cell(value))
    if key := _KEY.search(text):
        return BadCell(row, key[1], types.get(key[1], "value of its type"))
    if column := _PARQUET.search(text):
        name = column[1] or column[2]
        return BadCell(row, name, types.get(name, ""), is_null="NULL value" in text)
    return BadCell(row, problem=next((words for sign, words in _PROBLEMS if sign in text), BadCell.problem))


def _first_cell(text: str) -> str:
    """ClickHouse cites what follows as well: up to the end of the cell."""
    for name, character in _NAMED.items():
        text = text.replace(f"<{name}>", character)
    return re.split(r"[,\r\n]", text, maxsplit=1)[0]
