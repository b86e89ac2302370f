"""Adding a source means adding one file: it is in the contract, in what is generated, and it loads."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import datacontract_api
from datacontract_api.sources import http
from datacontract_runner import sql
from datacontract_runner.warehouse import Connection

DOCS = Path(__file__).parents[3] / "docs" / "adding-a-source.md"

SOURCE = '''
"""`counting`: the numbers from 0 on."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from datacontract_api.sources.base import SourceKind, TableFunction


class CountingSource(SourceKind):
    """The numbers from 0 on."""

    kind: ClassVar[str] = "counting"

    count: int = Field(ge=1, description="How many.")

    def relation(self, credentials: Mapping[str, str]) -> TableFunction:
        return TableFunction("numbers", (self.count,), takes_structure=False)

    def describe(self) -> str:
        return f"counting to {self.count}"
'''

USE = """
import sys
from pathlib import Path
from types import SimpleNamespace

from datacontract_api.generate.files import plan_files
from datacontract_runner.ingest import load_into
from datacontract_runner.warehouse import Connection, parse_url
from support.contracts import contract

assert all("counting" in text for path, text in plan_files().items() if "warehouse" not in str(path))
loaded = contract(source={"counting": {"count": 3}}, load={"table": "loaded", "mode": "replace"})
context = SimpleNamespace(
    contract=loaded, folder=Path(), connection=Connection(parse_url(sys.argv[1])), secrets=None, shares_disk=False,
    progress=SimpleNamespace(note=print),
)
print(load_into(context, sys.argv[2]))
"""


def test_the_page_shows_the_file_as_it_is() -> None:
    assert f"```python\n{Path(http.__file__).read_text()}```" in DOCS.read_text()


@pytest.fixture
def with_one_file_more(tmp_path: Path) -> Path:
    """A folder with the package `datacontract_api`, and one source more in it."""
    package = Path(datacontract_api.__file__).parent
    shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / package.name / "sources" / "counting.py").write_text(SOURCE)
    return tmp_path


def test_one_file_is_all_that_a_source_needs(
    connection: Connection, warehouse_url: str, database: str, with_one_file_more: Path
) -> None:
    path = os.pathsep.join([str(with_one_file_more), str(Path(__file__).parents[2])])
    done = subprocess.run(
        [sys.executable, "-c", USE, warehouse_url, database],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "source='counting to 3'" in done.stdout
    assert connection.rows(f"SELECT * FROM {sql.qualified(database, 'loaded')}") == [(0,), (1,), (2,)]
