"""Quality rules that could never be evaluated: expectations, arguments and patterns that do not exist."""

import re
from collections.abc import Iterator

from datacontract_api.errors import ConfigurationError
from datacontract_runner.lint.columns import check_columns
from datacontract_runner.lint.queries import check_queries
from datacontract_runner.lint.subject import Finding, Subject
from datacontract_runner.quality import rule_errors


def check_expectations(subject: Subject) -> Iterator[Finding]:
    """Finds rules that the stage validate would refuse; what the checks of columns and queries tell is left to them."""
    told = {_rule(finding.field) for check in (check_columns, check_queries) for finding in check(subject)}
    for error in rule_errors(subject.contract):
        if _rule(error.field) not in told:
            kind = type(error) if isinstance(error, ConfigurationError) else ConfigurationError
            yield subject.finding(_path(error.field), error.message, error.remedy, error=kind)


def _rule(field: str) -> str:
    """The rule that a field belongs to; empty when it belongs to none."""
    match = re.match(r"spec\.schema.*?quality\[\d+\]", field)
    return match[0] if match else ""


def _path(field: str) -> tuple[str | int, ...]:
    """The path that a field is written as, such as ``spec.schema[0].quality[1]``."""
    parts = re.finditer(r"\[(\d+)\]|([^.\[\]]+)", field)
    return tuple(int(part[1]) if part[1] else part[2] for part in parts)
