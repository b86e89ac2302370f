"""Ten checks on ten million rows: ours, stock Great Expectations, and the statements that a person would write.

Every side is a process of its own against the same warehouse, which is another one; they are taken in turn. Printed are
medians: seconds of checking alone, seconds of the whole process with its imports, and the process's peak memory.
Great Expectations runs in its fastest configuration: BOOLEAN_ONLY, no temporary table, one suite, on a dialect that it
recognises as ClickHouse. Then a hundred checks on fifty columns, for the price of one check more.

    python benchmarks/checks.py [--rows 10000000] [--runs 3]          (CLICKHOUSE_URL, else the embedded warehouse)
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DATABASE, TABLE, WIDE = "bench_checks", "orders", "wide"

COLUMNS = {
    "id": ("UInt64", "number"),
    "customer": ("UInt32", "cityHash64(number) % 1000000"),
    "parcel": ("UInt32", "intDiv(number, 4)"),
    "line": ("UInt32", "number % 4"),
    "status": ("LowCardinality(String)", "['new', 'paid', 'sent', 'done'][number % 4 + 1]"),
    "amount": ("Nullable(Float64)", "if(number % 50 = 0, NULL, cityHash64(number, 1) % 100000 / 100)"),
    "email": ("String", "concat('user', toString(number % 100000), '@example.org')"),
    "placed": ("DateTime", "toDateTime('2025-01-01 00:00:00', 'UTC') + number % 31536000"),
    "quantity": ("Int32", "number % 20"),
}
"""Columns of the big table: type, and what row `number` holds."""

EXPECTATIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("expect_table_row_count_to_be_between", {"min_value": 1}),
    ("expect_column_values_to_not_be_null", {"column": "amount", "mostly": 0.97}),
    ("expect_column_values_to_be_between", {"column": "amount", "min_value": 0, "max_value": 1000}),
    ("expect_column_values_to_be_in_set", {"column": "status", "value_set": ["new", "paid", "sent", "done"]}),
    ("expect_column_values_to_match_regex", {"column": "email", "regex": r"^[^@ ]+@[^@ ]+\.[a-z]+$"}),
    ("expect_column_mean_to_be_between", {"column": "amount", "min_value": 400, "max_value": 600}),
    ("expect_column_max_to_be_between", {"column": "quantity", "max_value": 19}),
    ("expect_column_value_lengths_to_be_between", {"column": "email", "min_value": 5, "max_value": 100}),
    ("expect_column_values_to_be_unique", {"column": "id"}),
    ("expect_compound_columns_to_be_unique", {"column_list": ["parcel", "line"]}),
)

BY_HAND = (
    f"""SELECT count(), countIf(isNull(amount)),
        countIf(isNotNull(amount) AND NOT (amount >= 0 AND amount <= 1000)),
        countIf(status NOT IN ('new', 'paid', 'sent', 'done')),
        countIf(NOT match(email, '^[^@ ]+@[^@ ]+\\\\.[a-z]+$')), avg(amount), max(quantity),
        countIf(NOT (lengthUTF8(email) >= 5 AND lengthUTF8(email) <= 100)) FROM {DATABASE}.{TABLE}""",
    f"SELECT sum(n) FROM (SELECT count() AS n FROM {DATABASE}.{TABLE} GROUP BY id HAVING n > 1)",
    f"SELECT sum(n) FROM (SELECT count() AS n FROM {DATABASE}.{TABLE} GROUP BY parcel, line HAVING n > 1)",
)


def contract(table: str, types: dict[str, str], rules: list[tuple[str, dict[str, Any]]]) -> Any:
    """A contract that asks for some expectations about one table."""
    from datacontract_api.contract import DataContract

    quality = [
        {"type": "custom", "engine": "greatExpectations", "implementation": {"type": name, "kwargs": kwargs}}
        for name, kwargs in rules
    ]
    properties = [{"name": name, "physicalType": kind} for name, kind in types.items()]
    spec = {
        "version": "1.0.0",
        "destination": {"database": DATABASE},
        "source": {"file": {"path": "none.csv", "format": "CSVWithNames"}},
        "load": {"table": table, "mode": "replace"},
        "schema": [{"name": table, "properties": properties, "quality": quality}],
    }
    return DataContract.model_validate({"metadata": {"name": "bench"}, "spec": spec})


def connect(url: str) -> Any:
    """A connection to the warehouse."""
    from datacontract_runner.warehouse import Connection, parse_url

    return Connection(parse_url(url))


def side_ours(url: str) -> tuple[float, list[bool]]:
    """The stage's own work: schema, checks, verdicts."""
    from datacontract_runner.quality import validate

    promised = contract(TABLE, {name: kind for name, (kind, _) in COLUMNS.items()}, list(EXPECTATIONS))
    connection = connect(url)
    start = time.perf_counter()
    results = validate(connection, DATABASE, promised)
    return time.perf_counter() - start, [result.success for result in results]


