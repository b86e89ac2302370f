"""The contract's rules as checks of staged tables: neutral form, few statements, results in words."""

from datacontract_runner.quality.precheck import verify
from datacontract_runner.quality.recording import check_results
from datacontract_runner.quality.result import CheckResult
from datacontract_runner.quality.rules.contract import rule_errors
from datacontract_runner.quality.validation import validate

__all__ = ["CheckResult", "check_results", "rule_errors", "validate", "verify"]
