"""`contractctl` as a user runs it, in this process."""

import contextlib
import io
import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datacontract_runner.cli.main import main


@dataclass(frozen=True)
class Ended:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What `--output json` wrote."""
        return json.loads(self.out)


@contextlib.contextmanager
def _signals_kept() -> Iterator[None]:
    """The command handles signals its own way; the tests' process shall end as ever."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def contractctl(*words: str | Path) -> Ended:
    """Runs `contractctl` with these words."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _signals_kept():
        try:
            main([str(word) for word in words])
        except SystemExit as ended:
            code = ended.code
    return Ended(code if isinstance(code, int) else int(code is not None), out.getvalue(), err.getvalue())
