"""One keyed, coalescing work queue: a key waits at most once, and is never worked on twice at a time."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

FIRST_BACKOFF = 0.2
LAST_BACKOFF = 60.0


class Queue(Generic[K]):
    """Keys to work on.

    A key that is added while it is being worked on is worked on once more afterwards. A failure puts the key back
    after a pause that doubles with every failure in a row.
    """

    def __init__(self) -> None:
        self._ready: asyncio.Queue[K] = asyncio.Queue()
        self._waiting: set[K] = set()
        self._working: set[K] = set()
        self._again: set[K] = set()
        self._failures: dict[K, int] = {}
        self._timers: dict[K, tuple[float, asyncio.TimerHandle]] = {}

    def __len__(self) -> int:
        return self._ready.qsize()

    def add(self, key: K) -> None:
        """Adds a key, unless it waits already."""
        if key in self._working:
            self._again.add(key)
        elif key not in self._waiting:
            self._waiting.add(key)
            self._ready.put_nowait(key)

    def add_after(self, key: K, seconds: float) -> None:
        """Adds a key after a time; of several times for one key the earliest counts."""
        loop = asyncio.get_running_loop()
        due = loop.time() + max(seconds, 0)
        planned = self._timers.get(key)
        if planned is not None:
            if planned[0] <= due:
                return
            planned[1].cancel()
        self._timers[key] = (due, loop.call_at(due, self._due, key))

    async def work(self, do: Callable[[K], Awaitable[None]], failed: Callable[[K, Exception, float], None]) -> None:
        """Works on keys for ever. Several workers may share a queue.

        Args:
            do: works on one key.
            failed: told of an error and of the seconds until the next attempt.
        """
        while True:
            key = await self._take()
            try:
                await do(key)
            except Exception as error:  # the boundary: whatever it is, the key is tried again
                pause = self._pause(key)
                failed(key, error, pause)
                self.add_after(key, pause)
            else:
                self._failures.pop(key, None)
            finally:
                self._done(key)

    def _pause(self, key: K) -> float:
        count = self._failures[key] = self._failures.get(key, 0) + 1
        pause: float = min(FIRST_BACKOFF * 2 ** min(count - 1, 20), LAST_BACKOFF)
        return pause * random.uniform(0.8, 1.2)  # noqa: S311 - spreads attempts, keeps no secret

    async def _take(self) -> K:
        key = await self._ready.get()
        self._waiting.discard(key)
        self._working.add(key)
        return key

    def _done(self, key: K) -> None:
        self._working.discard(key)
        if key in self._again:
            self._again.discard(key)
            self.add(key)

    def _due(self, key: K) -> None:
        self._timers.pop(key, None)
        self.add(key)
