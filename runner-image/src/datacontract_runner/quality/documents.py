"""Results as Great Expectations writes them: a validation result per check, a suite's result per table.

Shape: `ExpectationValidationResult` and `ExpectationSuiteValidationResult` of Great Expectations 1.24, which reads them
back and renders them. Nothing here imports it.
"""

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from datacontract_api.quality import Severity
from datacontract_runner.quality.check import Check, Measured

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "warning"}


def validation_result(check: Check, *, success: bool, measured: Measured, error: str = "") -> str:
    """One check's result as JSON.

    Args:
        check: what was promised.
        success: the verdict.
        measured: counts and observed value, already without personal data.
        error: why the check could not be evaluated.
    """
    document = {
        "success": success,
        "expectation_config": {
            "type": check.expectation,
            "kwargs": {"batch_id": f"{check.table}", **check.kwargs},
            "meta": {"name": check.name, "origin": check.origin.value, "path": check.path},
            "severity": _SEVERITIES[check.severity],
        },
        "result": _result(measured),
        "meta": {},
        "exception_info": {
            "raised_exception": bool(error),
            "exception_message": error or None,
            "exception_traceback": None,
        },
    }
    return json.dumps(document, default=_json, ensure_ascii=False)


def _result(measured: Measured) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if measured.element_count is not None:
        result |= _counts(measured)
    elif measured.unexpected_count is not None:
        result |= {"unexpected_count": measured.unexpected_count, "missing_count": measured.missing_count}
    if measured.observed is not None:
        result["observed_value"] = measured.observed
    if measured.details:
        result["details"] = dict(measured.details)
    return result


def _counts(measured: Measured) -> dict[str, Any]:
    """Counts and percentages as `_format_map_output` computes them."""
    total, missing, unexpected = measured.element_count or 0, measured.missing_count, measured.unexpected_count or 0
    considered = measured.considered
    counts = {
        "element_count": total,
        "unexpected_count": unexpected,
        "unexpected_percent": unexpected / considered * 100 if considered else None,
    }
    if missing is None:
        return counts
    return counts | {
        "missing_count": missing,
        "missing_percent": missing / total * 100 if total else None,
        "unexpected_percent_total": unexpected / total * 100 if total else None,
        "unexpected_percent_nonmissing": counts["unexpected_percent"],
    }


def suite_result(documents: Iterable[str], suite: str, run_id: str) -> str:
    """Results of one table's checks as one document, JSON.

    Args:
        documents: of `validation_result`.
        suite: name of the suite: contract and table.
        run_id: the run.
    """
    results: list[Mapping[str, Any]] = [json.loads(document) for document in documents]
    success = sum(result["success"] for result in results)
    statistics = {
        "evaluated_expectations": len(results),
        "successful_expectations": success,
        "unsuccessful_expectations": len(results) - success,
        "success_percent": success / len(results) * 100 if results else None,
    }
    document = {
        "success": success == len(results),
        "results": results,
        "suite_name": suite,
        "suite_parameters": {},
        "statistics": statistics,
        "meta": {"run_id": {"run_name": run_id, "run_time": None}},
        "id": None,
    }
    return json.dumps(document, ensure_ascii=False)


def _json(value: Any) -> Any:
    """What JSON has no word for: moments as text, exact numbers as numbers where they stay exact."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value) if math.isfinite(value) else None
    return str(value)
