"""Compressed bodies both ways: gzip, deflate, lz4 and zstd, as they arrive and as they leave."""

import importlib
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import lz4.frame

from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.request import Readable

# In the standard library from Python 3.14 on.
zstd: Any = importlib.import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

_PIECE = 1 << 18
_GZIP_OR_ZLIB = 47  # zlib's window bits that take either header


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


_DECOMPRESSORS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(_GZIP_OR_ZLIB),
    "x-gzip": lambda: zlib.decompressobj(_GZIP_OR_ZLIB),
    "deflate": lambda: zlib.decompressobj(_GZIP_OR_ZLIB),
    "lz4": lz4.frame.LZ4FrameDecompressor,
    "zstd": zstd.ZstdDecompressor,
}
_ERRORS = (RuntimeError, zlib.error, zstd.ZstdError, ValueError)


def decompressed(encoding: str, body: Readable) -> Readable:
    """Opens a body that the client compressed, by its Content-Encoding.

    Raises:
        Rejection: code 48 for an encoding that ClickHouse does not know here.
    """
    if encoding in ("", "identity"):
        return body
    if encoding not in _DECOMPRESSORS:
        raise Rejection(48, f"Unknown compression method: {encoding[:40]}.")
    return _Decompressed(body, _DECOMPRESSORS[encoding])


class _Decompressed:
    """Reads a compressed body, which may be of several members one after the other."""

    def __init__(self, body: Readable, new: Callable[[], _Decompressor]) -> None:
        self._body, self._new, self._current = body, new, new()
        self._fed = False
        self._left = b""

    def read(self, size: int = -1, /) -> bytes:
        """Reads some decompressed bytes, not more than the size; everything for a negative size."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        while not self._left:
            compressed = self._body.read(_PIECE)
            if not compressed:
                self._check_complete()
                return b""
            self._left = self._decompress(compressed)
        data, self._left = self._left[:size], self._left[size:]
        return data

    def _decompress(self, data: bytes) -> bytes:
        out = b""
        try:
            while data:
                out += self._current.decompress(data)
                self._fed = not self._current.eof
                data = self._current.unused_data if self._current.eof else b""
                if self._current.eof:
                    self._current = self._new()
        except _ERRORS as error:
            raise Rejection(271, f"Cannot decompress the body: {error}.") from None
        return out

    def _check_complete(self) -> None:
        if self._fed:
            raise Rejection(271, "Cannot decompress the body: it ends in the middle.")


def chosen_encoding(accepted: str) -> str:
    """Picks the encoding of the answer from Accept-Encoding; nothing when the client takes none of ours."""
    names = {part.partition(";")[0].strip() for part in accepted.split(",")}
    return next((name for name in ("lz4", "zstd", "gzip", "deflate") if name in names), "")


def compressed(encoding: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Compresses an answer piece by piece."""
    if encoding == "lz4":
        yield from _compressed_lz4(pieces)
        return
    compressor = zstd.ZstdCompressor() if encoding == "zstd" else _zlib(encoding)
    for piece in pieces:
        if data := compressor.compress(piece):
            yield data
    yield compressor.flush()


def _zlib(encoding: str) -> Any:
    return zlib.compressobj(level=3, wbits=31 if encoding == "gzip" else 15)


def _compressed_lz4(pieces: Iterable[bytes]) -> Iterator[bytes]:
    compressor = lz4.frame.LZ4FrameCompressor()
    yield compressor.begin()
    for piece in pieces:
        if data := compressor.compress(piece):
            yield data
    yield compressor.flush()
