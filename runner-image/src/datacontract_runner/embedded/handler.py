"""HTTP/1.1 on one client's connection: reads requests, writes answers, keeps it open while it can be trusted."""

import contextlib
import logging
import socket
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, cast

from datacontract_runner.embedded.body import BadFraming, open_body
from datacontract_runner.embedded.compression import chosen_encoding, compressed, decompressed
from datacontract_runner.embedded.disconnects import DisconnectWatch
from datacontract_runner.embedded.executor import Executor
from datacontract_runner.embedded.pages import page
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.request import Readable, Request, parse_target
from datacontract_runner.embedded.response import Response, refused

log = logging.getLogger(__name__)

# A client that neither reads nor writes for so long (seconds) is taken for gone: it would hold up a restart.
PATIENCE = 60.0
# What is read of a body that nobody wants, before the connection is given up instead (bytes).
DRAINED = 1 << 20
MAX_HEADERS = 100


class Handler(BaseHTTPRequestHandler):
    """One client."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    rbufsize = 1 << 16
    wbufsize = 0
    timeout = PATIENCE
    executor: Executor
    watch: DisconnectWatch

    def do_GET(self) -> None:
        """Queries that change nothing, and the pages."""
        self._answer()

    def do_POST(self) -> None:
        """Queries."""
        self._answer()

    def do_HEAD(self) -> None:
        """As GET, without the body."""
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged: a statement may hold credentials."""

    def _answer(self) -> None:
        try:
            self._exchange()
        except BadFraming as error:
            self.close_connection = True
            self._write_plain(HTTPStatus.BAD_REQUEST, f"{error}\n".encode())
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception:
            log.exception("a request failed in a way that is ours to explain")
            self.close_connection = True
        finally:
            self.watch.remove(self.connection)

    def _exchange(self) -> None:
        headers = _headers(self.headers.items())
        if len(self.headers) > MAX_HEADERS:
            raise BadFraming(f"more than {MAX_HEADERS} headers")
        body = open_body(cast("Any", self.rfile), headers)
        path, parameters, roles = _target(self.path)
        last = {name: values[-1] for name, values in headers.items()}
        request = Request(self.command, path, parameters, roles, last, body)
        response = page(request) or self._execute(request)
        self.close_connection = not self._drain(body) or self.close_connection
        self._write(request, response)

    def _execute(self, request: Request) -> Response:
        encoding = request.headers.get("content-encoding", "").strip().lower()
        try:
            readable = decompressed(encoding, request.body)
            return self.executor.execute(replace(request, body=readable), self._started)
        except Rejection as rejection:
            return refused(rejection, (), self.executor.version)
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            log.exception("a request failed in a way that is ours to explain")
            defect = Rejection(1002, "A defect of the embedded warehouse; its log says more.")
            return refused(defect, (), self.executor.version)

    def _started(self, tag: str) -> None:
        self.watch.add(self.connection, tag)

    def _drain(self, body: Readable) -> bool:
        """Reads the rest of a body that was not wanted; says whether the connection can go on."""
        left = DRAINED
        with contextlib.suppress(ConnectionError):
            while left > 0 and (piece := body.read(left)):
                left -= len(piece)
            return left > 0
        return False

    def _write(self, request: Request, response: Response) -> None:
        with contextlib.closing(_Closing(response)):
            wants = request.flag("enable_http_compression") and response.status == HTTPStatus.OK
            encoding = chosen_encoding(request.headers.get("accept-encoding", "")) if wants else ""
            if isinstance(response.body, bytes):
                self.watch.remove(self.connection)
                self._write_whole(response, response.body, encoding)
            else:
                self._write_pieces(response, response.body, encoding)

    def _write_whole(self, response: Response, body: bytes, encoding: str) -> None:
        headers = list(response.headers)
        if encoding and body:
            body = b"".join(compressed(encoding, [body]))
            headers.append(("Content-Encoding", encoding))
        headers.append(("Content-Length", str(len(body))))
        self._write_all(self._head(response.status, headers) + (b"" if self.command == "HEAD" else body))

    def _write_pieces(self, response: Response, pieces: Iterable[bytes], encoding: str) -> None:
        headers = [*response.headers, ("Transfer-Encoding", "chunked")]
        if encoding:
            headers.append(("Content-Encoding", encoding))
            pieces = compressed(encoding, pieces)
        self._write_all(self._head(response.status, headers))
        if self.command == "HEAD":
            return
        for piece in pieces:
            if piece:
                self._write_all(b"%x\r\n%b\r\n" % (len(piece), piece))
        self._write_all(b"0\r\n\r\n")

    def _write_plain(self, status: HTTPStatus, body: bytes) -> None:
        headers = [("Content-Type", "text/plain; charset=UTF-8"), ("Content-Length", str(len(body)))]
        self._write_all(self._head(status, headers) + (b"" if self.command == "HEAD" else body))

    def _head(self, status: HTTPStatus, headers: Iterable[tuple[str, str]]) -> bytes:
        connection = ("Connection", "close" if self.close_connection else "Keep-Alive")
        lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
        lines += [f"{name}: {_one_line(value)}" for name, value in (connection, *headers)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", errors="replace")

    def _write_all(self, data: bytes) -> None:
        self.connection.sendall(data)


class _Closing:
    def __init__(self, response: Response) -> None:
        self.close = response.close


def _target(target: str) -> tuple[str, dict[str, str], tuple[str, ...]]:
    try:
        return parse_target(target)
    except ValueError:
        raise BadFraming("an address that cannot be read") from None


def _one_line(value: str) -> str:
    """A header's value: whatever a client sent along (a query_id, say) cannot end the header."""
    return value.replace("\r", " ").replace("\n", " ")


def _headers(items: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in items:
        found.setdefault(name.lower(), []).append(value)
    return found


def close_quietly(client: socket.socket) -> None:
    """Closes a socket that may be gone already."""
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        client.close()
