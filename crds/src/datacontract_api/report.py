"""`StageReport`: what a stage tells its caller, small enough for a container's termination message."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from datacontract_api.base import CrdKeywords, Model
from datacontract_api.conditions import Reason

MAX_BYTES = 2000
"""The kubelet shares 12 KiB among the containers of a pod; five longer messages would be cut in the middle of JSON."""


class StageName(StrEnum):
    """The five stages, in order."""

    INGEST = "ingest"
    TRANSFORM = "transform"
    VALIDATE = "validate"
    PUBLISH = "publish"
    GOVERN = "govern"


class CheckFailure(Model):
    """One failed check, in words."""

    model_config = ConfigDict(extra="ignore")

    name: str = Field(description="Name of the check.")
    severity: str = Field(default="error", description="error or warning.")
    expected: str = Field(default="", description="What the contract promises.")
    found: str = Field(default="", description="What the data show.")


class StageReport(Model):
    """What one stage did. Full details are in the ledger."""

    model_config = ConfigDict(extra="ignore")

    stage: StageName = Field(description="Name of the stage.")
    run: str = Field(default="", description="Run id.")
    succeeded: bool = Field(description="Whether the stage did what it should.")
    reason: Reason = Field(default=Reason.SUCCEEDED, description="Reason for the stage's condition.")
    message: str = Field(default="", description="What happened and what to do.")
    millis: int = Field(default=0, description="Duration in milliseconds.")
    counts: dict[str, int] = Field(
        default_factory=dict, description="What was counted, such as rows, tables, checks, passed, warnings, changes."
    )
    failures: Annotated[list[CheckFailure], CrdKeywords({"x-kubernetes-list-type": "atomic"})] = Field(
        default_factory=list, description="Failed checks, errors first; as many as fit."
    )

    def termination_message(self) -> str:
        """The report as JSON of at most `MAX_BYTES` bytes; details give way, the outcome never does."""
        report = self
        while len(text := report.model_dump_json(by_alias=True).encode()) > MAX_BYTES:
            report = _shorter(report)
        return text.decode()


def _shorter(report: StageReport) -> StageReport:
    """Drops failures from the end but one, then halves the message, then drops the last failure and the counts."""
    if len(report.failures) > 1:
        return report.model_copy(update={"failures": report.failures[:-1]})
    if len(report.message) > 200:
        return report.model_copy(update={"message": report.message[: len(report.message) // 2] + "…"})
    if report.failures:
        return report.model_copy(update={"failures": []})
    return report.model_copy(update={"counts": {}, "message": report.message[:100]})
