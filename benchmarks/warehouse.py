"""What the embedded warehouse costs beside the bare engine in process.

    python benchmarks/warehouse.py [--rows 3000000]

Each line is measured in the same run, first on the bare engine, then over HTTP on a server in a process of its own.
Timings of a shared machine are noisy: trust the ratio.
"""

import argparse
import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.lock import running_at

FORMATS = ("Native", "Parquet", "ArrowStream", "CSV", "JSONEachRow")
WIDE = "number AS id, toString(number) AS name, number / 3 AS amount, toDateTime(number) AS at"
STRUCTURE = "id UInt64, name String, amount Float64, at DateTime"


class Subject(Protocol):
    """What is measured."""

    def query(self, sql: str, output: str = "TSV") -> bytes:
        """Runs a statement to its end."""

    def first_byte(self, sql: str) -> float:
        """Seconds until the first rows of a result."""

    def insert(self, table: str, data_format: str, data: bytes) -> None:
        """Inserts data."""


class Bare:
    """The engine in this process, without the server."""

    def __init__(self, data: Path) -> None:
        self._connection = Connection(str(data))

    def query(self, sql: str, output: str = "TSV") -> bytes:
        return self._connection.query(sql, output).data

    def first_byte(self, sql: str) -> float:
        began = time.perf_counter()
        blocks = self._connection.stream(sql, "Native", {})
        next(blocks)
        seconds = time.perf_counter() - began
        blocks.close()
        return seconds

    def insert(self, table: str, data_format: str, data: bytes) -> None:
        self._connection.insert(f"INSERT INTO {table}", data_format, _pieces(data))


class Served:
    """The server, over one connection that stays open."""

    def __init__(self, url: str) -> None:
        self._http = http.client.HTTPConnection(urlsplit(url).netloc)

    def query(self, sql: str, output: str = "TSV") -> bytes:
        return self._ask({"default_format": output}, sql.encode()).read()

    def first_byte(self, sql: str) -> float:
        began = time.perf_counter()
        response = self._ask({"default_format": "Native"}, sql.encode())
        response.read(1)
        seconds = time.perf_counter() - began
        self._http.close()
        return seconds

    def insert(self, table: str, data_format: str, data: bytes) -> None:
        self._ask({"query": f"INSERT INTO {table} FORMAT {data_format}"}, data).read()

    def _ask(self, parameters: dict[str, str], body: bytes) -> http.client.HTTPResponse:
        self._http.request("POST", "/?" + urlencode(parameters), body)
        response = self._http.getresponse()
        if response.status != 200:
            raise RuntimeError(response.read().decode())
        return response


@dataclass(frozen=True)
class Measured:
    """One line of the table: what, in which unit, and the value."""

    what: str
    unit: str
    value: float


def measure(subject: Subject, rows: int) -> Iterator[Measured]:
    """All measurements of one subject."""
    yield Measured("small SELECTs", "per second", _rate(lambda: subject.query("SELECT 1"), 400))
    first = min(subject.first_byte(f"SELECT {WIDE} FROM numbers(100000000)") for _ in range(3))
    yield Measured("first byte of a large result", "ms", first * 1000)
    for name in FORMATS:
        data, seconds = _timed(lambda name=name: subject.query(f"SELECT {WIDE} FROM numbers({rows})", name))
        yield Measured(f"result in {name}", "MB/s", len(data) / seconds / 1e6)
        subject.query("DROP TABLE IF EXISTS bench")
        subject.query(f"CREATE TABLE bench ({STRUCTURE}) ENGINE = MergeTree ORDER BY id")
        _, seconds = _timed(lambda name=name, data=data: subject.insert("bench", name, data))
        yield Measured(f"insert of {name}", "MB/s", len(data) / seconds / 1e6)


def _rate(call: Callable[[], object], times: int) -> float:
    call()
    began = time.perf_counter()
    for _ in range(times):
        call()
    return times / (time.perf_counter() - began)


def _timed(call: Callable[[], bytes | None]) -> tuple[bytes, float]:
    began = time.perf_counter()
    result = call()
    return result or b"", time.perf_counter() - began


def _pieces(data: bytes) -> Iterator[bytes]:
    size = 1 << 20
    return (data[at : at + size] for at in range(0, len(data), size))


def bare(data: Path, rows: int) -> list[Measured]:
    """Measures the bare engine."""
    began = time.perf_counter()
    subject = Bare(data)
    subject.query("SELECT 1")
    started = Measured("start", "s", time.perf_counter() - began)
    idle = Measured("idle memory", "MB", _resident("self"))
    return [started, idle, *measure(subject, rows)]


def served(data: Path, rows: int) -> list[Measured]:
    """Measures a server in a process of its own. Its start includes the interpreter's and all imports."""
    code = (
        "import pathlib, sys; from datacontract_runner.embedded.server import serve\n"
        "serve(pathlib.Path(sys.argv[1]), port=0)"
    )
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code, str(data)], stdout=subprocess.DEVNULL)
    while (url := running_at(data)) is None:
        time.sleep(0.005)
    started = Measured("start", "s", time.perf_counter() - began)
    try:
        subject = Served(url)
        subject.query("SELECT 1")
        idle = Measured("idle memory", "MB", _resident(str(process.pid)))
        return [started, idle, *measure(subject, rows)]
    finally:
        process.terminate()
        process.wait()


def _resident(process: str) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def _in_own_process(rows: int) -> list[Measured]:
    """The bare engine, away from this process: an engine is one per process, and memory is measured."""
    command = [sys.executable, __file__, "--bare", "--rows", str(rows)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [Measured(*line) for line in json.loads(printed)]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.bare:
            print(json.dumps([(m.what, m.unit, m.value) for m in bare(Path(folder), arguments.rows)]))
            return
        engine = _in_own_process(arguments.rows)
        warehouse = served(Path(folder), arguments.rows)
    print(f"{'':32}{'bare engine':>14}{'warehouse':>14}  unit")
    for one, other in zip(engine, warehouse, strict=True):
        print(f"{one.what:32}{one.value:14.2f}{other.value:14.2f}  {one.unit}")


if __name__ == "__main__":
    main()
