"""Starts and stops the embedded warehouse."""

import atexit
import logging
import signal
import socket
import ssl
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from datacontract_api.errors import Unsupported, WarehouseUnreachable
from datacontract_runner.embedded.access.model import DEFAULT_USER
from datacontract_runner.embedded.disconnects import DisconnectWatch
from datacontract_runner.embedded.engine import Engine
from datacontract_runner.embedded.executor import Executor
from datacontract_runner.embedded.handler import Handler, close_quietly
from datacontract_runner.embedded.limits import MAX_CLIENTS
from datacontract_runner.embedded.lock import DirectoryLock

log = logging.getLogger(__name__)
# Seconds for a client to agree on keys.
HANDSHAKE = 10.0
# Seconds that running statements have when the warehouse is stopped.
DRAIN = 30.0
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class _Listener(ThreadingHTTPServer):
    """Accepts clients, one thread each, and knows them so that they can be closed."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(
        self, address: tuple[str, int], handler: type[Handler], tick: Callable[[], None], tls: ssl.SSLContext | None
    ) -> None:
        self.tick = tick
        self.tls = tls
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.clients: set[socket.socket] = set()
        self.clients_lock = threading.Lock()
        super().__init__(address, handler)

    def verify_request(self, _request: Any, _client_address: Any) -> bool:
        """Turns clients away when there are too many: each has a thread of its own."""
        with self.clients_lock:
            return len(self.clients) < MAX_CLIENTS

    def process_request(self, request: Any, client_address: Any) -> None:
        """Starts a thread for a client."""
        with self.clients_lock:
            self.clients.add(request)
        super().process_request(request, client_address)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Talks to a client, in its thread; so a slow handshake holds up nobody else."""
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(HANDSHAKE)
        with self.tls.wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)

    def service_actions(self) -> None:
        """Called twice a second."""
        self.tick()

    def shutdown_request(self, request: Any) -> None:
        """Forgets a client that is done."""
        with self.clients_lock:
            self.clients.discard(request)
        super().shutdown_request(request)

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """A client's connection that breaks is no error of ours."""
        log.debug("a client's connection failed", exc_info=True)


class EmbeddedWarehouse:
    """ClickHouse's HTTP interface on a data directory, served from threads of this process.

    Args:
        data: the data directory; made if it does not exist.
        host: where to listen. Anything but loopback demands that the user ``default`` has a password.
        port: 0 for any free port.
        certificate: a file with a certificate chain and its private key (PEM): then it is HTTPS.

    Raises:
        Unsupported: when another process holds the directory, the warehouse would be open to the network, or the
            certificate cannot be used.
        WarehouseUnreachable: when the port is taken.
    """

    def __init__(self, data: Path, host: str = "127.0.0.1", port: int = 0, *, certificate: Path | None = None) -> None:
        tls = None if certificate is None else _tls(certificate)
        self._lock = DirectoryLock(data).acquire()
        try:
            self._engine = Engine(data.resolve())
            self._executor = Executor(self._engine)
            _check_exposure(self._engine, host)
            self._watch = DisconnectWatch(self._executor.kill, self._executor.doomed_tags)
            self._listener = self._listen(host, port, tls)
        except BaseException:
            self._abandon()
            raise
        shown = f"[{host}]" if ":" in host else host
        self.url = f"{'https' if tls else 'http'}://{shown}:{self._listener.server_address[1]}"
        self._lock.publish(self.url)
        self._thread = threading.Thread(target=self._listener.serve_forever, name="listener", daemon=True)
        self._thread.start()
        # An engine that is still running when the interpreter ends crashes the process.
        atexit.register(self.close)

    def close(self) -> None:
        """Takes no more clients, lets running statements end and stops the engine."""
        if not self._thread.is_alive():
            return
        atexit.unregister(self.close)
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()
        self._engine.refuse()
        self._executor.drain(DRAIN)
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

    def _listen(self, host: str, port: int, tls: ssl.SSLContext | None) -> _Listener:
        handler = type("BoundHandler", (Handler,), {"executor": self._executor, "watch": self._watch})
        try:
            return _Listener((host, port), handler, self._executor.close_idle_sessions, tls)
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


def serve(data: Path, host: str = "127.0.0.1", port: int = 8123, *, certificate: Path | None = None) -> None:
    """Serves a data directory in the foreground until SIGINT or SIGTERM, then drains."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with EmbeddedWarehouse(data, host, port, certificate=certificate) as warehouse:
        print(f"The embedded warehouse serves {data} at {warehouse.url} (for trials and tests, never for production).")
        print("Stop it with Ctrl-C.", flush=True)
        stopped.wait()
        print("Waiting for running statements to end.", flush=True)


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate)
    except (OSError, ssl.SSLError) as error:
        raise Unsupported(
            f"{certificate} must hold a certificate and its private key in PEM form: {error}.",
            remedy="Name another file, or leave it out for plain HTTP.",
        ) from error
    return context


def _check_exposure(engine: Engine, host: str) -> None:
    administrator = engine.access.user(DEFAULT_USER)
    if host in LOOPBACK or (administrator is not None and administrator.password.kind != "no_password"):
        return
    raise Unsupported(
        f"the embedded warehouse listens on {host} only once the user default has a password.",
        remedy="Start it on 127.0.0.1, run ALTER USER default IDENTIFIED BY '...', and start it again.",
    )
