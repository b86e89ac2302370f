"""What is answered without the engine: whether the server is there, and a page to try queries on."""

from functools import cache
from http import HTTPStatus
from importlib import resources

from datacontract_runner.embedded.request import Request
from datacontract_runner.embedded.response import Response

_TEXT = (("Content-Type", "text/plain; charset=UTF-8"),)
_HTML = (
    ("Content-Type", "text/html; charset=UTF-8"),
    # Nothing from other hosts, and nothing of this page inside others.
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
     "connect-src 'self'; frame-ancestors 'none'"),
)  # fmt: skip


@cache
def _play() -> bytes:
    return resources.files(__package__).joinpath("play.html").read_bytes()


def page(request: Request) -> Response | None:
    """The page that a request asks for; None when it asks for a query."""
    if request.path in ("/ping", "/replicas_status"):
        return Response(HTTPStatus.OK, _TEXT, b"Ok.\n")
    if request.path == "/play":
        return Response(HTTPStatus.OK, _HTML, _play())
    if request.path == "/" and request.reads_only and not request.parameters:
        return Response(HTTPStatus.OK, _TEXT, b"Ok.\n")
    if request.path not in ("/", "/query"):
        return Response(HTTPStatus.NOT_FOUND, _TEXT, b"There is no handler at this address. Send queries to /\n")
    return None
