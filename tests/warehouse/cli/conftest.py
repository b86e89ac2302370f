"""`contractctl` as a user runs it, in this process."""

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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


Contractctl = Callable[..., Ended]


@pytest.fixture
def contractctl(warehouse_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contractctl:
    """Calls `contractctl` against the warehouse under test, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONTRACTCTL_WAREHOUSE", warehouse_url)

    def call(*words: str | Path) -> Ended:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        code = ended.value.code
        return Ended(code if isinstance(code, int) else int(code is not None), out.getvalue(), err.getvalue())

    return call
