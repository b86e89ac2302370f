"""Sentences of conditions and events: what happened, what was expected and found, what to do."""

from collections.abc import Mapping

from datacontract_api.report import CheckFailure, StageReport

MESSAGE_LENGTH = 2000
"""Characters of a condition's message: enough for several failed checks, short enough for `kubectl describe`."""


def failure(report: StageReport) -> str:
    """A failed stage with its failed checks, each with what was expected and found."""
    lines = [report.message or f"{report.stage.value} failed."]
    lines += [_check(check) for check in report.failures if check.name not in report.message]
    return clipped(" ".join(line.strip() for line in lines if line.strip()))


def success(report: StageReport) -> str:
    """A stage that succeeded: its own words, else its counts."""
    return clipped(report.message or _counts(report.counts) or "Done.")


def clipped(text: str) -> str:
    """A text of at most `MESSAGE_LENGTH` characters."""
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 1] + "…"


def _check(check: CheckFailure) -> str:
    expected = f"expected {check.expected}" if check.expected else ""
    found = f"found {check.found}" if check.found else ""
    return f"{check.name} ({check.severity}): " + (", ".join(filter(None, (expected, found))) or "failed") + "."


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{value:,} {name}" for name, value in counts.items())
