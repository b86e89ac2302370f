"""The embedded warehouse in a process of its own: an engine's process holds one data directory, and no other."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

_SERVE = "import sys; from datacontract_runner.cli.main import main; main(sys.argv[1:])"


class EmbeddedServer:
    """`contractctl warehouse serve` on a free port.

    Args:
        data: its data directory.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self.url = ""

    def __enter__(self) -> "EmbeddedServer":
        words = [sys.executable, "-c", _SERVE, "warehouse", "serve", "--data", str(self._data), "--port", "0"]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        found = re.search(r"http://[0-9.:]+\d", self._process.stdout.readline())
        assert found, "the embedded warehouse did not start"
        self.url = found[0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate(timeout=60)
