"""A contract whose source and load are given by the test, loaded into a plain database as if that were a stage."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from datacontract_api.contract import DataContract
from datacontract_api.warehouse import WarehouseSpec
from datacontract_runner import sql
from datacontract_runner.ingest import Loaded, load_into
from datacontract_runner.ledger import Ledger
from datacontract_runner.stages.context import RunContext
from datacontract_runner.warehouse import Connection
from support.contracts import contract
from support.requirements import missing
from support.servers import FileServer, PostgresServer, S3Server
from support.servers.postgres import find_binaries

TABLE = "loaded"
PROMISED = [{"name": "other", "properties": [{"name": "secret_name", "physicalType": "String", "tags": ["pii"]}]}]
EMBEDDED = "CLICKHOUSE_URL" not in os.environ


@dataclass
class Notes:
    """Progress that remembers what it was told."""

    texts: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.texts.append(text)


@dataclass
class OneSecret:
    """The same Secret whatever it is called."""

    values: Mapping[str, str] = field(default_factory=dict)

    def read(self, name: str) -> Mapping[str, str]:
        return self.values if name else {}


@dataclass
class Loads:
    """Loads into one database.

    Args:
        connection: the warehouse.
        ledger: the ledger.
        database: what stands for the stage.
        folder: the contract's folder.
        shares_disk: whether the warehouse reads the folder by itself.
    """

    connection: Connection
    ledger: Ledger
    database: str
    folder: Path
    shares_disk: bool
    notes: Notes = field(default_factory=Notes)

    def context(
        self, source: dict[str, Any], load: dict[str, Any], secret: Mapping[str, str], schema: list[dict[str, Any]]
    ) -> RunContext:
        """The run of a contract."""
        return RunContext(
            contract=self.contract(source, load, schema),
            folder=self.folder,
            warehouse=WarehouseSpec(url="http://localhost:8123"),
            connection=self.connection,
            ledger=self.ledger,
            run_id="run",
            secrets=OneSecret(secret),
            workdir=self.folder,
            progress=self.notes,
            shares_disk=self.shares_disk,
        )

    @staticmethod
    def contract(source: dict[str, Any], load: dict[str, Any], schema: list[dict[str, Any]]) -> DataContract:
        """The contract."""
        return contract(source=source, load={"table": TABLE, "mode": "replace", **load}, schema=schema)

    def load(
        self,
        source: dict[str, Any],
        secret: Mapping[str, str] | None = None,
        schema: list[dict[str, Any]] | None = None,
        **load: Any,
    ) -> Loaded:
        """Loads once."""
        return load_into(self.context(source, load, secret or {}, schema or PROMISED), self.database)

    def write(self, name: str, content: str | bytes) -> dict[str, Any]:
        """Writes a file into the contract's folder; returns `spec.source` for it, the format by the ending."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.file(name)

    @staticmethod
    def file(path: str, **more: Any) -> dict[str, Any]:
        """`spec.source` for files."""
        endings = {".csv": "CSVWithNames", ".ndjson": "JSONEachRow", ".parquet": "Parquet"}
        form = next((form for ending, form in endings.items() if ending in path), "CSVWithNames")
        return {"file": {"path": path, "format": form, **more}}

    def rows(self, order: str = "tuple(*)") -> list[tuple[Any, ...]]:
        """What the table holds."""
        return self.connection.rows(f"SELECT * FROM {sql.qualified(self.database, TABLE)} ORDER BY {order}")

    def types(self) -> dict[str, str]:
        """The table's columns and their types."""
        found = self.connection.rows(
            "SELECT name, type FROM system.columns WHERE database = {d:String} AND table = {t:String} "
            "ORDER BY position",
            {"d": self.database, "t": TABLE},
        )
        return dict(found)

    def drop(self) -> None:
        """Drops the table."""
        self.connection.execute(f"DROP TABLE IF EXISTS {sql.qualified(self.database, TABLE)} SYNC")

    def tables(self) -> list[str]:
        """All tables in the database."""
        return [
            name
            for (name,) in self.connection.rows(
                "SELECT name FROM system.tables WHERE database = {d:String} ORDER BY name", {"d": self.database}
            )
        ]


WAYS = [
    pytest.param(True, id="file()", marks=pytest.mark.skipif(not EMBEDDED, reason="the server has a disk of its own")),
    pytest.param(False, id="streamed"),
]
"""The two ways of a local file into the warehouse."""


@pytest.fixture
def loads(connection: Connection, ledger: Ledger, database: str, tmp_path: Path) -> Loads:
    """Loads in the way that is natural for the warehouse."""
    return Loads(connection, ledger, database, tmp_path, shares_disk=EMBEDDED)


@pytest.fixture(params=WAYS)
def either_way(request: pytest.FixtureRequest, loads: Loads) -> Loads:
    """Loads in each of the two ways."""
    loads.shares_disk = request.param
    return loads


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; without it the tests are skipped, or fail with DATACONTRACT_REQUIRE_ALL=1."""
    binaries = find_binaries()
    if binaries is None:
        missing("PostgreSQL is not installed: apt-get install postgresql")
    with PostgresServer(binaries) as server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """An S3 server."""
    with S3Server() as server:
        yield server


@pytest.fixture(scope="session")
def file_server() -> Iterator[FileServer]:
    """An HTTP server."""
    with FileServer() as server:
        yield server
