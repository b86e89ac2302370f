"""What the transaction itself costs: per step, on 50 tables with views, and the flights publish beside its rollback.

    .venv/bin/python benchmarks/transaction.py [--tables 50] [--runs 3] [--flights] [--url http://...]

Bare is what nobody can do without: CREATE TABLE AS, ATTACH PARTITION ALL and EXCHANGE TABLES for the same tables, and
a CREATE OR REPLACE VIEW for the same views.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from datacontract_api.conditions import Reason
from datacontract_api.contract import DataContract
from datacontract_api.warehouse import WarehouseSpec
from datacontract_runner.ledger import Ledger
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction import complete, lock, open_stage, publish, publish_stage, rollback, settle, swap
from datacontract_runner.transaction import open as opening
from datacontract_runner.warehouse import Connection, parse_url

ROOT = Path(__file__).resolve().parents[1]
VIEWS = 10

STEPS: list[tuple[ModuleType, str, str]] = [
    (lock, "acquire", "open: lock"),
    (opening, "claim", "open: claim names"),
    (opening, "settle", "open: mutations and patches"),
    (opening, "observe_states", "open: record, twice"),
    (opening, "clone_tables", "open: clone and count"),
    (opening, "save_states", "open: record to ledger"),
    (opening, "recreate", "open: recreate views"),
    (publish, "claim", "publish: claim names"),
    (settle, "settle", "publish: mutations and patches"),
    (publish, "observe_states", "publish: record"),
    (publish, "save_states", "publish: record to ledger"),
    (publish, "write_plan", "publish: plan to ledger"),
    (complete, "_check_before", "publish: check before"),
    (swap, "drop_stage_definitions", "publish: drop views of the stage"),
    (swap, "swap_tables", "publish: exchange"),
    (swap, "create_definitions", "publish: views"),
    (complete, "find_late_writes", "publish: check after"),
    (complete, "_finish", "publish: templates and state to ledger"),
    (publish, "drop_previous", "publish: drop the tables before the last"),
    (publish, "count_promised", "publish: count rows"),
]


class Quiet:
    """Progress and Secrets of a run that needs neither."""

    def note(self, text: str) -> None:
        """Says nothing."""

    def read(self, _name: str) -> dict[str, str]:
        """Has no Secrets."""
        return {}


@contextmanager
def timed_steps() -> Iterator[dict[str, float]]:
    """Seconds by step, while the block runs."""
    spent: dict[str, float] = defaultdict(float)
    originals = [(module, name, getattr(module, name)) for module, name, _ in STEPS]
    for (module, name, label), (_, _, original) in zip(STEPS, originals, strict=True):
        setattr(module, name, _timed(original, label, spent))
    try:
        yield spent
    finally:
        for module, name, original in originals:
            setattr(module, name, original)


def _timed(original: Callable[..., Any], label: str, spent: dict[str, float]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        begun = time.perf_counter()
        try:
            return original(*args, **kwargs)
        finally:
            spent[label] += time.perf_counter() - begun

    return call


def contract_of(database: str, tables: int) -> DataContract:
    """A contract with so many tables, all of them promised."""
    promised = [
        {"name": f"t{number}", "properties": [{"name": "k", "physicalType": "UInt64"}]} for number in range(tables)
    ]
    return DataContract.model_validate(
        {
            "apiVersion": "datacontract.dev/v1alpha1",
            "kind": "DataContract",
            "metadata": {"name": database.replace("_", "-")},
            "spec": {
                "version": "1.0.0",
                "destination": {"database": database},
                "source": {"file": {"path": "none.csv", "format": "CSVWithNames"}},
                "load": {"table": "t0", "mode": "append"},
                "schema": promised,
            },
        }
    )


def context_of(connection: Connection, contract: DataContract) -> RunContext:
    """The context of a new run."""
    folder = Path(tempfile.gettempdir())
    spec = WarehouseSpec(url="http://localhost:8123")
    return RunContext(
        contract, folder, spec, connection, Ledger(connection), uuid.uuid4().hex, Quiet(), folder, Quiet()
    )


def one_run(context: RunContext, fill: Callable[[str], None]) -> tuple[float, float]:
    """One run; returns seconds of opening and of publishing."""
    context.ledger.start_run(context.contract, context.run_id)
    start = time.perf_counter()
    stage = open_stage(context)
    opened = time.perf_counter()
    fill(stage)
    filled = time.perf_counter()
    publish_stage(context, lambda *_: 0)
    published = time.perf_counter()
    context.ledger.finish_run(context.contract, context.run_id, True, Reason.SUCCEEDED, "", 0)
    return opened - start, published - filled


def bare(connection: Connection, database: str, tables: int) -> float:
    """Seconds for the bare statements."""
    stage, start = f"{database}_bare", time.perf_counter()
    connection.execute(f"CREATE DATABASE {stage}")
    for number in range(tables):
        connection.execute(f"CREATE TABLE {stage}.t{number} AS {database}.t{number}")
        connection.execute(f"ALTER TABLE {stage}.t{number} ATTACH PARTITION ALL FROM {database}.t{number}")
    for number in range(tables):
        connection.execute(f"EXCHANGE TABLES {stage}.t{number} AND {database}.t{number}")
    for number in range(VIEWS):
        connection.execute(f"CREATE OR REPLACE VIEW {database}.v{number} AS SELECT k FROM {database}.t{number}")
    taken = time.perf_counter() - start
    connection.execute(f"DROP DATABASE {stage} SYNC")
    return taken


def compare(url: str, tables: int, runs: int) -> None:
    """Runs the contract several times and prints medians per step, and the ratio to the bare statements."""
    connection, database = Connection(parse_url(url)), f"bench_{uuid.uuid4().hex[:8]}"
    Ledger(connection).ensure()
    contract = contract_of(database, tables)

    def first(stage: str) -> None:
        for number in range(tables):
            connection.execute(f"CREATE TABLE {stage}.t{number} (k UInt64) ENGINE = MergeTree ORDER BY k")
            connection.execute(f"INSERT INTO {stage}.t{number} SELECT number FROM numbers(1000)")

    def views(stage: str) -> None:
        for number in range(min(VIEWS, tables)):
            body = f"SELECT k FROM {stage}.t{number} WHERE k != {time.time_ns()}"
            connection.execute(f"CREATE OR REPLACE VIEW {stage}.v{number} AS {body}")

    one_run(context_of(connection, contract), first)
    one_run(context_of(connection, contract), views)
    steps: dict[str, list[float]] = defaultdict(list)
    totals, taken_bare, back = [], [], []
    for _ in range(runs):
        with timed_steps() as spent:
            opened, published = one_run(context_of(connection, contract), views)
        for label, seconds in (spent | {"open: all": opened, "publish: all": published}).items():
            steps[label].append(seconds)
        totals.append(opened + published)
        back.append(rollback(Ledger(connection), contract.qualified_name, Quiet()).millis / 1000)
        rollback(Ledger(connection), contract.qualified_name, Quiet())
        taken_bare.append(bare(connection, database, tables))
        _forget_bare_exchange(connection, contract)
    for label, values in sorted(steps.items()):
        print(f"{label:45} {1000 * statistics.median(values):9.1f} ms")
    total, least = statistics.median(totals), statistics.median(taken_bare)
    print(f"{'transaction, ' + str(tables) + ' tables':45} {1000 * total:9.1f} ms")
    print(f"{'bare statements':45} {1000 * least:9.1f} ms   ratio {total / least:.2f}")
    print(f"{'rollback':45} {1000 * statistics.median(back):9.1f} ms")


def _forget_bare_exchange(connection: Connection, contract: DataContract) -> None:
    """The bare statements replaced live tables behind the ledger's back: the next run starts from them."""
    one_run(context_of(connection, contract), lambda _: None)


