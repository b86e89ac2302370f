"""The engine that the warehouse tests run on: `CLICKHOUSE_URL`, or else the embedded one."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from datacontract_runner import sql
from datacontract_runner.ledger import Ledger
from datacontract_runner.warehouse import Connection, parse_url
from support.contractctl import Ended
from support.contractctl import contractctl as call_contractctl


@pytest.fixture(scope="session")
def warehouse_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The HTTP address of a ClickHouse: `CLICKHOUSE_URL` when set, else an embedded warehouse of this process."""
    if given := os.environ.get("CLICKHOUSE_URL"):
        yield given
        return
    from datacontract_runner.embedded.server import EmbeddedWarehouse

    with EmbeddedWarehouse(Path(tmp_path_factory.mktemp("warehouse"))) as warehouse:
        yield warehouse.url


@pytest.fixture(scope="session")
def connection(warehouse_url: str) -> Iterator[Connection]:
    """A connection as an account that may do everything."""
    connection = Connection(parse_url(warehouse_url))
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def ledger(connection: Connection) -> Ledger:
    """The ledger, created."""
    ledger = Ledger(connection)
    ledger.ensure()
    return ledger


@pytest.fixture
def database(connection: Connection) -> Iterator[str]:
    """The name of a fresh database, created, and dropped with its stages afterwards."""
    name = f"t_{uuid.uuid4().hex[:10]}"
    connection.execute(f"CREATE DATABASE {sql.identifier(name)}")
    yield name
    for (left,) in connection.rows(
        "SELECT name FROM system.databases WHERE startsWith(name, {name:String})", {"name": name}
    ):
        connection.execute(f"DROP DATABASE IF EXISTS {sql.identifier(left)} SYNC")


@pytest.fixture
def contractctl(warehouse_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Calls `contractctl` against the warehouse under test, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONTRACTCTL_WAREHOUSE", warehouse_url)
    return call_contractctl
