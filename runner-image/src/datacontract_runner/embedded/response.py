"""Answers: status, headers and a body that is whole or comes in pieces."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from datacontract_runner.embedded.connection import Result
from datacontract_runner.embedded.masking import masked_text
from datacontract_runner.embedded.rejection import Rejection

_CONTENT_TYPES = {
    "csv": "text/csv; charset=UTF-8; header=absent",
    "csvwithnames": "text/csv; charset=UTF-8; header=present",
    "csvwithnamesandtypes": "text/csv; charset=UTF-8; header=present",
    "tabseparated": "text/tab-separated-values; charset=UTF-8",
    "tsv": "text/tab-separated-values; charset=UTF-8",
    "json": "application/json; charset=UTF-8",
    "jsoncompact": "application/json; charset=UTF-8",
    "jsoneachrow": "application/x-ndjson; charset=UTF-8",
    "jsoncompacteachrow": "application/x-ndjson; charset=UTF-8",
    "jsonstrings": "application/json; charset=UTF-8",
    "xml": "application/xml; charset=UTF-8",
    "native": "application/octet-stream",
    "rowbinary": "application/octet-stream",
    "rowbinarywithnames": "application/octet-stream",
    "rowbinarywithnamesandtypes": "application/octet-stream",
    "parquet": "application/octet-stream",
    "orc": "application/octet-stream",
    "avro": "application/octet-stream",
    "arrow": "application/octet-stream",
    "arrowstream": "application/octet-stream",
}


@dataclass(frozen=True)
class Response:
    """What a client gets. ``close`` must be called when the body has been sent, or could not be."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: bytes | Iterable[bytes] = b""
    close: Callable[[], None] = field(default=lambda: None)


def content_type(output_format: str) -> str:
    """The Content-Type of a format; text where we know nothing better, as ClickHouse does."""
    return _CONTENT_TYPES.get(output_format.lower(), "text/plain; charset=UTF-8")


def summary(result: Result) -> str:
    """The value of X-ClickHouse-Summary: numbers as strings, times in nanoseconds."""
    counts = {
        "read_rows": result.read_rows,
        "read_bytes": result.read_bytes,
        "written_rows": result.written_rows,
        "written_bytes": result.written_bytes,
        "total_rows_to_read": 0,
        "result_rows": result.result_rows,
        "result_bytes": result.result_bytes,
        "elapsed_ns": int(result.elapsed * 1e9),
    }
    return json.dumps({name: str(count) for name, count in counts.items()}, separators=(",", ":"))


def refused(rejection: Rejection, headers: tuple[tuple[str, str], ...], version: str) -> Response:
    """The answer for a refusal."""
    own = (("X-ClickHouse-Exception-Code", str(rejection.code)), ("Content-Type", "text/plain; charset=UTF-8"))
    return Response(rejection.status, (*headers, *own), error_text(rejection, version))


def error_text(rejection: Rejection, version: str) -> bytes:
    """A refusal as the client reads it, without credentials."""
    return f"{masked_text(rejection.text)} (version {version})\n".encode()
