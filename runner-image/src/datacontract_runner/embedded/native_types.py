"""Where the columns of a Native block end, for the types that come before a DateTime with a time zone.

Source: ClickHouse documentation, Formats, Native, and Data types binary encoding.
"""

from dataclasses import dataclass

from datacontract_runner.embedded.access.cursor import Cursor
from datacontract_runner.embedded.tokens import Kind, tokenize

_WIDTHS = {
    "UInt8": 1, "Int8": 1, "Bool": 1, "Enum8": 1, "Nothing": 1,
    "UInt16": 2, "Int16": 2, "Date": 2, "Enum16": 2, "BFloat16": 2,
    "UInt32": 4, "Int32": 4, "Float32": 4, "Date32": 4, "DateTime": 4, "IPv4": 4, "Decimal32": 4, "Time": 4,
    "UInt64": 8, "Int64": 8, "Float64": 8, "DateTime64": 8, "Decimal64": 8, "Time64": 8,
    "UInt128": 16, "Int128": 16, "UUID": 16, "IPv6": 16, "Decimal128": 16,
    "UInt256": 32, "Int256": 32, "Decimal256": 32,
}  # fmt: skip
_DECIMAL_WIDTHS = ((9, 4), (18, 8), (38, 16), (76, 32))
_KEY_WIDTHS = (1, 2, 4, 8)


class UnknownLayoutError(Exception):
    """A type whose columns are not laid out in a way that is known here."""


@dataclass(frozen=True)
class ColumnType:
    """A parsed type: its name, the types inside it, and the numbers in its parentheses."""

    name: str
    inner: tuple["ColumnType", ...] = ()
    numbers: tuple[int, ...] = ()


def parse_type(text: str) -> ColumnType:
    """Reads a type as ``DESCRIBE`` writes it."""
    return _type(Cursor(list(tokenize(text))))


def _type(cursor: Cursor) -> ColumnType:
    name = cursor.name()
    inner: list[ColumnType] = []
    numbers: list[int] = []
    if cursor.accept("("):
        while not cursor.accept(")"):
            token = cursor.peek()
            if token is not None and token.is_name and name not in ("Enum8", "Enum16"):
                inner.append(_element(cursor))
            else:
                numbers += _numbers(cursor)
    return ColumnType(name, tuple(inner), tuple(numbers))


def _element(cursor: Cursor) -> ColumnType:
    """A type inside another; in a named tuple its name comes first."""
    following = cursor.peek(1)
    if following is not None and following.is_name:
        cursor.take()
    return _type(cursor)


def _numbers(cursor: Cursor) -> list[int]:
    token = cursor.take()
    return [int(token.text)] if token.kind is Kind.NUMBER and token.text.isdecimal() else []


def column_end(data: bytes, at: int, column: ColumnType, rows: int) -> int:
    """Finds where a column of a block ends.

    Args:
        data: the block.
        at: where the column's data begin, after its name and type.

    Raises:
        UnknownLayoutError: for a type that is not known here.
    """
    return _data(data, _prefix(at, column), column, rows) if rows else at


def _prefix(at: int, column: ColumnType) -> int:
    """State that comes before all data of a column: the version of each LowCardinality inside."""
    own = 8 if column.name == "LowCardinality" else 0
    for inner in column.inner if column.name != "LowCardinality" else ():
        at = _prefix(at, inner)
    return at + own


def _data(data: bytes, at: int, column: ColumnType, rows: int) -> int:
    name = column.name
    if name == "String":
        return _strings(data, at, rows)
    if name == "Nullable":
        return _data(data, at + rows, column.inner[0], rows)
    if name in ("Array", "Map"):
        return _nested(data, at, column, rows)
    if name == "Tuple":
        return _each(data, at, column.inner, rows)
    if name == "LowCardinality":
        return _low_cardinality(data, at, column.inner[0])
    return at + rows * _width(column)


def _width(column: ColumnType) -> int:
    if column.name == "FixedString":
        return column.numbers[0]
    if column.name == "Decimal":
        return next(width for precision, width in _DECIMAL_WIDTHS if column.numbers[0] <= precision)
    if column.name not in _WIDTHS and not column.name.startswith("Interval"):
        raise UnknownLayoutError(column.name)
    return _WIDTHS.get(column.name, 8)


def _strings(data: bytes, at: int, rows: int) -> int:
    for _ in range(rows):
        length = data[at]
        at += 1
        if length > 0x7F:
            length, at = _long_length(data, at, length)
        at += length
    return at


def _long_length(data: bytes, at: int, first: int) -> tuple[int, int]:
    length, shift, byte = first & 0x7F, 7, 0x80
    while byte & 0x80:
        byte = data[at]
        length |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return length, at


def _nested(data: bytes, at: int, column: ColumnType, rows: int) -> int:
    """Arrays, and maps, which are arrays of pairs: the end of each row, then all elements."""
    after = at + 8 * rows
    elements = int.from_bytes(data[after - 8 : after], "little") if rows else 0
    return _each(data, after, column.inner, elements) if elements else after


def _each(data: bytes, at: int, columns: tuple[ColumnType, ...], rows: int) -> int:
    for column in columns:
        at = _data(data, at, column, rows)
    return at


def _low_cardinality(data: bytes, at: int, values: ColumnType) -> int:
    """Flags, the distinct values, then the rows as indexes into them."""
    flags = int.from_bytes(data[at : at + 8], "little")
    distinct = int.from_bytes(data[at + 8 : at + 16], "little")
    bare = values.inner[0] if values.name == "Nullable" else values
    at = _data(data, at + 16, bare, distinct)
    rows = int.from_bytes(data[at : at + 8], "little")
    return at + 8 + rows * _KEY_WIDTHS[flags & 0xFF]
