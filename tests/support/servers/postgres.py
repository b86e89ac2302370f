"""A PostgreSQL server from Debian's packages (`apt-get install postgresql`), thrown away afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

from support.servers.ports import LOCAL, free_port, wait_for

_ACCOUNTS = ("postgres", "nobody")
_OPTIONS = {"listen_addresses": LOCAL, "unix_socket_directories": "", "fsync": "off", "log_statement": "all"}


def find_binaries() -> Path | None:
    """The folder with initdb and postgres; None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


class PostgresServer:
    """One server, one superuser.

    Args:
        binaries: folder with initdb, postgres and psql.
    """

    user = "loader"
    password = "it's \\ secret"

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self.port = free_port()

    def __enter__(self) -> "PostgresServer":
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        password = self._folder / "password"
        password.write_text(self.password)
        # PostgreSQL refuses to run as root.
        self._account = next((name for name in _ACCOUNTS if _exists(name)), None) if os.getuid() == 0 else None
        if self._account:
            shutil.chown(self._folder, self._account)
            shutil.chown(password, self._account)
        data = self._folder / "data"
        initdb = [self._binaries / "initdb", "-D", data, "-U", self.user, "-A", "scram-sha-256", "-E", "UTF8",
                  "--no-locale", "--no-sync", "--pwfile", password]  # fmt: skip
        subprocess.run(initdb, check=True, capture_output=True, user=self._account, cwd=self._folder)
        options = [part for name, value in _OPTIONS.items() for part in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [self._binaries / "postgres", "-D", data, "-p", str(self.port), *options],
            stderr=self.log_file.open("wb"),
            user=self._account,
            cwd=self._folder,
        )
        wait_for(self.port)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def log_file(self) -> Path:
        """Where the server writes every statement that it gets."""
        return self._folder / "log"

    def execute(self, statements: str, database: str = "postgres") -> None:
        """Runs SQL, as the superuser."""
        psql = [self._binaries / "psql", "-h", LOCAL, "-p", str(self.port), "-U", self.user, "-d", database,
                "-v", "ON_ERROR_STOP=1", "-q"]  # fmt: skip
        environment = {**os.environ, "PGPASSWORD": self.password, "PGCLIENTENCODING": "UTF8"}
        done = subprocess.run(psql, input=statements.encode(), capture_output=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr.decode()

    def source(self, table: str, **changes: object) -> dict[str, object]:
        """`spec.source` for one of its tables."""
        return {
            "postgres": {
                "host": LOCAL,
                "port": self.port,
                "database": "postgres",
                "table": table,
                "credentialsSecretRef": {"name": "postgres"},
                **changes,
            }
        }

    @property
    def secret(self) -> dict[str, str]:
        """The keys of the Secret that the source names."""
        return {"username": self.user, "password": self.password}


def _exists(account: str) -> bool:
    return subprocess.run(["id", account], capture_output=True, check=False).returncode == 0
