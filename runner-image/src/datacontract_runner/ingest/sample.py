"""The part of a local file that tells its columns, for a warehouse that does not see the file."""

import gzip
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

import lz4.frame

from datacontract_api.sources import Compression, FileFormat
from datacontract_runner.ingest.files import LocalFile

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]  # Python 3.14
except ImportError:
    from backports import zstd

SAMPLE = 1 << 20
"""Bytes of text from which columns are inferred."""
_MAGIC = b"PAR1"

_OPEN: dict[Compression, Callable[[Path], Any]] = {
    Compression.NONE: partial(open, mode="rb"),
    Compression.GZIP: partial(gzip.open, mode="rb"),
    Compression.ZSTD: partial(zstd.open, mode="rb"),
    Compression.LZ4: partial(lz4.frame.open, mode="rb"),
}


def sample(file: LocalFile, file_format: FileFormat) -> bytes:
    """A small document with the same columns as the file.

    Raises:
        OSError: the file is not compressed as its name says, or is cut off.
    """
    try:
        with _OPEN[file.compression](file.path) as stream:
            return _footer(stream) if file_format is FileFormat.PARQUET else _whole_lines(stream)
    except (EOFError, RuntimeError, zstd.ZstdError) as failure:
        raise OSError(str(failure)) from failure


def _whole_lines(stream: IO[bytes]) -> bytes:
    head = stream.read(SAMPLE)
    return head if len(head) < SAMPLE or b"\n" not in head else head[: head.rindex(b"\n") + 1]


def _footer(stream: IO[bytes]) -> bytes:
    """A Parquet file's schema is in its footer alone: magic, footer, footer length, magic is readable by itself."""
    stream.seek(-8, 2)
    tail = stream.read(8)
    length = int.from_bytes(tail[:4], "little")
    stream.seek(-8 - length, 2)
    return _MAGIC + stream.read(length) + tail
