"""INSERTs whose data follow in the body: fed to the engine as they arrive."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.request import External, Readable
from datacontract_runner.embedded.response import Response, content_type, summary
from datacontract_runner.embedded.statement import InsertHead
from datacontract_runner.sql import identifier

PIECE = 1 << 20


def insert(connection: Connection, head: InsertHead, sql: bytes, start: bytes, rest: Readable) -> Response:
    """Runs the INSERT.

    Args:
        head: the statement and the format of its data.
        sql: the statement up to FORMAT, as it came.
        start: the data that were read along with the statement.
        rest: the data still to come.
    """
    result = connection.insert(sql.decode(), head.data_format, pieces(start, rest))
    shown = replace(result, read_rows=result.written_rows, read_bytes=result.written_bytes)
    return Response(
        HTTPStatus.OK,
        (("Content-Type", content_type("TabSeparated")), ("X-ClickHouse-Summary", summary(shown))),
    )


def pieces(start: bytes, rest: Readable) -> Iterator[bytes]:
    """The data in pieces of at most a megabyte."""
    if start:
        yield start
    while piece := rest.read(PIECE):
        yield piece


def load_external(connection: Connection, table: External) -> None:
    """Makes a table that came with the query into a temporary table of its connection."""
    name = identifier(table.name)
    connection.query(f"CREATE OR REPLACE TEMPORARY TABLE {name} ({table.structure})")
    connection.insert(f"INSERT INTO {name}", table.data_format, [table.data] if table.data else [])
