"""One expectation, evaluated by our compiled SQL and by Great Expectations' own engine."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from datacontract_api.contract import DataContract
from datacontract_runner.quality.gx.engine import GreatExpectations
from datacontract_runner.quality.questions import Expectation, Unanswered
from datacontract_runner.quality.result import CheckResult
from datacontract_runner.quality.validation import validate
from datacontract_runner.warehouse import Connection

Case = tuple[str, dict[str, Any]]
"""An expectation and its arguments."""


def contract(database: str, table: str, types: Mapping[str, str], cases: Sequence[Case], **column: Any) -> DataContract:
    """A contract that promises one table and asks for some expectations.

    Args:
        database: the destination.
        table: the promised table.
        types: its columns.
        cases: the expectations.
        column: more of what every property says, such as ``tags=["pii"]``.
    """
    quality = [
        {"type": "custom", "engine": "greatExpectations", "implementation": {"type": name, "kwargs": kwargs}}
        for name, kwargs in cases
    ]
    properties = [{"name": name, "physicalType": kind, **column} for name, kind in types.items()]
    spec = {
        "version": "1.0.0",
        "destination": {"database": database},
        "source": {"file": {"path": "x.csv", "format": "CSVWithNames"}},
        "load": {"table": table, "mode": "replace"},
        "schema": [{"name": table, "properties": properties, "quality": quality}],
    }
    return DataContract.model_validate(
        {
            "apiVersion": "datacontract.dev/v1alpha1",
            "kind": "DataContract",
            "metadata": {"name": "bothways"},
            "spec": spec,
        }
    )


def ours(
    connection: Connection, database: str, table: str, types: Mapping[str, str], cases: Sequence[Case]
) -> list[CheckResult]:
    """What our compiled SQL says."""
    return validate(connection, database, contract(database, table, types, cases))


def theirs(
    connection: Connection, database: str, table: str, cases: Sequence[Case]
) -> list[Mapping[str, Any] | Unanswered]:
    """What Great Expectations' own engine says."""
    engine = GreatExpectations(connection.target, database)
    return engine.evaluate(table, [Expectation(name, kwargs) for name, kwargs in cases])


COUNTS = ("element_count", "missing_count", "unexpected_count", "unexpected_percent", "observed_value")


def differences(result: CheckResult, other: Mapping[str, Any]) -> list[str]:
    """Where verdict and counts differ, in words; empty when they agree."""
    document = json.loads(result.document)
    mine, yours = document["result"], other.get("result") or {}
    found = [] if document["success"] == other["success"] else [f"success {document['success']} {other['success']}"]
    for name in COUNTS:
        if name in yours and not same(mine.get(name), yours[name]):
            found.append(f"{name} {mine.get(name)!r} {yours[name]!r}")
    return found


def same(mine: Any, yours: Any) -> bool:
    """Whether two values are the same, apart from the last bits of floats; no count is a count of none."""
    if isinstance(mine, Mapping) and isinstance(yours, Mapping):
        return mine.keys() == yours.keys() and all(same(mine[key], yours[key]) for key in mine)
    if isinstance(mine, list) and isinstance(yours, list):
        return len(mine) == len(yours) and all(map(same, mine, yours))
    if mine is None or yours is None:
        return not mine and not yours
    if isinstance(mine, int | float) and isinstance(yours, int | float):
        return math.isclose(mine, yours, rel_tol=1e-9, abs_tol=1e-12)
    return str(mine).replace("T", " ") == str(yours).replace("T", " ")
