"""One process per data directory: the engine would corrupt a directory that two processes write to."""

import contextlib
import fcntl
import json
import os
import time
from pathlib import Path
from typing import IO, Self

from datacontract_api.errors import Unsupported

LOCK_NAME = "warehouse.lock"


class DirectoryLock:
    """Holds a data directory for this process. The lock file says which process and address hold it.

    The kernel's lock decides, so that a killed process leaves nothing behind that must be cleaned up.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / LOCK_NAME
        self._file: IO[str] | None = None

    def acquire(self) -> Self:
        """Takes the directory.

        Raises:
            Unsupported: when another process, or another server of this one, holds it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        if not _taken(file, attempts=5):
            file.close()
            raise _held(self._path)
        self._file = file
        self.publish("")
        return self

    def publish(self, url: str) -> None:
        """Writes this process and the address it serves into the lock file."""
        assert self._file is not None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps({"pid": os.getpid(), "url": url}))
        self._file.flush()

    def release(self) -> None:
        """Gives the directory back."""
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            self._file.close()
            self._file = None


def running_at(data: Path) -> str | None:
    """Says where a live embedded warehouse serves this directory.

    Returns:
        Its address, such as ``http://127.0.0.1:8123``, or None when no process holds the directory.
    """
    path = data / LOCK_NAME
    if not path.exists() or not _is_held(path):
        return None
    return _read(path)[1] or None


def _is_held(path: Path) -> bool:
    with path.open("a+", encoding="utf-8") as file:
        return not _taken(file, attempts=1)


def _taken(file: IO[str], attempts: int) -> bool:
    """Takes the kernel's lock; a few attempts, since who asks whether a directory is held holds it for a moment."""
    for attempt in range(attempts):
        if attempt:
            time.sleep(0.05)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def _read(path: Path) -> tuple[int, str]:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        content = json.loads(path.read_text(encoding="utf-8"))
        return int(content["pid"]), str(content["url"])
    return 0, ""


def _held(path: Path) -> Unsupported:
    pid, url = _read(path)
    who = f"process {pid}" if pid else "another process"
    where = f" and serves it at {url}" if url else ""
    return Unsupported(
        f"one process at a time can open the data directory {path.parent}, but {who} holds it{where}.",
        remedy=f"Use {url} as the warehouse, or stop that process."
        if url
        else "Stop that process or use another directory.",
    )
