"""What became of a check: verdict, counts, and the words for people."""

import re
from dataclasses import dataclass, field

from datacontract_api.quality import Severity
from datacontract_api.report import CheckFailure
from datacontract_runner.quality.check import Check, Measured, Origin
from datacontract_runner.quality.measures import Delegated
from datacontract_runner.quality.questions import Answers, Unanswered
from datacontract_runner.quality.samples import Sample

HIDDEN = "hidden: personal data"

_MESSAGE_LIMIT = 600

_SHOWN = 2
"""Samples in a stage's report; the ledger has more."""

_NOISE = re.compile(
    r"^.*?DB::Exception: |: In scope .*$|\s*\(version .*$|\n\) SETTINGS readonly.*$|\. Expected one of.*$", re.DOTALL
)

_ABOUT_THE_RULE = frozenset((42, 43, 44, 46, 47, 60, 62, 81, 164, 386, 427, 497))
"""Errors of ClickHouse whose text names functions, columns, types and the rule itself, never a value of the data."""


@dataclass(frozen=True)
class CheckResult:
    """One check's result, as the ledger keeps it.

    Args:
        name: of the check.
        table: the table.
        columns: columns that it reads, as far as they are known.
        severity: error or warning.
        origin: where the check comes from.
        expectation: the name, or nearest name, in Great Expectations.
        compiled: ours computed it; otherwise Great Expectations' own engine did.
        success: the data keep the promise.
        expected: the promise in words.
        found: the finding in words.
        measured: counts and observed value; the value is left out where it is personal data.
        error: why the check could not be evaluated; empty when it could.
        path: its place in the contract.
        samples: some of the rows that break the rule.
        document: the result as a Great Expectations validation result, as JSON.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    severity: Severity
    origin: Origin
    expectation: str
    compiled: bool
    success: bool
    expected: str
    found: str
    measured: Measured = field(default_factory=Measured)
    error: str = ""
    path: str = ""
    samples: tuple[Sample, ...] = ()
    document: str = ""

    @property
    def fails_the_run(self) -> bool:
        """Whether nothing may be published because of it."""
        return not self.success and self.severity is Severity.ERROR

    @property
    def failure(self) -> CheckFailure:
        """The result for a stage's report: with a few samples."""
        shown = "; ".join(str(sample) for sample in self.samples[:_SHOWN])
        found = f"{self.found}, such as {shown}" if shown else self.found
        return CheckFailure(name=self.name, severity=self.severity.value, expected=self.expected, found=found)


def judge(check: Check, answers: Answers | Unanswered) -> CheckResult:
    """The result of one check. Purely computational, no side effects.

    Args:
        check: what was promised.
        answers: to its questions, in their order, or why there are none.
    """
    if isinstance(answers, Unanswered):
        return _failed(check, _reason(check, answers))
    try:
        measured = check.measure.read(answers)
        success = check.comparison.holds(measured)
        found = check.comparison.found(measured)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        return _failed(check, _reason(check, Unanswered(0, f"{type(error).__name__}: {error}")))
    if check.personal and check.reveals:
        hidden = "as expected" if success else "not as expected"
        found, measured = f"{hidden} ({HIDDEN})", _without_values(measured)
    return _result(check, success=success, found=found, measured=measured)


def _failed(check: Check, reason: str) -> CheckResult:
    return _result(check, success=False, found=f"could not be evaluated: {reason}", measured=Measured(), error=reason)


def _reason(check: Check, unanswered: Unanswered) -> str:
    """Why, in words; a message that may quote a value of personal data gives way to the code."""
    if check.personal and unanswered.code not in _ABOUT_THE_RULE:
        return f"ClickHouse error {unanswered.code}" if unanswered.code else f"an error ({HIDDEN})"
    return " ".join(_NOISE.sub("", unanswered.message).split())[:_MESSAGE_LIMIT]


def _without_values(measured: Measured) -> Measured:
    return Measured(measured.element_count, measured.missing_count, measured.unexpected_count, verdict=measured.verdict)


def _result(check: Check, *, success: bool, found: str, measured: Measured, error: str = "") -> CheckResult:
    return CheckResult(
        name=check.name,
        table=check.table,
        columns=check.columns,
        severity=check.severity,
        origin=check.origin,
        expectation=check.expectation,
        compiled=not isinstance(check.measure, Delegated),
        success=success,
        expected=check.comparison.expected,
        found=found,
        measured=measured,
        error=error,
        path=check.path,
    )
