"""Request bodies: of known length or chunked, and what cannot be trusted about their framing."""

from collections.abc import Mapping
from typing import BinaryIO

from datacontract_runner.embedded.request import Readable

_LINE = 1024
_PIECE = 1 << 20


class BadFraming(Exception):
    """A body whose length cannot be told for sure: the connection is closed after the answer."""


def open_body(file: BinaryIO, headers: Mapping[str, list[str]]) -> Readable:
    """Opens the body of a request.

    Args:
        file: the connection.
        headers: all values by name in lower case.

    Raises:
        BadFraming: for lengths that contradict each other, which is how requests are smuggled (RFC 9112, section 6.3).
    """
    encodings, lengths = headers.get("transfer-encoding", []), headers.get("content-length", [])
    if encodings:
        if lengths or [e.strip().lower() for e in encodings] != ["chunked"]:
            raise BadFraming("a body is either chunked or has a Content-Length")
        return ChunkedBody(file)
    if len(set(lengths)) > 1:
        raise BadFraming("several different Content-Length headers")
    length = lengths[0].strip() if lengths else "0"
    if not (length.isascii() and length.isdecimal()):
        raise BadFraming("a Content-Length that is no number")
    return SizedBody(file, int(length))


class SizedBody:
    """A body of known length."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file = file
        self._left = length

    def read(self, size: int = -1, /) -> bytes:
        """Reads what there is, up to the size."""
        wanted = self._left if size < 0 else min(size, self._left)
        if wanted == 0:
            return b""
        data = self._file.read(wanted)
        self._left -= len(data)
        if len(data) < wanted:
            raise ConnectionError("the client went away in the middle of its body")
        return data


class ChunkedBody:
    """A body in chunks (RFC 9112, section 7.1). Trailers are read and ignored."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = 0
        self._ended = False

    def read(self, size: int = -1, /) -> bytes:
        """Reads up to the size, or everything."""
        pieces, got = [], 0
        while not self._ended and (size < 0 or got < size):
            piece = self._piece(_PIECE if size < 0 else size - got)
            pieces.append(piece)
            got += len(piece)
        return b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        if self._left == 0:
            self._left = self._chunk_size()
            if self._left == 0:
                self._skip_trailers()
                return b""
        data = self._file.read(min(self._left, size))
        if not data:
            raise ConnectionError("the client went away in the middle of its body")
        self._left -= len(data)
        if self._left == 0 and self._file.read(2) != b"\r\n":
            raise ConnectionError("a chunk of the body does not end where it says")
        return data

    def _chunk_size(self) -> int:
        line = self._file.readline(_LINE)
        digits = line.split(b";")[0].strip()
        if not line.endswith(b"\r\n") or not digits or digits.strip(b"0123456789abcdefABCDEF"):
            raise ConnectionError("a chunk of the body has no size")
        return int(digits, 16)

    def _skip_trailers(self) -> None:
        self._ended = True
        while (line := self._file.readline(_LINE)) not in (b"\r\n", b""):
            if not line.endswith(b"\n"):
                raise ConnectionError("a trailer of the body is too long")


class EmptyBody:
    """No body."""

    def read(self, _size: int = -1, /) -> bytes:
        """Reads nothing."""
        return b""