def flights(folder: Path) -> None:
    """Publishes the flights twice and rolls them back, each with `contractctl` as a user would."""
    subprocess.run([sys.executable, ROOT / "examples/flights/fetch.py"], check=True, stdout=subprocess.DEVNULL)
    contractctl = Path(sys.executable).with_name("contractctl")
    data = ["--data", folder / "warehouse", "--output", "json"]
    document: dict[str, Any] = {}
    for _ in range(2):
        call = [contractctl, "run", ROOT / "examples/flights/contract.yaml", "--workdir", folder / "work", *data]
        document = _json(call)
    reports = document["runs"][-1]["stages"]
    published = next(report["millis"] for report in reports if report["stage"] == "publish")
    begun = time.perf_counter()
    taken = _json([contractctl, "rollback", "flights", *data])
    print(f"flights: publish {published} ms, rollback {taken['millis']} ms", end=" ")
    print(f"(the whole call of contractctl {time.perf_counter() - begun:.2f} s, start of the engine included)")


def _json(call: list[Any]) -> Any:
    return json.loads(subprocess.run([str(word) for word in call], check=True, capture_output=True).stdout)


@contextmanager
def warehouse(url: str) -> Iterator[str]:
    """The given warehouse, or an embedded one in this process."""
    if url:
        yield url
        return
    from datacontract_runner.embedded.server import EmbeddedWarehouse

    with tempfile.TemporaryDirectory() as folder, EmbeddedWarehouse(Path(folder)) as embedded:
        yield embedded.url


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=50)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--url", default="")
    parser.add_argument("--flights", action="store_true", help="only the flights publish and its rollback")
    options = parser.parse_args()
    if options.flights:
        with tempfile.TemporaryDirectory() as folder:
            flights(Path(folder))
        return
    with warehouse(options.url) as url:
        compare(url, options.tables, options.runs)


if __name__ == "__main__":
    main()
