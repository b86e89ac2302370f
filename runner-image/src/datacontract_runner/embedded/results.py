"""Runs what is no access statement, and turns the engine's output into an answer."""

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
    limit = math.inf if question.request.flag("wait_end_of_query") else HELD_BACK
    blocks = _ask(connection, question)
    first, ended = _hold_back(blocks, limit)
    if writer is not None and writer.lacks_types(first[0].data if first else b"") and not ended:
        # Types can only be asked for on a free connection: begin again.
        blocks.close()
        writer.describe()
        blocks = _ask(connection, question)
        first, ended = _hold_back(blocks, limit)
    written = [block.data if writer is None else writer.block(block.data) for block in first]
    if ended:
        body = b"".join(written) or (writer.empty() if writer is not None else b"")
        return Response(HTTPStatus.OK, _headers(question, _total(first)), body)
    tag = uuid.uuid4().hex[:16]
    headers = (*_headers(question, _total(first)), ("X-ClickHouse-Exception-Tag", tag))
    return Response(HTTPStatus.OK, headers, _pieces(written, blocks, writer, tag, version), blocks.close)


def _ask(connection: Connection, question: Question) -> Generator[Result]:
    return connection.stream(question.sql, question.output_format, question.request.query_parameters)


def _hold_back(blocks: Iterator[Result], limit: float) -> tuple[list[Result], bool]:
    """The blocks up to so many bytes, and whether there are no more.

    The server too holds back a megabyte, so that an early error still gives an error's status.
    """
    held, size = [], 0
    for block in blocks:
        held.append(block)
        size += len(block.data)
        if size >= limit:
            return held, False
    return held, True


def _total(blocks: list[Result]) -> Result:
    """The blocks' counts together: what was read counts from the beginning, what was given block by block."""
    rows, size = sum(block.result_rows for block in blocks), sum(len(block.data) for block in blocks)
    return replace(blocks[-1], data=b"", result_rows=rows, result_bytes=size) if blocks else Result()


def _pieces(
    first: list[bytes], blocks: Iterator[Result], writer: NativeWriter | None, tag: str, version: str
) -> Iterator[bytes]:
    """The blocks; an error in the middle follows them, marked so that a client can tell it from data."""
    try:
        yield b"".join(first)
        yield from (block.data if writer is None else writer.block(block.data) for block in blocks)
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
    progress = question.request.flag("send_progress_in_http_headers")
    counts = (("X-ClickHouse-Progress", summary(result)),) if progress else ()
    return (*counts, *shown, ("Content-Type", content_type(name)), ("X-ClickHouse-Summary", summary(result)))
