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
    problem: str = "it is not of the declared format, or a value is not of its column's type"


_ROW = re.compile(r"\(at row (\d+)\)")
_LAST_CELL = re.compile(r".*\nColumn \d+, +name: (?P<name>.*?), +type: (?P<type>.*?), +(?P<rest>.*)", re.S)
_UNLIKE = re.compile(r"ERROR: text \"(.*?)\" is not like", re.S)
_PARSED = re.compile(r"parsed text: \"(.*?)\"(?=\s*ERROR|\s*$)", re.S)
_GARBAGE = re.compile(r"ERROR: garbage after .*?: \"(.*?)\"", re.S)
_KEY = re.compile(r"\(while reading the value of key (.*?)\)")
_FUNCTION = re.compile(r"FUNCTION (?:accurateCast|_?CAST)\(__table\d+\.(.+?) ::")
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
    problem = next((words for sign, words in _PROBLEMS if sign in text), "")
    if not problem and (cell := _LAST_CELL.match(text)):
        name = cell["name"]
        return BadCell(row, name, types.get(name, cell["type"]), _cited(cell["rest"]))
    if column := _KEY.search(text) or _FUNCTION.search(text) or _PARQUET.search(text):
        name = column[1] or column[2]
        return BadCell(row, name, types.get(name, "value of its type"), is_null="NULL value" in text)
    return BadCell(row, problem=problem or BadCell.problem)


def _cited(rest: str) -> str | None:
    """The value that ClickHouse cites; it goes on past the cell, which ends with a comma or a line."""
    unlike, parsed, garbage = _UNLIKE.search(rest), _PARSED.search(rest), _GARBAGE.search(rest)
    if not (unlike or parsed or garbage):
        return None
    text = unlike[1] if unlike else (parsed[1] if parsed else "") + (garbage[1] if garbage else "")
    for name, character in _NAMED.items():
        text = text.replace(f"<{name}>", character)
    return re.split(r"[,\r\n]", text, maxsplit=1)[0]
