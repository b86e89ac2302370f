"""Runs what is no access statement, and turns the engine's output into an answer."""

import contextlib
import math
import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus

from datacontract_runner.embedded.connection import Classified, Connection, Result
from datacontract_runner.embedded.native import NativeWriter
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.request import Request
from datacontract_runner.embedded.response import Response, content_type, error_text, summary
from datacontract_runner.embedded.statement import OutputClauses, Verb

DEFAULT_FORMAT = "TabSeparated"
HELD_BACK = 1 << 20
# Formats whose blocks can simply follow each other: the engine writes header and footer into each block of the others.
_STREAMED = frozenset(
    {"native", "tabseparated", "tsv", "tabseparatedraw", "tsvraw", "csv", "rowbinary", "jsoneachrow",
     "jsoncompacteachrow", "jsonstringseachrow", "jsoncompactstringseachrow", "lineasstring", "rawblob"}
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A statement with what is known about it."""

    sql: bytes
    verb: Verb
    classified: Classified
    clauses: OutputClauses
    request: Request

    @property
    def output_format(self) -> str:
        """The format of the result: in the statement, the header or the parameter, in this order."""
        asked = self.request.headers.get("x-clickhouse-format") or self.request.parameter("default_format")
        return self.clauses.output_format or asked or DEFAULT_FORMAT

    @property
    def has_result(self) -> bool:
        """Whether the statement gives rows."""
        return self.classified.reads_only or self.verb is Verb.KILL

    @property
    def streams(self) -> bool:
        """Whether its result is sent while it is made."""
        select = self.verb is Verb.SELECT and self.classified.reads_only
        return select and self.output_format.lower() in _STREAMED

    @property
    def is_native(self) -> bool:
        """Whether the result is in ClickHouse's Native format."""
        return self.output_format.lower() == "native"

    def writer(self, connection: Connection) -> NativeWriter:
        """Writes the Native format for this client."""
        version = self.request.number("client_protocol_version", 0)
        return NativeWriter(connection, self.without_format, self.request.query_parameters, version)

    @property
    def without_format(self) -> str:
        """The statement without its FORMAT clause."""
        text = self.sql.decode(errors="replace")
        return text[: self.clauses.format_start] if self.clauses.output_format else text


def answer(connection: Connection, question: Question, version: str) -> Response:
    """Runs the statement.

    Raises:
        Rejection: when the engine refuses before the first rows are there. Later errors go into the body.
    """
    return _streamed(connection, question, version) if question.streams else _whole(connection, question)


def _whole(connection: Connection, question: Question) -> Response:
    result = connection.query(question.sql, question.output_format, question.request.query_parameters, own=False)
    body = result.data
    if question.has_result and question.is_native:
        writer = question.writer(connection)
        body = writer.whole(body, result.result_rows) if body else writer.empty()
    return Response(HTTPStatus.OK, _headers(question, result), body)


def _streamed(connection: Connection, question: Question, version: str) -> Response:
    writer = question.writer(connection) if question.is_native else None
    if writer is not None:
        writer.describe_dates()
    blocks = _blocks(connection, question, writer)
    first, ended = _first(blocks, math.inf if question.request.flag("wait_end_of_query") else HELD_BACK)
    if ended:
        body = first.data or (writer.empty() if writer is not None else b"")
        return Response(HTTPStatus.OK, _headers(question, first), body)
    tag = uuid.uuid4().hex[:16]
    headers = (*_headers(question, first), ("X-ClickHouse-Exception-Tag", tag))
    return Response(HTTPStatus.OK, headers, _pieces(first, blocks, tag, version), blocks.close)


def _blocks(connection: Connection, question: Question, writer: NativeWriter | None) -> Generator[Result]:
    """The engine's blocks, as this client reads them. Closing it cancels the query."""
    blocks = connection.stream(question.sql, question.output_format, question.request.query_parameters)
    with contextlib.closing(blocks):
        for block in blocks:
            yield block if writer is None else replace(block, data=writer.block(block.data))


def _first(blocks: Iterator[Result], limit: float) -> tuple[Result, bool]:
    """The blocks up to so many bytes as one, and whether there are no more.

    The server too holds back a megabyte, so that an early error still gives an error's status.
    """
    pieces: list[bytes] = []
    result = Result()
    for block in blocks:
        pieces.append(block.data)
        rows, size = result.result_rows + block.result_rows, result.result_bytes + len(block.data)
        result = replace(block, data=b"", result_rows=rows, result_bytes=size)
        if size >= limit:
            return replace(result, data=b"".join(pieces)), False
    return replace(result, data=b"".join(pieces)), True


def _pieces(first: Result, blocks: Iterator[Result], tag: str, version: str) -> Iterator[bytes]:
    """The blocks; an error in the middle follows them, marked so that a client can tell it from data."""
    try:
        yield first.data
        yield from (block.data for block in blocks)
    except Rejection as rejection:
        yield exception_block(rejection, tag, version)


def exception_block(rejection: Rejection, tag: str, version: str) -> bytes:
    """The end of a body that broke off, in ClickHouse's form: message, its length and the tag of the header."""
    message = error_text(rejection, version)
    mark, line = tag.encode(), b"\r\n"
    size = str(len(message)).encode()
    return b"".join([line, b"__exception__", line, mark, line, message, size, b" ", mark, line, b"__exception__", line])


def _headers(question: Question, result: Result) -> tuple[tuple[str, str], ...]:
    name = question.output_format
    shown = (("X-ClickHouse-Format", name),) if question.has_result else ()
    return (*shown, ("Content-Type", content_type(name)), ("X-ClickHouse-Summary", summary(result)))
