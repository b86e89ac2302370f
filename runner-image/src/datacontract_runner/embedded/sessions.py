"""Sessions: a connection that stays open between requests, with its settings, database and roles.

Source: ClickHouse documentation, HTTP interface, Using ClickHouse sessions in the HTTP protocol.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from datacontract_runner.embedded.access.model import NameSet
from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.engine import Engine
from datacontract_runner.embedded.memory_tables import CarriedTable, carry_temporary_tables, restore_temporary_tables
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.settings import apply_settings
from datacontract_runner.sql import identifier, literal

MAX_TIMEOUT = 3600


@dataclass(frozen=True)
class Remembered:
    """What a session's connection must be told again after the engine has restarted."""

    settings: tuple[tuple[str, str], ...] = ()
    database: str = ""
    tables: tuple[CarriedTable, ...] = ()


@dataclass
class Session:
    """One client's state between requests. ``lock`` is held for the length of a request.

    ``overrides`` are the values that the last request's settings replaced, ``applied`` the settings themselves.
    ``changed`` tells that there may be something to remember: settings, a database or temporary tables.
    """

    user: str
    lasting: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: Connection | None = None
    roles: NameSet | None = None
    engine_roles: tuple[str, ...] | None = None
    overrides: dict[str, str | None] = field(default_factory=dict)
    applied: dict[str, str] = field(default_factory=dict)
    remembered: Remembered = Remembered()
    database: str | None = None
    changed: bool = False
    last_used: float = 0.0
    timeout: float = 60.0

    def use(self, engine: Engine, prepare: Callable[[Connection], None]) -> Connection:
        """The session's connection, opened anew with what the session remembers if the engine has restarted."""
        if self.connection is None:
            connection = engine.connect()
            prepare(connection)
            _recall(connection, self.remembered)
            self.connection, self.engine_roles, self.database = connection, None, None
            self.forget_overrides()
            self.changed = bool(self.remembered.tables)
        return self.connection

    def suspend(self) -> None:
        """Closes the connection before a restart, and remembers its settings and its database if it changed them."""
        if self.connection is not None:
            if self.changed:
                apply_settings(self, self.connection, {})
                self.remembered = _remember(self.connection)
            self.close()

    def forget_overrides(self) -> None:
        """A new connection has none of the last request's settings on it."""
        self.overrides.clear()
        self.applied.clear()
        self.changed = False

    def close(self) -> None:
        """Closes the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Sessions:
    """All sessions, by user and session_id. Those not used for their timeout are closed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sessions: dict[tuple[str, str], Session] = {}
        self._lock = threading.Lock()
        engine.suspend_hooks.append(self._suspend)

    @contextmanager
    def opened(
        self, user: str, session_id: str, timeout: float, *, must_exist: bool, ends: bool = False
    ) -> Iterator[Session]:
        """Takes a session for the length of a request; an empty id gives one that ends with the request.

        Args:
            timeout: seconds without a request after which the session is closed.
            must_exist: refuse to open a new one.
            ends: the session is closed after the request.

        Raises:
            Rejection: code 372 when it must exist and does not, 373 when another request is using it.
        """
        if not session_id:
            session = Session(user)
            try:
                yield session
            finally:
                session.close()
            return
        session = self._take(user, session_id, must_exist)
        session.timeout = min(timeout, MAX_TIMEOUT)
        try:
            yield session
        finally:
            session.last_used = time.monotonic()
            if ends:
                self.forget(user, session_id)
            session.lock.release()

    def forget(self, user: str, session_id: str) -> None:
        """Closes a session whose lock the caller holds."""
        with self._lock:
            session = self._sessions.pop((user, session_id), None)
        if session is not None:
            session.close()

    def close_idle(self) -> None:
        """Closes sessions that have not been used for their timeout."""
        now = time.monotonic()
        with self._lock:
            for key, session in list(self._sessions.items()):
                if now - session.last_used > session.timeout and session.lock.acquire(blocking=False):
                    session.close()
                    del self._sessions[key]

    def _take(self, user: str, session_id: str, must_exist: bool) -> Session:
        self.close_idle()
        with self._lock:
            session = self._sessions.get((user, session_id))
            if session is None:
                if must_exist:
                    raise Rejection(372, f"Session {session_id} not found.")
                session = self._sessions[user, session_id] = Session(user, lasting=True, last_used=time.monotonic())
            if not session.lock.acquire(blocking=False):
                raise Rejection(373, f"Session {session_id} is locked by a concurrent client.")
        return session

    def _suspend(self) -> None:
        """Called with no statement running, before the engine restarts or stops."""
        with self._lock:
            for session in self._sessions.values():
                session.suspend()


def _remember(connection: Connection) -> Remembered:
    found = connection.rows(
        "SELECT name, value FROM system.settings WHERE changed AND name != 'log_comment' FORMAT JSONCompactEachRow"
    )
    settings = tuple((str(name), str(value)) for name, value in found)
    ((database,),) = connection.rows("SELECT currentDatabase() FORMAT JSONCompactEachRow")
    return Remembered(settings, database, carry_temporary_tables(connection))


def _recall(connection: Connection, remembered: Remembered) -> None:
    """Tells a new connection, which has every role on: whoever opened it turns on the user's roles next."""
    if remembered.settings:
        pairs = ", ".join(f"{identifier(name)} = {literal(value)}" for name, value in remembered.settings)
        connection.query(f"SET {pairs}")
    if remembered.database:
        connection.query(f"USE {identifier(remembered.database)}")
    restore_temporary_tables(connection, remembered.tables)
