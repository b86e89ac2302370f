"""The statements that are running: who may see and kill them.

The engine gives every statement an id of its own and one user, so ids and users are kept here.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from datacontract_runner.embedded.masking import masked
from datacontract_runner.embedded.rejection import Rejection

DUPLICATE = 216
_SHOWN = 4096


@dataclass(frozen=True)
class Running:
    """One statement on its way. ``began`` in seconds of the monotonic clock."""

    query_id: str
    user: str
    text: bytes
    tag: str
    began: float

    @property
    def sql(self) -> str:
        """The statement's beginning, without credentials."""
        return masked(self.text[:_SHOWN].decode(errors="replace"), cut=len(self.text) > _SHOWN)

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began


class RunningStatements:
    """All of them, by query_id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, Running] = {}
        self._doomed: set[str] = set()

    @contextmanager
    def during(self, running: Running) -> Iterator[None]:
        """Lists a statement for the length of a block.

        Raises:
            Rejection: code 216 when one with the same query_id is running.
        """
        with self._lock:
            if running.query_id in self._running:
                raise Rejection(DUPLICATE, f"Query with id = {running.query_id} is already running.")
            self._running[running.query_id] = running
        try:
            yield
        finally:
            with self._lock:
                del self._running[running.query_id]
                self._doomed.discard(running.query_id)

    def doom(self, running: Running) -> None:
        """Remembers that a statement is to be killed, for as long as it is there."""
        with self._lock:
            if running.query_id in self._running:
                self._doomed.add(running.query_id)

    def doomed_tags(self) -> list[str]:
        """The tags of statements that are to be killed."""
        with self._lock:
            return [self._running[query_id].tag for query_id in self._doomed]

    def all(self) -> list[Running]:
        """A copy of the list."""
        with self._lock:
            return list(self._running.values())