def side_stock(url: str) -> tuple[float, list[bool]]:
    """Great Expectations as it is."""
    from datacontract_runner.quality.gx.dialect import SCHEME, register

    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    register()
    import great_expectations as gx
    from great_expectations.expectations.registry import get_expectation_impl

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    address = url.replace("http://", f"{SCHEME}://") + f"/{DATABASE}"
    source = context.data_sources.add_sql("warehouse", connection_string=address, create_temp_table=False)
    batch = source.add_table_asset(TABLE, table_name=TABLE).add_batch_definition_whole_table("all").get_batch()
    built = [get_expectation_impl(n)(**kwargs, meta={"n": i}) for i, (n, kwargs) in enumerate(EXPECTATIONS)]
    start = time.perf_counter()
    results = batch.validate(gx.ExpectationSuite("bench", expectations=built), result_format="BOOLEAN_ONLY").results
    seconds = time.perf_counter() - start
    by_number = {result.expectation_config.meta["n"]: bool(result.success) for result in results}
    return seconds, [by_number[number] for number in range(len(EXPECTATIONS))]


def side_hand(url: str) -> tuple[float, list[bool]]:
    """What somebody who knows ClickHouse would type."""
    connection = connect(url)
    start = time.perf_counter()
    (rows, nulls, outside, unknown, unmatched, mean, most, lengths), twice, together = (
        connection.rows(statement)[0] for statement in BY_HAND
    )
    seconds = time.perf_counter() - start
    verdicts = [
        rows >= 1,
        nulls <= 0.03 * rows,
        not outside,
        not unknown,
        not unmatched,
        400 <= mean <= 600,
        most <= 19,
    ]
    return seconds, [*verdicts, not lengths, not twice[0], not together[0]]


def side_wide(url: str, checks: int) -> tuple[float, list[bool]]:
    """Some checks on fifty columns, two per column at most."""
    from datacontract_runner.quality import validate

    names = [f"c{number}" for number in range(50)]
    rules = [("expect_column_values_to_be_between", {"column": n, "min_value": 0, "max_value": 1e6}) for n in names]
    rules += [("expect_column_mean_to_be_between", {"column": n, "min_value": 0}) for n in names]
    promised = contract(WIDE, dict.fromkeys(names, "Nullable(Float64)"), rules[:checks])
    connection = connect(url)
    start = time.perf_counter()
    results = validate(connection, DATABASE, promised)
    return time.perf_counter() - start, [result.success for result in results]


SIDES: dict[str, Callable[[str], tuple[float, list[bool]]]] = {
    "by hand": side_hand,
    "ours": side_ours,
    "Great Expectations": side_stock,
    "1 check": lambda url: side_wide(url, 1),
    "50 checks": lambda url: side_wide(url, 50),
    "100 checks": lambda url: side_wide(url, 100),
}


