"""examples/orders-postgres: a real PostgreSQL, a dbt project beside the contract, upsert."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from datacontract_runner.warehouse import Connection
from support.requirements import missing
from support.servers import PostgresServer
from support.servers.postgres import find_binaries


@pytest.fixture(scope="module")
def shop() -> Iterator[PostgresServer]:
    """A PostgreSQL server with the shop's database."""
    binaries = find_binaries()
    if binaries is None:
        missing("PostgreSQL is not installed (apt-get install postgresql)")
    with PostgresServer(binaries) as server:
        server.execute("CREATE DATABASE shop")
        source = Path(__file__).parents[3] / "examples" / "orders-postgres" / "source.sql"
        server.execute(source.read_text(), database="shop")
        yield server


def write_secret(folder: Path, server: PostgresServer) -> Path:
    """The folder for `--secrets`."""
    secret = folder / "secrets" / "shop-database"
    secret.mkdir(parents=True)
    for key, value in server.secret.items():
        (secret / key).write_text(value)
    return folder / "secrets"


def test_an_order_that_changed_at_the_source_is_replaced(
    shop: PostgresServer,
    example: Callable[..., Path],
    contractctl: Callable[..., Any],
    connection: Connection,
    database: str,
    tmp_path: Path,
) -> None:
    contract = example(
        "orders-postgres",
        **{
            "host: localhost": "host: 127.0.0.1",
            "port: 5432": f"port: {shop.port}",
            "database: shop}": f"database: {database}}}",
        },
    )
    secrets = write_secret(tmp_path, shop)
    assert contractctl("lint", contract).code == 0
    first = contractctl("run", contract, "--secrets", secrets)
    assert first.code == 0, first.out + first.err
    assert _orders(connection, database) == (10_000, "placed")

    shop.execute(
        "UPDATE shop.orders SET status = 'paid', updated_at = now() WHERE order_id = 4;"
        "INSERT INTO shop.orders VALUES (10001, 'New', 'new@example.org', 'placed', 5, 'EUR', now(), now())",
        database="shop",
    )
    second = contractctl("run", contract, "--secrets", secrets)
    assert second.code == 0, second.out + second.err
    assert _orders(connection, database) == (10_001, "paid")

    said = first.out + first.err + second.out + second.err
    assert shop.secret["password"] not in said
    masked = connection.rows(f"SELECT customer, email FROM {database}_masked.orders WHERE order_id = 1")
    assert "Customer 1" not in str(masked)
    assert "customer1@example.org" not in str(masked)


def _orders(connection: Connection, database: str) -> tuple[int, str]:
    rows = connection.rows(f"SELECT count(), anyIf(status, order_id = 4) FROM {database}.orders")
    return rows[0][0], rows[0][1]
