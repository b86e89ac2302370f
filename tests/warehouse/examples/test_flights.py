"""examples/flights: five contracts on real data, from lint to a second run that changes nothing."""

import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datacontract_runner.warehouse import Connection


def test_the_flights_are_published_and_governed(
    example: Callable[..., Path], contractctl: Callable[..., Any], connection: Connection, database: str
) -> None:
    contract = example(
        "flights", **{"database: flights": f"database: {database}", "source('flights'": f"source('{database}'"}
    )
    shutil.rmtree(contract.parent / "data", ignore_errors=True)
    runpy.run_path(str(contract.parent / "fetch.py"), run_name="__main__")

    assert contractctl("lint", contract).code == 0
    planned = contractctl("plan", contract, "--output", "json").document["plans"]
    assert [step["action"] for step in planned[-1]["data"] if step["object"].endswith(".departures")] == [
        "build",
        "check",
        "create",
    ]

    first = contractctl("run", contract, "--output", "json")
    assert first.code == 0, first.out + first.err
    flights = first.document["runs"][-1]
    assert [stage["stage"] for stage in flights["stages"]] == ["ingest", "transform", "validate", "publish", "govern"]
    assert all(check["success"] for run in first.document["runs"] for check in run["checks"])
    totals = f"SELECT count(), countIf(cancelled), uniqExact(tail_number) FROM {database}.departures"
    assert connection.rows(totals) == [(336_776, 8_255, 4_043)]
    assert connection.value(f"SELECT sum(departures) FROM {database}.punctuality") == 336_776

    assert contractctl("plan", contract, "--output", "json").document["plans"][-1]["governance"] == []
    second = contractctl("run", contract, "--contract", "flights", "--output", "json")
    assert second.document["runs"][0]["stages"][-1]["counts"]["changes"] == 0
    assert contractctl("rollback", "flights").code == 0
    assert connection.rows(totals) == [(336_776, 8_255, 4_043)]
