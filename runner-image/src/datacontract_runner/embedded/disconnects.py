"""Kills a statement when its client has gone away (``cancel_http_readonly_queries_on_client_close``)."""

import select
import socket
import threading
from collections.abc import Callable, Iterable

INTERVAL = 0.1
_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR | select.POLLNVAL


class DisconnectWatch:
    """Looks at the sockets of running statements ten times a second.

    A statement is killed again and again until it has ended: one that has only just been sent to the engine may not be
    known there yet, and would otherwise run on.

    Args:
        kill: stops the statement with a tag.
        doomed: the tags of statements that somebody has killed and that are still there.
    """

    def __init__(self, kill: Callable[[str], None], doomed: Callable[[], Iterable[str]]) -> None:
        self._kill = kill
        self._doomed = doomed
        self._tags: dict[socket.socket, str] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="disconnects", daemon=True)
        self._thread.start()

    def add(self, client: socket.socket, tag: str) -> None:
        """Watches a client until :meth:`remove`."""
        with self._lock:
            self._tags[client] = tag

    def remove(self, client: socket.socket) -> None:
        """Stops watching; afterwards nothing of this client's is killed any more."""
        with self._lock:
            self._tags.pop(client, None)

    def stop(self) -> None:
        """Ends the watch."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(INTERVAL):
            with self._lock:
                gone = [tag for client, tag in self._tags.items() if _has_gone(client)]
            for tag in {*gone, *self._doomed()}:
                self._kill(tag)


def _has_gone(client: socket.socket) -> bool:
    """Whether the client has closed its side, wholly or only for sending."""
    poll = select.poll()
    try:
        poll.register(client, select.POLLRDHUP)
        return any(events & _GONE for _, events in poll.poll(0))
    except (OSError, ValueError):
        return True
