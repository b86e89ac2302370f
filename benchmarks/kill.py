"""kill -9 of a run at every step and at random points, then the same run again: what is left, and what readers saw.

    .venv/bin/python benchmarks/kill.py [--rows 5000000] [--points 200] [--seed N] [--skip-steps] [--url http://...]

A run replaces the rows of `raw`, aggregates them into `totals` and publishes both with the view `shown`. Every row
carries the salt of its run, so that a table tells which run it is of. The runs are forked from one process that has
everything imported; the warehouse is another process, and lives.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from datacontract_api.conditions import Reason
from datacontract_api.contract import DataContract
from datacontract_api.warehouse import WarehouseSpec
from datacontract_runner.ledger import Ledger
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction import gc, open_stage, publish_begun, publish_stage
from datacontract_runner.warehouse import Connection, parse_url

NAME = "kill"


@dataclass(frozen=True)
class Order:
    """One run to do.

    Args:
        url: the warehouse.
        database: the destination.
        run_id: the run.
        salt: written into every row.
        rows: how many.
        die_at: kill the process before its n-th writing statement; 0 for never.
    """

    url: str
    database: str
    run_id: str
    salt: int
    rows: int
    die_at: int = 0


class Quiet:
    """Progress and Secrets of a run that needs neither."""

    def note(self, text: str) -> None:
        """Says nothing."""

    def read(self, _name: str) -> dict[str, str]:
        """Has no Secrets."""
        return {}


def contract_of(database: str) -> DataContract:
    """The contract whose runs are killed."""
    promised = [
        {"name": name, "properties": [{"name": "salt", "physicalType": "UInt32"}]} for name in ("raw", "totals")
    ]
    return DataContract.model_validate(
        {
            "apiVersion": "datacontract.dev/v1alpha1",
            "kind": "DataContract",
            "metadata": {"name": f"{NAME}-{database.replace('_', '-')}"},
            "spec": {
                "version": "1.0.0",
                "destination": {"database": database},
                "source": {"file": {"path": "none.csv", "format": "CSVWithNames"}},
                "load": {"table": "raw", "mode": "replace"},
                "schema": promised,
            },
        }
    )


def context_of(order: Order, connection: Connection) -> RunContext:
    """The context of an ordered run."""
    folder = Path(tempfile.gettempdir())
    return RunContext(
        contract=contract_of(order.database),
        folder=folder,
        warehouse=WarehouseSpec(url="http://localhost:8123"),
        connection=connection,
        ledger=Ledger(connection),
        run_id=order.run_id,
        secrets=Quiet(),
        workdir=folder,
        progress=Quiet(),
    )


LOAD = (
    "CREATE TABLE IF NOT EXISTS {s}.raw (k UInt64, salt UInt32) ENGINE = MergeTree ORDER BY k",
    "TRUNCATE TABLE {s}.raw",
    "INSERT INTO {s}.raw SELECT number, {salt} FROM numbers({rows})",
    "CREATE TABLE IF NOT EXISTS {s}.totals (salt UInt32, n UInt64) ENGINE = MergeTree ORDER BY salt",
    "TRUNCATE TABLE {s}.totals",
    "INSERT INTO {s}.totals SELECT salt, count() FROM {s}.raw GROUP BY salt",
    "CREATE OR REPLACE VIEW {s}.shown AS SELECT salt, n, {salt} AS written FROM {s}.totals",
)


def run(order: Order) -> None:
    """Does an ordered run, as the five stages would."""
    connection = Connection(parse_url(order.url))
    if order.die_at:
        _die_at(connection, order.die_at)
    context = context_of(order, connection)
    context.ledger.start_run(context.contract, context.run_id)
    if not publish_begun(context):
        stage = open_stage(context)
        for statement in LOAD:
            connection.execute(statement.format(s=stage, salt=order.salt, rows=order.rows))
    publish_stage(context, lambda *_: 0)
    context.ledger.finish_run(context.contract, context.run_id, True, Reason.SUCCEEDED, "", order.rows)


def _die_at(connection: Connection, number: int) -> None:
    calls = iter(range(1, number + 1))

    def dying(original: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            if next(calls, 0) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*args, **kwargs)

        return call

    connection.execute = dying(connection.execute)  # type: ignore[method-assign]
    connection.insert = dying(connection.insert)  # type: ignore[method-assign]


def nurse() -> None:
    """Forks one process per order that comes in; prints its pid, and then how it ended."""
    for line in sys.stdin:
        order = Order(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            try:
                run(order)
            except BaseException as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
                os._exit(1)
            os._exit(0)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


class Nursery:
    """The process that forks runs, seen from outside."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--nurse"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, order: Order) -> int:
        """Starts a run and returns its pid."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(vars(order)) + "\n")
        self.process.stdin.flush()
        return self._number()

    def wait(self) -> int:
        """Exit code of the run; negative for a signal."""
        return self._number()

    def _number(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline())

    def close(self) -> None:
        """Ends it."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery for as long as the block runs."""
    made = Nursery()
    try:
        yield made
    finally:
        made.close()


