"""Starts and stops the embedded warehouse."""

import logging
import signal
import socket
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from datacontract_api.errors import Unsupported, WarehouseUnreachable
from datacontract_runner.embedded.access.model import DEFAULT_USER
from datacontract_runner.embedded.disconnects import DisconnectWatch
from datacontract_runner.embedded.engine import Engine
from datacontract_runner.embedded.executor import Executor
from datacontract_runner.embedded.handler import Handler, close_quietly
from datacontract_runner.embedded.lock import DirectoryLock

log = logging.getLogger(__name__)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class _Listener(ThreadingHTTPServer):
    """Accepts clients, one thread each, and knows them so that they can be closed."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: type[Handler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.clients: set[socket.socket] = set()
        self.clients_lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self.clients_lock:
            self.clients.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self.clients_lock:
            self.clients.discard(request)
        super().shutdown_request(request)

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        log.debug("a client's connection failed", exc_info=True)


class EmbeddedWarehouse:
    """ClickHouse's HTTP interface on a data directory, served from threads of this process.

    Args:
        data: the data directory; made if it does not exist.
        host: where to listen. Anything but loopback demands that the user ``default`` has a password.
        port: 0 for any free port.

    Raises:
        Unsupported: when another process holds the directory, or the warehouse would be open to the network.
        WarehouseUnreachable: when the port is taken.
    """

    def __init__(self, data: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        self._lock = DirectoryLock(data).acquire()
        try:
            self._engine = Engine(data.resolve())
            self._executor = Executor(self._engine)
            _check_exposure(self._engine, host)
            self._watch = DisconnectWatch(self._executor.kill)
            self._listener = self._listen(host, port)
        except BaseException:
            self._abandon()
            raise
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._listener.server_address[1]}"
        self._lock.publish(self.url)
        self._thread = threading.Thread(target=self._listener.serve_forever, name="listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Takes no more clients, lets running statements end and stops the engine."""
        if not self._thread.is_alive():
            return
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()
        self._engine.close()
        with self._listener.clients_lock:
            clients = list(self._listener.clients)
        for client in clients:
            close_quietly(client)
        self._watch.stop()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _listen(self, host: str, port: int) -> _Listener:
        handler = type("BoundHandler", (Handler,), {"executor": self._executor, "watch": self._watch})
        try:
            return _Listener((host, port), handler)
        except OSError as error:
            raise WarehouseUnreachable(
                f"the embedded warehouse cannot listen on {host}:{port}: {error.strerror}.",
                remedy="Choose another port.",
            ) from error

    def _abandon(self) -> None:
        if hasattr(self, "_watch"):
            self._watch.stop()
        if hasattr(self, "_engine"):
            self._engine.close()
        self._lock.release()


def serve(data: Path, host: str = "127.0.0.1", port: int = 8123) -> None:
    """Serves a data directory in the foreground until SIGINT or SIGTERM, then drains."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with EmbeddedWarehouse(data, host, port) as warehouse:
        print(f"The embedded warehouse serves {data} at {warehouse.url} (for trials and tests, never for production).")
        print("Stop it with Ctrl-C.", flush=True)
        stopped.wait()
        print("Waiting for running statements to end.", flush=True)


def _check_exposure(engine: Engine, host: str) -> None:
    administrator = engine.access.user(DEFAULT_USER)
    if host in LOOPBACK or (administrator is not None and administrator.password.kind != "no_password"):
        return
    raise Unsupported(
        f"the embedded warehouse listens on {host} only once the user default has a password.",
        remedy="Start it on 127.0.0.1, run ALTER USER default IDENTIFIED BY '...', and start it again.",
    )
