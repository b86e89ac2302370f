"""Our load of a file beside the bare `INSERT SELECT` of the same file, in one run on the same engine.

    python benchmarks/ingest.py --rows 10000000 --rounds 5

Each round loads the same file by both, in turns, into a table of the same types. The bare side has nothing of ours: no
strict settings, no conversion, no look at the file's columns, no count afterwards; it would also load what does not fit
its type. Both are taken through the same HTTP connection. Printed are the best of all rounds, and their ratio. The CPU
column counts the whole process, which is what a busy machine does not falsify.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from datacontract_api.contract import DataContract
from datacontract_api.warehouse import WarehouseSpec
from datacontract_runner import sql
from datacontract_runner.embedded.server import EmbeddedWarehouse
from datacontract_runner.ingest import load_into
from datacontract_runner.ledger import Ledger
from datacontract_runner.stages.context import RunContext
from datacontract_runner.warehouse import Connection, parse_url

COLUMNS = {
    "id": "Int64",
    "quantity": "Int32",
    "price": "Float64",
    "name": "String",
    "placed_at": "DateTime('UTC')",
    "discount": "Nullable(Float64)",
    "origin": "LowCardinality(String)",
    "day": "Date",
}
STRUCTURE = ", ".join(f"{name} {type_}" for name, type_ in COLUMNS.items())
ROWS = """
SELECT number::Int64 AS id,
       (number * 7919 % 100000)::Int32 AS quantity,
       (number % 1000) / 7 AS price,
       concat('name ', toString(number % 5000)) AS name,
       toDateTime('2020-01-01', 'UTC') + number % 100000000 AS placed_at,
       if(number % 10 = 0, NULL, (number % 333) / 3) AS discount,
       ['JFK', 'LGA', 'EWR', 'ORD'][number % 4 + 1] AS origin,
       toDate('2020-01-01') + number % 1000 AS day
FROM system.numbers
"""
FORMATS = {"Parquet": "parquet", "CSVWithNames": "csv", "JSONEachRow": "ndjson"}


class Quiet:
    """Progress for nobody."""

    def note(self, text: str) -> None:
        """Says nothing."""


class NoSecrets:
    """No Secrets."""

    def read(self, name: str) -> dict[str, str]:
        """Never asked."""
        raise AssertionError(name)


def context(connection: Connection, folder: Path, path: Path, form: str, shares_disk: bool) -> RunContext:
    """A run that loads the file."""
    document = {
        "metadata": {"name": "benchmark"},
        "spec": {
            "version": "1.0.0",
            "destination": {"database": "ours"},
            "source": {"file": {"path": str(path), "format": form}},
            "load": {
                "table": "rows",
                "mode": "replace",
                "columns": [{"name": name, "type": type_} for name, type_ in COLUMNS.items()],
            },
            "schema": [{"name": "other", "properties": [{"name": "id", "physicalType": "Int64"}]}],
        },
    }
    return RunContext(
        contract=DataContract.model_validate(document),
        folder=folder,
        warehouse=WarehouseSpec(url="http://localhost:8123"),
        connection=connection,
        ledger=Ledger(connection),
        run_id="benchmark",
        secrets=NoSecrets(),
        workdir=folder,
        progress=Quiet(),
        shares_disk=shares_disk,
    )


def bare(connection: Connection, path: Path, form: str) -> None:
    """What an engineer would type."""
    connection.execute("DROP TABLE IF EXISTS bare.rows SYNC")
    connection.execute(f"CREATE TABLE bare.rows ({STRUCTURE}) ENGINE = MergeTree ORDER BY tuple()")
    source = f"file({sql.literal(str(path))}, {sql.literal(form)}, {sql.literal(STRUCTURE)})"
    connection.execute(f"INSERT INTO bare.rows SELECT * FROM {source}")


def measured(action: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock and seconds of CPU."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    begun = time.perf_counter()
    action()
    clock = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(connection: Connection, folder: Path, form: str, rows: int, rounds: int) -> None:
    """Prints one line per way of loading one format."""
    path = folder / f"rows.{FORMATS[form]}"
    connection.execute(
        f"INSERT INTO FUNCTION file({sql.literal(str(path))}, {sql.literal(form)}) {ROWS} LIMIT {rows:d}"
        # Empty cells for NULL, as others write them.
        " SETTINGS format_csv_null_representation = ''"
    )
    ours = context(connection, folder, path, form, shares_disk=True)
    streamed = context(connection, folder, path, form, shares_disk=False)
    ways: dict[str, Callable[[], object]] = {
        "bare INSERT SELECT": lambda: bare(connection, path, form),
        "ours, file()": lambda: load_into(ours, "ours"),
        "ours, streamed": lambda: load_into(streamed, "ours"),
    }
    best: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            best[name].append(measured(way))
    same = "SELECT count(), sum(cityHash64(*)) FROM "
    assert connection.rows(same + "bare.rows") == connection.rows(same + "ours.rows"), "the two sides differ"
    path.unlink()
    base_clock, base_cpu = (min(values) for values in zip(*best["bare INSERT SELECT"], strict=True))
    for name, figures in best.items():
        clock, cpu = (min(values) for values in zip(*figures, strict=True))
        print(
            f"{form:13} {name:19} {clock:7.2f} s {rows / clock / 1e6:6.2f} M rows/s  {clock / base_clock:5.2f} x   "
            f"CPU {cpu:7.2f} s  {cpu / base_cpu:5.2f} x",
            flush=True,
        )


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--formats", nargs="+", choices=list(FORMATS), default=list(FORMATS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, EmbeddedWarehouse(Path(name) / "data") as warehouse:
        connection = Connection(parse_url(warehouse.url))
        for database in ("bare", "ours"):
            connection.execute(f"CREATE DATABASE {database}")
        print(f"{options.rows:,} rows x {len(COLUMNS)} columns, best of {options.rounds} rounds")
        for form in options.formats:
            compare(connection, Path(name), form, options.rows, options.rounds)
        connection.close()


if __name__ == "__main__":
    main()