@dataclass
class Reader:
    """Polls the live tables, and remembers what is neither the old run's nor the new one's, or goes back.

    Args:
        url: the warehouse.
        database: the destination.
        rows: rows that every run writes.
    """

    url: str
    database: str
    rows: int
    wrong: list[str] = field(default_factory=list)
    polls: int = 0
    _newest: dict[str, int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> threading.Thread:
        """Starts polling."""
        thread = threading.Thread(target=self._poll, daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Ends polling."""
        self._stop.set()

    def _poll(self) -> None:
        connection = Connection(parse_url(self.url))
        queries = {
            "raw": f"SELECT min(salt), max(salt), count() FROM {self.database}.raw",
            "totals": f"SELECT min(salt), max(salt), sum(n) FROM {self.database}.totals",
            "shown": f"SELECT min(written), max(written), sum(n) FROM {self.database}.shown",
        }
        while not self._stop.is_set():
            for name, query in queries.items():
                self._look(name, connection.rows(query)[0])
            self.polls += 1

    def _look(self, name: str, seen: tuple[Any, ...]) -> None:
        low, high, rows = (int(value) for value in seen)
        if low != high or rows != self.rows or low < self._newest.get(name, low):
            self.wrong.append(f"{name}: {seen} after {self._newest.get(name)}")
        self._newest[name] = low


@dataclass
class Scene:
    """One contract in one database, and the run that is undisturbed.

    Args:
        url: the warehouse.
        database: the destination.
        rows: rows of a run.
        children: where runs are forked.
    """

    url: str
    database: str
    rows: int
    children: Nursery
    salt: int = 0

    def __post_init__(self) -> None:
        self.connection = Connection(parse_url(self.url))
        Ledger(self.connection).ensure()

    def order(self, die_at: int = 0, again: bool = False) -> Order:
        """The next run, or the same one again."""
        self.salt += not again
        return Order(self.url, self.database, f"{self.database}-{self.salt}", self.salt, self.rows, die_at)

    def undisturbed(self) -> float:
        """Does a run; returns how many seconds it took."""
        begun = time.monotonic()
        self.children.start(self.order())
        assert self.children.wait() == 0
        return time.monotonic() - begun

    def ddl(self) -> list[tuple[Any, ...]]:
        """Names and DDL of everything live, with the salt left out."""
        rows = self.connection.rows(
            "SELECT name, create_table_query FROM system.tables WHERE database = {d:String} ORDER BY name",
            {"d": self.database},
        )
        return [(name, text.replace(f"{self.salt} AS written", "? AS written")) for name, text in rows]

    def contents(self) -> list[tuple[Any, ...]]:
        """What the live tables hold."""
        query = (
            f"SELECT (SELECT (count(), sum(cityHash64(k, salt))) FROM {self.database}.raw), "
            f"(SELECT groupArray((salt, n)) FROM {self.database}.totals), "
            f"(SELECT groupArray((salt, n, written)) FROM {self.database}.shown)"
        )
        return self.connection.rows(query)

    def expected(self) -> list[tuple[Any, ...]]:
        """What they hold after an undisturbed run."""
        query = (
            f"SELECT (SELECT (count(), sum(cityHash64(number, toUInt32({self.salt})))) FROM numbers({self.rows})), "
            f"[(toUInt32({self.salt}), toUInt64({self.rows}))], "
            f"[(toUInt32({self.salt}), toUInt64({self.rows}), {self.salt})]"
        )
        return [tuple(row) for row in self.connection.rows(query)]

    def left_over(self) -> list[str]:
        """Stage databases that are there after cleaning, beyond the one that holds the previous tables."""
        gc(Ledger(self.connection), timedelta(seconds=-1))
        rows = self.connection.rows(
            "SELECT name FROM system.databases WHERE startsWith(name, {p:String})", {"p": f"{self.database}__run_"}
        )
        return [str(name) for (name,) in rows][1:]

    def check(self, ddl: list[tuple[Any, ...]], where: str) -> None:
        """Makes sure that the live tables are those of an undisturbed run, and nothing else is left."""
        assert self.contents() == self.expected(), where
        assert self.ddl() == ddl, where
        assert self.left_over() == [], where


def kill_at_steps(scene: Scene) -> int:
    """Kills a run before each of its writing statements, repeats it, and compares; returns how many there were."""
    scene.undisturbed()
    ddl, number = scene.ddl(), 1
    while True:
        scene.children.start(scene.order(die_at=number))
        if scene.children.wait() == 0:
            return number - 1
        scene.children.start(scene.order(again=True))
        assert scene.children.wait() == 0, f"step {number}"
        scene.check(ddl, f"step {number}")
        _tell(f"step {number}")
        number += 1


def kill_at_random(scene: Scene, points: int, seed: int) -> list[float]:
    """Kills runs at random moments, repeats each, and compares; returns the moments as shares of a run's time."""
    dice, shares = random.Random(seed), []
    scene.undisturbed()
    seconds, ddl = scene.undisturbed(), scene.ddl()
    for _ in range(points):
        share = dice.random() * 1.1
        pid = scene.children.start(scene.order())
        time.sleep(share * seconds)
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            share = -1.0
        scene.children.wait()
        scene.children.start(scene.order(again=True))
        assert scene.children.wait() == 0, f"point {share:.3f} of seed {seed}"
        scene.check(ddl, f"point {share:.3f} of seed {seed}")
        _tell(f"point {len(shares) + 1} of {points}")
        shares.append(share)
    return shares


def _tell(where: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{where}   ", end="", file=sys.stderr, flush=True)
    else:
        print(f"{time.strftime('%H:%M:%S')} {where}", file=sys.stderr, flush=True)


def watched(scene: Scene, points: int, seed: int, every_step: bool) -> tuple[int, int, Reader]:
    """Kills at every step and at random points while a reader polls; returns steps, points that hit, the reader."""
    scene.undisturbed()
    reader = Reader(scene.url, scene.database, scene.rows)
    thread = reader.watch()
    try:
        steps = kill_at_steps(scene) if every_step else 0
        hit = sum(share >= 0 for share in kill_at_random(scene, points, seed))
    finally:
        reader.stop()
        thread.join()
    return steps, hit, reader


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--url", default="")
    parser.add_argument("--skip-steps", action="store_true", help="only the random points")
    parser.add_argument("--nurse", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.nurse:
        nurse()
        return
    print(f"seed {options.seed}, {options.rows:,} rows a run", flush=True)
    with nursery() as children, warehouse(options.url) as url:
        scene = Scene(url, f"kill_{os.getpid()}", options.rows, children)
        steps, hit, reader = watched(scene, options.points, options.seed, not options.skip_steps)
    print(f"killed before each of {steps} writing statements and at {hit} random points (of {options.points} tries)")
    print(f"every repeated run ended as an undisturbed one; the reader polled {reader.polls} times and saw wrong:")
    print("\n".join(reader.wrong) or "nothing")
    sys.exit(1 if reader.wrong else 0)


@contextmanager
def warehouse(url: str) -> Iterator[str]:
    """The given warehouse, or an embedded one in this process."""
    if url:
        yield url
        return
    from datacontract_runner.embedded.server import EmbeddedWarehouse

    with tempfile.TemporaryDirectory() as folder, EmbeddedWarehouse(Path(folder)) as embedded:
        yield embedded.url


if __name__ == "__main__":
    main()
