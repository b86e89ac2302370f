"""Results as Great Expectations writes them: a validation result per check, a suite's result per table.

Shape: `ExpectationValidationResult` and `ExpectationSuiteValidationResult` of Great Expectations 1.24, which reads them
back and renders them. Nothing here imports it.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from datacontract_api.quality import Severity
from datacontract_runner.quality.check import Check, Measured
from datacontract_runner.quality.result import CheckResult
from datacontract_runner.quality.samples import Sample

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "warning"}


def validation_result(check: Check, result: CheckResult) -> str:
    """One check's result as JSON.

    Args:
        check: what was promised.
        result: verdict, counts, observed value and samples, already without personal data.
    """
    document = {
        "success": result.success,
        "expectation_config": {
            "type": check.expectation,
            "kwargs": {"batch_id": check.table, **check.kwargs},
            "meta": {"name": check.name, "origin": check.origin.value, "path": check.path},
            "severity": _SEVERITIES[check.severity],
        },
        "result": _result(result.measured) | _samples(result.samples),
        "meta": {},
        "exception_info": {
            "raised_exception": bool(result.error),
            "exception_message": result.error or None,
            "exception_traceback": "" if result.error else None,
        },
    }
    return json.dumps(plain(document), ensure_ascii=False, allow_nan=False)


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


def _samples(samples: Sequence[Sample]) -> dict[str, Any]:
    """Samples under Great Expectations' names: one value, or an object of several, and the key to find it by."""
    shown = [sample.values for sample in samples if sample.values]
    result: dict[str, Any] = {}
    if shown:
        single = all(len(values) == 1 for values in shown)
        result["partial_unexpected_list"] = [next(iter(values.values())) if single else values for values in shown]
    if samples and samples[0].key:
        result["unexpected_index_column_names"] = list(samples[0].key)
        result["partial_unexpected_index_list"] = [{**sample.key, **sample.values} for sample in samples]
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


def plain(value: Any) -> Any:
    """A value in JSON's words: moments as text, exact numbers as floats, what is not finite as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(each) for each in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else str(value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)
