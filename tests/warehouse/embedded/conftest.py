"""An embedded warehouse of their own for these tests, and a client that shows what goes over the wire."""

import http.client
import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from datacontract_runner.sql import identifier
from support.servers.embedded import EmbeddedServer


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode().removesuffix("\n")

    @property
    def rows(self) -> list[Any]:
        return [json.loads(line) for line in self.body.splitlines()]

    @property
    def code(self) -> int:
        """ClickHouse's error code; 0 for success."""
        return int(self.headers.get("x-clickhouse-exception-code", "0"))

    @property
    def summary(self) -> dict[str, int]:
        return {name: int(value) for name, value in json.loads(self.headers["x-clickhouse-summary"]).items()}


@dataclass(frozen=True)
class Client:
    """Asks one warehouse as one user."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    def as_user(self, name: str, password: str = "") -> "Client":
        return Client(self.url, {"X-ClickHouse-User": name, "X-ClickHouse-Key": password}, self.defaults)

    def within(self, **defaults: str) -> "Client":
        """The same client with parameters that every request carries."""
        return Client(self.url, self.headers, {**self.defaults, **defaults})

    def ask(self, sql: str | bytes, **parameters: str) -> Answer:
        """POSTs a statement as the body."""
        return self.send("POST", parameters, sql.encode() if isinstance(sql, str) else sql)

    def rows(self, sql: str, **parameters: str) -> list[Any]:
        """The rows of a statement that must succeed."""
        answer = self.ask(sql, default_format="JSONCompactEachRow", **parameters)
        assert answer.code == 0, answer.text
        return answer.rows

    def do(self, *statements: str, **parameters: str) -> None:
        """Runs statements that must succeed."""
        for sql in statements:
            answer = self.ask(sql, **parameters)
            assert answer.code == 0, f"{sql}: {answer.text}"

    def send(
        self,
        method: str = "GET",
        parameters: Mapping[str, str] | None = None,
        body: bytes | Iterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        path: str = "/",
    ) -> Answer:
        query = urlencode({**self.defaults, **(parameters or {})})
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        try:
            connection.request(
                method,
                f"{path}?{query}" if query else path,
                body,
                {**self.headers, **(headers or {})},
                encode_chunked=isinstance(body, Iterator),
            )
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()


@pytest.fixture(scope="session")
def embedded_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of the embedded warehouse."""
    return Path(tmp_path_factory.mktemp("embedded"))


@pytest.fixture(scope="session")
def embedded(embedded_data: Path) -> Iterator[EmbeddedServer]:
    """A running embedded warehouse. Tests name what they create after themselves."""
    with EmbeddedServer(embedded_data) as warehouse:
        yield warehouse


@pytest.fixture(scope="session")
def client(embedded: EmbeddedServer) -> Client:
    """The administrator."""
    return Client(embedded.url)


@pytest.fixture(scope="session")
def new_client() -> Callable[[str], Client]:
    """A client of another server."""
    return Client


@pytest.fixture
def db(client: Client, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own, dropped with the users, roles and policies whose names begin like it."""
    name = f"t{abs(hash(request.node.nodeid)) % 10**10}"
    client.do(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    yield name
    policies = client.rows(f"SELECT short_name, database, table FROM system.row_policies WHERE database = '{name}'")
    entities = client.rows(
        f"SELECT 'USER', name FROM system.users WHERE startsWith(name, '{name}') "
        f"UNION ALL SELECT 'ROLE', name FROM system.roles WHERE startsWith(name, '{name}')"
    )
    for short, database, table in policies:
        client.do(f"DROP ROW POLICY {identifier(short)} ON {database}.{identifier(table) if table else '*'}")
    for kind, entity in entities:
        client.do(f"DROP {kind} {identifier(entity)}")
    client.do(f"DROP DATABASE IF EXISTS {name}")


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits for something to become true, at most a minute: a busy machine kills slowly."""

    def wait(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.02)

    return wait


@pytest.fixture
def in_background() -> Iterator[Callable[[Callable[[], Any]], "Future[Any]"]]:
    """Runs something in a thread of its own."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        yield pool.submit
