"""Check results in the ledger: how they are written, and read back."""

import json
from collections.abc import Iterable
from typing import Any

from datacontract_api.quality import Severity
from datacontract_runner.ledger import Ledger
from datacontract_runner.quality.check import Measured, Origin
from datacontract_runner.quality.documents import plain
from datacontract_runner.quality.result import CheckResult
from datacontract_runner.quality.samples import Sample

TABLE = "check_results"

_COLUMNS = (
    "check, table, columns, severity, origin, expectation, compiled, success, expected, found, "
    "element_count, missing_count, unexpected_count, observed, error, path, samples, document"
)


def record(ledger: Ledger, contract: str, run_id: str, results: Iterable[CheckResult]) -> None:
    """Writes the results of a run's checks; a repeated stage replaces them."""
    ledger.insert(TABLE, [_row(contract, run_id, number, result) for number, result in enumerate(results)])


def _row(contract: str, run_id: str, number: int, result: CheckResult) -> dict[str, Any]:
    measured = result.measured
    return {
        "run_id": run_id,
        "contract": contract,
        "check": result.name,
        "number": number,
        "table": result.table,
        "columns": list(result.columns),
        "severity": result.severity.value,
        "origin": result.origin.value,
        "expectation": result.expectation,
        "compiled": result.compiled,
        "success": result.success,
        "expected": result.expected,
        "found": result.found,
        "element_count": measured.element_count,
        "missing_count": measured.missing_count,
        "unexpected_count": measured.unexpected_count,
        "observed": "" if measured.observed is None else str(measured.observed),
        "error": result.error,
        "path": result.path,
        "samples": [_sample_text(sample) for sample in result.samples],
        "document": result.document,
    }


def _sample_text(sample: Sample) -> str:
    return json.dumps(plain({"key": sample.key, "values": sample.values}), ensure_ascii=False, allow_nan=False)


def check_results(ledger: Ledger, run_id: str) -> list[CheckResult]:
    """The results of a run's checks, in the order in which the contract asks for them.

    Args:
        ledger: the run's memory.
        run_id: the run.
    """
    rows = ledger.select(TABLE, _COLUMNS, "run_id = {run:String} ORDER BY number", {"run": run_id})
    return [_result(row) for row in rows]


def _result(row: tuple[Any, ...]) -> CheckResult:
    name, table, columns, severity, origin, expectation, compiled, success, expected, found = row[:10]
    total, missing, unexpected, observed, error, path, samples, document = row[10:]
    return CheckResult(
        name=name,
        table=table,
        columns=tuple(columns),
        severity=Severity(severity),
        origin=Origin(origin),
        expectation=expectation,
        compiled=compiled,
        success=success,
        expected=expected,
        found=found,
        measured=Measured(total, missing, unexpected, observed or None),
        error=error,
        path=path,
        samples=tuple(Sample(**json.loads(sample)) for sample in samples),
        document=document,
    )


def documents(ledger: Ledger, run_id: str) -> dict[str, list[dict[str, Any]]]:
    """Great Expectations validation results of a run, by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for result in check_results(ledger, run_id):
        found.setdefault(result.table, []).append(json.loads(result.document))
    return found
