"""The engine of one data directory: opens connections, and restarts in process when users or grants have changed."""

import contextlib
import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from datacontract_runner.embedded.access import store
from datacontract_runner.embedded.access.effective import compacted
from datacontract_runner.embedded.access.model import Access
from datacontract_runner.embedded.access.system_tables import create_readers, fill_system_tables, verify_row_filters
from datacontract_runner.embedded.access.users_xml import ROOT, check_writable, stamp_of, users_xml
from datacontract_runner.embedded.connection import Connection, Result
from datacontract_runner.embedded.limits import server_settings
from datacontract_runner.embedded.memory_tables import CarriedTable, carry_memory_tables, restore_memory_tables
from datacontract_runner.embedded.query_log import CONFIG as LOG_CONFIG
from datacontract_runner.embedded.query_log import Label, attach_query_log, carry_query_log, record, tag_condition
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.sql import identifier, literal

log = logging.getLogger(__name__)


class Engine:
    """Readers are running statements; the one writer is the restart that puts a new users file into force.

    Args:
        data: the data directory, locked by the caller.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.generation = 0
        self.suspend_hooks: list[Callable[[], None]] = []
        self._access = self._in_force = store.load(data)
        self._change = threading.RLock()
        self._turn = threading.Condition()
        self._root_lock = threading.Lock()
        self._running = 0
        self._restarting = False
        self._closed = False
        self._users = ""
        self._log = b""
        self._memory: tuple[CarriedTable, ...] = ()
        store.write_atomically(data / "config.xml", _config(data), durable=False)
        self._root = self._start(self._access)

    @property
    def access(self) -> Access:
        """Users, roles and policies as they were last acknowledged."""
        return self._access

    @property
    def in_force(self) -> Access:
        """Users, roles and policies as the engine enforces them now: a statement can use nothing newer."""
        return self._in_force

    def change_access(self, plan: Callable[[Access], Access]) -> None:
        """Works out and keeps a new state; it is in force for every statement that starts after this returns.

        Raises:
            Rejection: when the change cannot be made or kept; then nothing has changed.
        """
        with self._change:
            changed = plan(self._access)
            check_writable(users_xml(changed))
            store.save(self.data, changed)
            self._access = changed

    def connect(self) -> Connection:
        """Opens a connection, on which every role is on until SET ROLE. The caller holds a lease."""
        return Connection(self._address)

    def lease(self, *, refresh: bool = True) -> Callable[[], None]:
        """Waits until the engine may be used, and keeps it from restarting until the function returned is called.

        Args:
            refresh: whether pending changes of users and grants must be in force. Changes themselves need not wait,
                so that many in a row cost one restart.
        """
        with self._turn:
            self._turn.wait_for(lambda: not self._restarting)
            self._check_open()
            if refresh and self._is_stale():
                self._restart()
            self._running += 1
        return self._release_once()

    @contextlib.contextmanager
    def leased(self, *, refresh: bool = True) -> Iterator[None]:
        """A lease for the length of a block."""
        release = self.lease(refresh=refresh)
        try:
            yield
        finally:
            release()

    def administer(self, sql: str, output: str = "TSV", parameters: Mapping[str, str] | None = None) -> Result:
        """Runs one short statement with every right. The caller holds a lease."""
        with self._root_lock:
            return self._root.query(sql, output, parameters)

    def record(self, label: Label, sql: str, kind: str) -> None:
        """Logs a statement that the engine does not run itself. The caller holds a lease."""
        with self._root_lock, contextlib.suppress(Rejection):
            record(self._root, label, sql, kind)

    def kill(self, tag: str) -> None:
        """Stops the statement that carries this tag in its label. Does nothing when it has ended."""
        with contextlib.suppress(Rejection):
            found = tag_condition("Settings['log_comment']")
            self.administer(f"KILL QUERY WHERE {found} ASYNC FORMAT Null", "Null", {"tag": tag})

    def refuse(self) -> None:
        """Lets nothing new begin."""
        with self._turn:
            self._closed = True

    def close(self) -> None:
        """Waits for running statements and stops the engine."""
        self.refuse()
        with self._turn:
            self._turn.wait_for(lambda: not self._restarting and self._running == 0)
            self._stop()

    @property
    def _address(self) -> str:
        return f"{self.data / 'engine'}?config-file={self.data / 'config.xml'}"

    def _check_open(self) -> None:
        if self._closed:
            raise Rejection(210, "The embedded warehouse is shutting down.")

    def _is_stale(self) -> bool:
        return users_xml(self._access) != self._users

    def _release_once(self) -> Callable[[], None]:
        held = threading.Lock()

        def release() -> None:
            if held.acquire(blocking=False):
                with self._turn:
                    self._running -= 1
                    self._turn.notify_all()

        return release

    def _restart(self) -> None:
        """Waits for running statements, then starts the engine with the new users file. Holds ``_turn``."""
        self._restarting = True
        try:
            self._turn.wait_for(lambda: self._running == 0)
            began = time.monotonic()
            self._stop()
            try:
                self._root = self._start(self._access)
            except Exception:
                log.exception("the engine refused the new users file: the last changes of access are taken back")
                self.change_access(lambda _: self._in_force)
                self._root = self._start(self._access)
                raise
            log.info("users and grants are in force after %.0f ms", (time.monotonic() - began) * 1000)
        finally:
            self._restarting = False
            self._turn.notify_all()

    def _stop(self) -> None:
        for suspend in self.suspend_hooks:
            suspend()
        with self._root_lock:
            self._log = carry_query_log(self._root)
            self._memory = carry_memory_tables(self._root)
            self._root.close()

    def _start(self, access: Access) -> Connection:
        users = users_xml(access)
        store.write_atomically(self.data / "users.xml", users, durable=False)
        root = self._open_root(stamp_of(users))
        try:
            verify_row_filters(root, access)
            self._keep_compacted(access, compacted(root, access))
            fill_system_tables(root, access)
            attach_query_log(root, self._log)
            restore_memory_tables(root, self._memory)
        except BaseException:
            root.close()
            raise
        self.generation += 1
        return root

    def _open_root(self, stamp: str) -> Connection:
        """Opens the engine and makes sure that it has read the new users file.

        The engine stops with its last connection. Were one of them still waiting to be collected, the old engine would
        go on, with grants that have been revoked.
        """
        for collect in (False, True):
            if collect:
                gc.collect()
            root = self.connect()
            root.query(f"SET ROLE {identifier(ROOT)}")
            create_readers(root)
            if root.text(f"SELECT count() FROM system.roles WHERE name = {literal(stamp)}") == "1":  # noqa: S608
                return root
            root.close()
        raise Rejection(1002, "The engine did not restart: its old connections are still open.")

    def _keep_compacted(self, access: Access, short: Access) -> None:
        """Remembers what is in force, in its short form unless the state has been changed in the meantime."""
        with self._change:
            unchanged = self._access is access
            self._access = short if unchanged else self._access
        self._in_force = short if unchanged else access
        self._users = users_xml(self._in_force)


def _config(data: Path) -> str:
    users = str(data / "users.xml").replace("&", "&amp;").replace("<", "&lt;")
    return f"<clickhouse><users_config>{users}</users_config>{server_settings()}{LOG_CONFIG}</clickhouse>\n"
