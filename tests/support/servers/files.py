"""An HTTP server of files, which can ask for a password and fail on demand."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import unquote, urlsplit

from support.servers.ports import LOCAL

AUTHORIZATION = "Bearer it's \\ a token"


class FileServer:
    """Serves what is put into it. `/private/...` wants `AUTHORIZATION`; `/status/403` answers with that status."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}
        self._server = ThreadingHTTPServer((LOCAL, 0), _handler(self.documents))
        self.port = self._server.server_address[1]

    def __enter__(self) -> "FileServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def put(self, path: str, content: bytes) -> None:
        """Serves a document at a path, which does not begin with a slash."""
        self.documents[path] = content

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://{LOCAL}:{self.port}/{path}"


def _handler(documents: dict[str, bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(body=True)

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

        def _answer(self, body: bool) -> None:
            path = unquote(urlsplit(self.path).path).lstrip("/")
            status, content = self._find(path)
            start, stop = self._range(len(content)) if status == 200 else (0, len(content))
            self.send_response(206 if (start, stop) != (0, len(content)) else status)
            self.send_header("Content-Length", str(stop - start))
            self.send_header("Accept-Ranges", "bytes")
            if (start, stop) != (0, len(content)):
                self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(content)}")
            self.end_headers()
            if body:
                self.wfile.write(content[start:stop])

        def _find(self, path: str) -> tuple[int, bytes]:
            if path.startswith("status/"):
                return int(path.partition("/")[2]), b"no"
            if path.startswith("private/") and self.headers.get("Authorization") != AUTHORIZATION:
                return 401, b"who are you?"
            return (200, documents[path]) if path in documents else (404, b"no such document")

        def _range(self, length: int) -> tuple[int, int]:
            wanted = self.headers.get("Range", "")
            if not wanted.startswith("bytes="):
                return 0, length
            start, _, stop = wanted.removeprefix("bytes=").partition("-")
            return int(start or 0), min(length, int(stop) + 1 if stop else length)

    return Handler
