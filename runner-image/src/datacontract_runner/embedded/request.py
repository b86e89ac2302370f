"""One HTTP request to the warehouse, read into names and values.

Source: ClickHouse documentation, HTTP interface.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from datacontract_runner.embedded.access.model import DEFAULT_USER
from datacontract_runner.embedded.rejection import Rejection

# Parameters that are no settings.
RESERVED = frozenset(
    {
        "query", "database", "default_format", "session_id", "session_timeout", "session_check", "query_id",
        "quota_key", "compress", "decompress", "user", "password", "role", "wait_end_of_query", "buffer_size",
        "client_protocol_version", "stacktrace", "readonly", "close_session", "send_progress_in_http_headers",
        "http_headers_progress_interval_ms", "enable_http_compression", "cancel_http_readonly_queries_on_client_close",
    }
)  # fmt: skip


class Readable(Protocol):
    """A body that is read as it arrives: at most ``size`` bytes, none at its end; all of it for a negative size."""

    def read(self, size: int = -1, /) -> bytes:
        """Reads."""


@dataclass(frozen=True)
class External:
    """A table that comes with the query (external data)."""

    name: str
    structure: str
    data_format: str
    data: bytes


@dataclass(frozen=True)
class Request:
    """What a client asks.

    Args:
        method: the HTTP method.
        path: the path without the query string.
        parameters: the URL's parameters, the last of each name.
        roles: the values of ``role``.
        headers: by name in lower case.
        body: the body, decompressed.
        external: tables that come with the query.
    """

    method: str
    path: str
    parameters: Mapping[str, str]
    roles: tuple[str, ...]
    headers: Mapping[str, str]
    body: Readable
    external: tuple[External, ...] = field(default=())

    def parameter(self, name: str, default: str = "") -> str:
        """One parameter of the URL."""
        return self.parameters.get(name, default)

    def flag(self, name: str) -> bool:
        """Whether a parameter is on."""
        return self.parameters.get(name, "0") not in ("0", "false", "")

    def number(self, name: str, default: int) -> int:
        """A parameter that must be a whole number."""
        text = self.parameters.get(name, "")
        if text and not text.isdecimal():
            raise Rejection(36, f"{name} must be a whole number, not '{text[:40]}'.")
        return int(text) if text else default

    @property
    def query_parameters(self) -> dict[str, str]:
        """The values of ``{name:Type}`` in the query."""
        prefix = "param_"
        return {k.removeprefix(prefix): v for k, v in self.parameters.items() if k.startswith(prefix)}

    @property
    def settings(self) -> dict[str, str]:
        """The settings for this request."""
        external = {f"{table.name}_{end}" for table in self.external for end in ("structure", "types", "format")}
        skipped = RESERVED | external
        return {k: v for k, v in self.parameters.items() if k not in skipped and not k.startswith("param_")}

    def check_supported(self) -> None:
        """Refuses what would otherwise give bytes that the client does not expect.

        Raises:
            Rejection: code 48 for ClickHouse's own compressed blocks.
        """
        for name in ("compress", "decompress"):
            if self.flag(name):
                raise Rejection(48, f"{name}=1 is not supported: use Content-Encoding and enable_http_compression=1.")

    @property
    def reads_only(self) -> bool:
        """Whether the method or the setting ``readonly`` promises to change nothing.

        The setting is kept here and not on the connection, which it would never leave again.
        """
        return self.method in ("GET", "HEAD") or self.flag("readonly")


def parse_target(target: str) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """Splits a request target into path, parameters and the values of ``role``."""
    parts = urlsplit(target)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return parts.path, dict(pairs), tuple(value for name, value in pairs if name == "role")


def credentials(request: Request) -> tuple[str, str]:
    """User and password: from the headers, Basic authentication or the URL, only one of them.

    Raises:
        Rejection: code 516 when the request authenticates in two ways at once, or unreadably.
    """
    headers = request.headers
    named = "x-clickhouse-user" in headers or "x-clickhouse-key" in headers
    basic = headers.get("authorization", "")
    if named and basic:
        raise Rejection(516, "Invalid authentication: use either X-ClickHouse headers or Authorization, not both.")
    if named:
        return headers.get("x-clickhouse-user") or DEFAULT_USER, headers.get("x-clickhouse-key", "")
    if basic:
        return _basic(basic)
    return request.parameter("user") or DEFAULT_USER, request.parameter("password")


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise Rejection(516, f"Invalid authentication: the scheme '{scheme[:20]}' is not supported, only Basic.")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Rejection(516, "Invalid authentication: the Basic credentials cannot be read.") from None
    return user or DEFAULT_USER, password