def run_side(side: str, url: str) -> dict[str, Any]:
    """One side in a process of its own."""
    start = time.perf_counter()
    words = [sys.executable, __file__, "--side", side, "--url", url]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return {**json.loads(done.stdout.splitlines()[-1]), "whole": time.perf_counter() - start}


def fill(url: str, rows: int) -> None:
    """Creates both tables anew."""
    connection = connect(url)
    connection.execute(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
    wide = {f"c{number}": ("Nullable(Float64)", f"number % {number + 7}") for number in range(50)}
    for table, columns, size in ((TABLE, COLUMNS, rows), (WIDE, wide, rows // 10)):
        structure = ", ".join(f"{name} {kind}" for name, (kind, _) in columns.items())
        values = ", ".join(value for _, value in columns.values())
        connection.execute(
            f"CREATE OR REPLACE TABLE {DATABASE}.{table} ({structure}) ENGINE = MergeTree ORDER BY tuple()"
        )
        connection.execute(f"INSERT INTO {DATABASE}.{table} SELECT {values} FROM numbers({size})")


def compare(url: str, runs: int, rows: int) -> None:
    """Takes the sides in turn, checks that they agree, prints the table and the ratios."""
    measured: dict[str, list[dict[str, Any]]] = {side: [] for side in SIDES}
    for _ in range(runs):
        for side in SIDES:
            measured[side].append(run_side(side, url))
    verdicts = {side: runs_[0]["verdicts"] for side, runs_ in measured.items()}
    assert verdicts["ours"] == verdicts["Great Expectations"] == verdicts["by hand"], verdicts
    print(f"{len(EXPECTATIONS)} checks on {rows:,} rows, median of {runs}")
    print(f"{'':20}{'checking s':>12}{'process s':>12}{'memory MB':>12}")
    middle = {side: {key: statistics.median(r[key] for r in measured[side]) for key in _KEYS} for side in SIDES}
    for side in ("by hand", "ours", "Great Expectations"):
        print(f"{side:20}" + "".join(f"{middle[side][key]:12.2f}" for key in _KEYS))
    ours, hand, stock = (middle[side] for side in ("ours", "by hand", "Great Expectations"))
    print(
        f"ours / by hand: {ours['seconds'] / hand['seconds']:.2f} checking, {ours['whole'] / hand['whole']:.2f} whole"
    )
    print(
        f"stock / ours: {stock['seconds'] / ours['seconds']:.1f} checking, {stock['whole'] / ours['whole']:.1f} whole"
    )
    print(f"\nfifty columns, {rows // 10:,} rows")
    for side in ("1 check", "50 checks", "100 checks"):
        print(f"{side:20}{middle[side]['seconds']:12.3f} s")
    more = middle["100 checks"]["seconds"] - middle["50 checks"]["seconds"]
    print(f"one check more on a column that is read anyway: {1000 * more / 50:.1f} ms")


_KEYS = ("seconds", "whole", "megabytes")


@contextmanager
def warehouse() -> Iterator[str]:
    """`CLICKHOUSE_URL`, or an embedded warehouse in a process of its own."""
    if given := os.environ.get("CLICKHOUSE_URL"):
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, __file__, "--serve", folder]
        server = subprocess.Popen(words, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.communicate("stop\n", timeout=60)


def serve(folder: str) -> None:
    """The embedded warehouse until its standard input ends."""
    from datacontract_runner.embedded.server import EmbeddedWarehouse

    with EmbeddedWarehouse(Path(folder)) as embedded:
        print(embedded.url, flush=True)
        sys.stdin.readline()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve)
    elif given.side:
        seconds, verdicts = SIDES[given.side](given.url)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "verdicts": verdicts, "megabytes": megabytes}))
    else:
        with warehouse() as url:
            fill(url, given.rows)
            compare(url, given.runs, given.rows)


if __name__ == "__main__":
    main()
