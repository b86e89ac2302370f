"""ClickHouse's Native format, as far as the engine in process leaves it out.

The engine writes blocks for clients of protocol version 0: without information about the block, and without the time
zone of a DateTime. A client that says ``client_protocol_version`` gets both here.

Source: ClickHouse documentation, Formats, Native; the block is columns, rows, and for each column name, type and data.
"""

import json
from collections.abc import Iterator

from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.native_types import UnknownLayoutError, column_end, parse_type
from datacontract_runner.embedded.rejection import Rejection

# From these versions on blocks say more: about themselves, time zones, and how each column is serialised.
_ZONES, _SERIALISATION = 54337, 54454
# Field 1, not an overflow row; field 2, no bucket; end.
_BLOCK_INFO = b"\x01\x00\x02\xff\xff\xff\xff\x00"
_PLAIN = b"\x08DateTime"


class NativeWriter:
    """Writes the blocks of one result for one protocol version.

    Args:
        connection: asked for the types of the result, when a block has a DateTime.
        sql: the statement without its FORMAT clause.
        version: the client's protocol version.

    Raises:
        Rejection: code 48 for a version whose blocks cannot be written.
    """

    def __init__(self, connection: Connection, sql: str, parameters: dict[str, str], version: int) -> None:
        if version >= _SERIALISATION:
            raise Rejection(48, f"Native is written for client_protocol_version below {_SERIALISATION}, not {version}.")
        self._connection, self._sql, self._parameters = connection, sql, parameters
        self._version = version
        self._columns: list[tuple[str, str]] | None = None
        self._zoned = False

    def empty(self) -> bytes:
        """The header that a client expects for a result without rows, for which the engine writes nothing at all."""
        out = self._info() + varint(len(self.describe())) + varint(0)
        for name, kind in self.describe():
            out += text(name) + text(kind)
        return out

    def lacks_types(self, first: bytes) -> bool:
        """Whether the types must be asked for first: the first block tells whether there may be a DateTime."""
        self._zoned = self._version >= _ZONES and _PLAIN in first
        return self._zoned and self._columns is None

    def block(self, data: bytes) -> bytes:
        """One block of the engine's."""
        return self._info() + (self._with_zones(data) if self._zoned else data)

    def whole(self, data: bytes, rows: int) -> bytes:
        """A whole result of the engine's, which is one block unless it is unusually long."""
        _, at = read_varint(data, 0)
        if self._version and read_varint(data, at)[0] != rows:
            raise Rejection(48, "This statement's result is too long for Native with a client_protocol_version.")
        self.lacks_types(data)
        return self.block(data)

    def _info(self) -> bytes:
        return _BLOCK_INFO if self._version else b""

    def describe(self) -> list[tuple[str, str]]:
        """Names and types of the result, asked for once, while nothing runs on the connection."""
        if self._columns is None:
            self._columns = _columns(self._connection, self._sql, self._parameters)
        return self._columns

    def _with_zones(self, data: bytes) -> bytes:
        kinds = [kind for _, kind in self.describe()]
        zoned = [at for at, kind in enumerate(kinds) if kind.startswith("DateTime(")]
        out, copied = b"", 0
        try:
            for number, (start, end) in enumerate(_type_places(data, kinds, zoned)):
                if number in zoned:
                    out += data[copied:start] + text(kinds[number])
                    copied = end
        except UnknownLayoutError:
            pass  # what comes after such a column keeps the moment in time and loses the zone
        return out + data[copied:]


def _type_places(data: bytes, kinds: list[str], wanted: list[int]) -> Iterator[tuple[int, int]]:
    """Where the type of each column is written, up to the last one wanted."""
    _, at = read_varint(data, 0)
    rows, at = read_varint(data, at)
    for number in range(wanted[-1] + 1 if wanted else 0):
        at = _skip_text(data, at)
        end = _skip_text(data, at)
        yield at, end
        at = column_end(data, end, parse_type(kinds[number]), rows) if number < wanted[-1] else end


def _columns(connection: Connection, sql: str, parameters: dict[str, str]) -> list[tuple[str, str]]:
    bare = sql.rstrip().rstrip(";")
    try:
        described = connection.query(f"DESCRIBE TABLE (\n{bare}\n)", "JSONCompactEachRow", parameters)
        return [(row[0], row[1]) for row in map(json.loads, described.data.splitlines())]
    except Rejection:
        # SHOW and the like cannot be described, but they are quick to repeat.
        result = connection.query(f"{bare}\nFORMAT JSONCompact", "JSONCompact", parameters)
        return [(column["name"], column["type"]) for column in json.loads(result.data)["meta"]]


def varint(number: int) -> bytes:
    """An unsigned number, seven bits to a byte."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Reads a number; gives it and the place after it."""
    number, shift = 0, 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def text(value: str) -> bytes:
    """A string with its length in front."""
    data = value.encode()
    return varint(len(data)) + data


def _skip_text(data: bytes, at: int) -> int:
    length, at = read_varint(data, at)
    return at + length
