"""What the project does, shown on real data in six steps. Run it with `make demo`."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import clickhouse_connect
from rich.console import Console
from rich.table import Table

from datacontract_runner.embedded.server import EmbeddedWarehouse

HERE = Path(__file__).parent
HOME = Path(".datacontract/demo")
DELIVERY = HERE / "data" / "flights.csv"
CONTRACTCTL = Path(sys.executable).with_name("contractctl")
QUERY = "SELECT origin, carrier_name, tail_number, dep_delay FROM departures ORDER BY dep_delay DESC LIMIT 4"

console = Console(highlight=False, soft_wrap=True)


def say(title: str, text: str) -> None:
    """A heading and a sentence for who reads along."""
    console.print(f"\n[bold cyan]{title}[/]\n{text}\n")


def contractctl(url: str, *arguments: str, expect: int = 0) -> None:
    """Runs the command as a user would, and stops the demo when it ends with another code than expected."""
    console.print(f"[dim]$ contractctl {' '.join(arguments)}[/]")
    words = [CONTRACTCTL, *arguments, "--warehouse", url]
    ended = subprocess.run([str(word) for word in words], check=False, cwd=HOME)
    if ended.returncode != expect:
        sys.exit(f"expected exit code {expect}, got {ended.returncode}")


def read(url: str, sql: str, user: str = "default", database: str = "flights") -> list[tuple[object, ...]]:
    """Runs one query as one user."""
    password = "" if user == "default" else f"{user}-password"
    client = clickhouse_connect.get_client(dsn=url, username=user, password=password, database=database)
    result = client.query(sql)
    client.close()
    return [tuple(row) for row in result.result_rows]


def show(title: str, headers: list[str], rows: list[tuple[object, ...]]) -> None:
    """Prints rows as a table."""
    grid = Table(title=title, title_justify="left", box=None, header_style="dim", pad_edge=False)
    for header in headers:
        grid.add_column(header)
    for row in rows:
        grid.add_row(*map(str, row))
    console.print(grid)


def live(url: str) -> str:
    """The live table in a few words."""
    rows, months = read(url, "SELECT count(), uniq(toStartOfMonth(day)) FROM departures")[0]
    return f"flights.departures holds {rows:,} departures of {months} months"


def deliver(keep: str = "") -> None:
    """Puts a delivery in place: the whole year, or without the month whose lines begin with `keep`."""
    if not keep:
        subprocess.run([sys.executable, str(HERE / "fetch.py")], check=True, stdout=subprocess.DEVNULL)
        return
    lines = DELIVERY.read_text().splitlines(keepends=True)
    DELIVERY.write_text("".join(line for line in lines if not line.startswith(keep)))


def spoil() -> None:
    """A bad delivery: the sender has mixed up columns, so flights depart from `NA`, thousands of minutes late."""
    lines = DELIVERY.read_text().splitlines()
    spoilt = [line.replace(",JFK,", ",XXX,") for line in lines[1:]]
    DELIVERY.write_text("\n".join([lines[0], *spoilt]) + "\n")


def steps(url: str, contract: str) -> None:
    """The demo itself."""
    deliver()
    deliver(keep="2013,12,")
    say("1. Publish", "Eleven months of real flights, with four reference tables, from CSV files into ClickHouse.")
    contractctl(url, "run", contract)

    say(
        "2. Publish again",
        "The next delivery has all twelve months. Readers see the old table until the new is whole.",
    )
    deliver()
    contractctl(url, "run", contract, "--contract", "flights")
    console.print(live(url))

    say("3. Read", "The contract names two roles. The same query, first as analyst, then as fraud:")
    for statement in (
        "CREATE USER IF NOT EXISTS ada IDENTIFIED BY 'ada-password'",
        "CREATE USER IF NOT EXISTS finn IDENTIFIED BY 'finn-password'",
        "GRANT dc_analyst TO ada",
        "GRANT dc_fraud TO finn",
    ):
        clickhouse_connect.get_client(dsn=url).command(statement)
    console.print(f"[dim]{QUERY}[/]")
    headers = ["origin", "carrier", "tail number", "delay (min)"]
    show("analyst: every row, tail numbers masked", headers, read(url, QUERY, "ada", "flights_masked"))
    show("fraud: tail numbers clear, only JFK's rows", headers, read(url, QUERY, "finn", "flights"))

    say(
        "4. Refuse bad data",
        "The sender breaks the next delivery: flights from JFK depart from XXX. Checks fail:",
    )
    spoil()
    contractctl(url, "run", contract, "--contract", "flights", expect=10)
    console.print(f"Nothing was published. Still: {live(url)}")

    say("5. Roll back", "Twelve months were a mistake? The tables before the last publish are still there.")
    started = time.monotonic()
    contractctl(url, "rollback", "flights")
    console.print(f"{live(url)} again, after {time.monotonic() - started:.1f} s")

    say("6. Look back", "The ledger remembers every run; the catalog knows every column.")
    contractctl(url, "runs", "flights")
    contractctl(url, "catalog", "flights")


def main() -> None:
    """Runs the demo on a warehouse of its own and puts the data back."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    try:
        with EmbeddedWarehouse(HOME / "warehouse") as warehouse:
            steps(warehouse.url, str((HERE / "contract.yaml").resolve()))
    finally:
        deliver()
    console.print("\nThe warehouse of the demo is in .datacontract/demo/warehouse; look around with")
    console.print("  .venv/bin/contractctl warehouse serve --data .datacontract/demo/warehouse")


if __name__ == "__main__":
    main()
