"""ClickHouse's Native format, as far as the engine in process leaves it out.

Source: ClickHouse documentation, Formats, Native; the block is columns, rows, and for each column name and type.
"""

import json

from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.rejection import Rejection


def empty_block(connection: Connection, sql: str, parameters: dict[str, str]) -> bytes:
    """The header that a client expects for a result without rows, for which the engine writes nothing at all.

    Args:
        sql: the statement without its FORMAT clause.
    """
    columns = _columns(connection, sql, parameters)
    out = varint(len(columns)) + varint(0)
    for name, kind in columns:
        out += text(name) + text(kind)
    return out


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


def text(value: str) -> bytes:
    """A string with its length in front."""
    data = value.encode()
    return varint(len(data)) + data
