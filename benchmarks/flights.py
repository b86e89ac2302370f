"""The whole flights run beside its bare parts: what the transaction, the checks and the governance cost.

Ours is `contractctl run` on examples/flights: open the stage, load, `dbt build`, check, publish, govern, ledger.
Bare is the same load as one INSERT SELECT and the same models with `dbt build`, nothing else. Both are processes of
their own on the same kind of embedded warehouse, start included, taken in turn; the reference tables are in place.

    python benchmarks/flights.py [--runs 5]
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "flights"
CONTRACTCTL = Path(sys.executable).with_name("contractctl")


def split_contract(folder: Path) -> tuple[Path, Path]:
    """Writes the reference contracts and the flights contract into two files beside the data."""
    documents = list(yaml.safe_load_all((EXAMPLE / "contract.yaml").read_text()))
    for document in documents:
        source = document["spec"]["source"]["file"]
        source["path"] = str(EXAMPLE / source["path"])
    reference, flights = folder / "reference.yaml", folder / "flights.yaml"
    reference.write_text(yaml.safe_dump_all(documents[:-1]))
    flights.write_text(yaml.safe_dump(documents[-1]))
    return reference, flights


def ours(contract: Path, home: Path) -> None:
    """One run of the contract, as a user starts it."""
    words = [CONTRACTCTL, "run", contract, "--data", home / "warehouse", "--workdir", home / "work"]
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)


def bare(contract: Path, home: Path) -> None:
    """The same work without us: this file again, in a process of its own."""
    words = [sys.executable, __file__, "--bare", contract, home]
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)


def run_bare(contract_file: Path, home: Path) -> None:
    """Loads with one statement and builds with dbt, in the live database."""
    from datacontract_api.documents import read_contract
    from datacontract_runner.embedded.server import EmbeddedWarehouse
    from datacontract_runner.transform.build import Build, build
    from datacontract_runner.warehouse import Connection, Statement, parse_url

    contract = read_contract(contract_file)
    structure = ", ".join(f"{column.name} {column.type}" for column in contract.spec.load.columns)
    path = EXAMPLE / "data" / "flights.csv"
    with EmbeddedWarehouse(home / "warehouse") as warehouse:
        connection = Connection(parse_url(warehouse.url))
        connection.execute(
            f"CREATE OR REPLACE TABLE flights.raw_flights ({structure}) ENGINE = MergeTree ORDER BY time_hour"
        )
        load = "INSERT INTO flights.raw_flights SELECT * FROM file({path:String}, 'CSVWithNames', {structure:String})"
        settings = {"format_csv_null_representation": "NA"}
        connection.execute(Statement(load, {"path": str(path), "structure": structure}, settings))
        build(Build(contract, contract_file.parent, home / "work" / "bare", connection.target, "flights"))


def seconds(work: Callable[[], None]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(runs: int, folder: Path) -> None:
    """Takes both sides in turn and prints their medians and the ratio."""
    subprocess.run([sys.executable, str(EXAMPLE / "fetch.py")], check=True, stdout=subprocess.DEVNULL)
    reference, flights = split_contract(folder)
    homes = {"ours": folder / "ours", "bare": folder / "bare"}
    for home in homes.values():
        ours(reference, home)
    sides = {"ours": lambda: ours(flights, homes["ours"]), "bare": lambda: bare(flights, homes["bare"])}
    for work in sides.values():
        work()
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(runs):
        for name, work in sides.items():
            taken[name].append(seconds(work))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name, times in taken.items():
        print(f"{name:5} median {medians[name]:6.2f} s   min {min(times):6.2f}   max {max(times):6.2f}")
    print(f"ratio ours / bare: {medians['ours'] / medians['bare']:.2f}")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--bare", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        run_bare(*given.bare)
        return
    folder = Path(tempfile.mkdtemp(prefix="flights-"))
    try:
        compare(given.runs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
