"""Which files a `file` source means, and how each is compressed."""

import glob
import os
from dataclasses import dataclass
from pathlib import Path

from datacontract_api.errors import SourceDenied, SourceEmpty, SourceNotFound, Unsupported
from datacontract_api.sources import Compression, LocalFiles
from datacontract_runner.paths import displayed

FIELD = "spec.source.file.path"
_ENDINGS = {
    ".gz": Compression.GZIP,
    ".gzip": Compression.GZIP,
    ".zst": Compression.ZSTD,
    ".zstd": Compression.ZSTD,
    ".lz4": Compression.LZ4,
}


@dataclass(frozen=True)
class LocalFile:
    """One file to load.

    Args:
        path: where it is, absolute.
        compression: what it is packed with; never ``auto``.
        size: bytes on disk.
    """

    path: Path
    compression: Compression
    size: int


def observe_files(files: LocalFiles, folder: Path) -> tuple[LocalFile, ...]:
    """The files that the pattern matches, in the order of their paths.

    Args:
        files: pattern, format and compression.
        folder: where relative patterns start.

    Raises:
        SourceEmpty: a pattern matches nothing.
        SourceNotFound: there is no such file, or it is a folder.
        SourceDenied: it cannot be read.
        Unsupported: a zip archive.
    """
    try:
        return _observed(files, folder)
    except OSError as error:
        # Such as a name that is longer than the system takes.
        denied = isinstance(error, PermissionError)
        raise (SourceDenied if denied else SourceNotFound)(
            f"{files.pattern} cannot be looked at: {error.strerror}.", remedy="Correct the path.", field=FIELD
        ) from None


def _observed(files: LocalFiles, folder: Path) -> tuple[LocalFile, ...]:
    place = folder.absolute() / files.pattern
    if not glob.has_magic(files.pattern) or place.exists():
        return (_file(place, files.compression),)
    # The folder's own name may hold characters that mean something in a pattern.
    matches = glob.glob(files.pattern, root_dir=folder, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute one
    paths = sorted(path for match in matches if (path := folder.absolute() / match).is_file())
    if not paths:
        raise SourceEmpty(
            f"no file matches {files.pattern} in {folder}.",
            remedy="Correct the path, or check that the files were delivered.",
            field=FIELD,
        )
    return tuple(_file(path, files.compression) for path in paths)


def _file(path: Path, compression: Compression) -> LocalFile:
    name = displayed(path)
    if not path.is_file():
        found = "is a folder" if path.is_dir() else "does not exist"
        raise SourceNotFound(f"the file {name} {found}.", remedy="Correct the path.", field=FIELD)
    if not os.access(path, os.R_OK):
        raise SourceDenied(f"the file {name} cannot be read.", remedy="Give the run's user read access.", field=FIELD)
    refuse_archive(displayed(Path(path.name)), FIELD)
    found_compression = _by_ending(path) if compression is Compression.AUTO else compression
    return LocalFile(path, found_compression, path.stat().st_size)


def _by_ending(path: Path) -> Compression:
    return _ENDINGS.get(path.suffix.lower(), Compression.NONE)


def refuse_archive(name: str, field: str) -> None:
    """Refuses archives, which hold files rather than being one.

    Raises:
        Unsupported: the name ends like an archive's.
    """
    if name.lower().endswith((".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar")):
        raise Unsupported(
            f"{name} is an archive, which ClickHouse does not read.",
            remedy="Unpack it and load the files within; gzip, zstd and lz4 of a single file are read as they are.",
            field=field,
        )
