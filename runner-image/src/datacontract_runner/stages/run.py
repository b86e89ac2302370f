"""Runs stages in order and turns whatever comes out of them into reports."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from datacontract_api.errors import ContractError, InternalError, exit_code_of
from datacontract_api.report import StageName, StageReport
from datacontract_runner.quality import verify
from datacontract_runner.stages.context import RunContext, Stage
from datacontract_runner.stages.registry import STAGES
from datacontract_runner.transaction import abandon_stage, heartbeat, publish_begun
from datacontract_runner.transform.build import preload

log = logging.getLogger(__name__)


class Listener(Protocol):
    """Who is told how a run gets on."""

    def started(self, stage: StageName) -> None:
        """A stage begins."""

    def finished(self, report: StageReport) -> None:
        """A stage ended, well or not."""


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended.

    Args:
        run_id: identifies the run in the ledger.
        reports: one per stage that ran, in order; the last one failed unless all succeeded.
    """

    run_id: str
    reports: tuple[StageReport, ...]

    @property
    def succeeded(self) -> bool:
        """Whether every stage that ran did what it should."""
        return all(report.succeeded for report in self.reports)

    @property
    def validated(self) -> bool:
        """Whether the validate stage ran, so that the ledger has results of its checks."""
        return any(report.stage is StageName.VALIDATE for report in self.reports)

    @property
    def exit_code(self) -> int:
        """0, or the exit code of the error that stopped the run."""
        return 0 if self.succeeded else exit_code_of(self.reports[-1].reason)


def run_stages(context: RunContext, names: Iterable[StageName], listener: Listener) -> RunOutcome:
    """Runs the named stages until one fails; keeps the ledger, and leaves no stage database behind a failure.

    Args:
        context: the run.
        names: stages to run here, in order: all five in one process, or one per container.
        listener: told of every stage's start and end.
    """
    reports: list[StageReport] = []
    names = list(names)
    if StageName.TRANSFORM in names and context.contract.spec.transform:
        preload()
    for name in names:
        listener.started(name)
        with heartbeat(context.ledger, context.contract.qualified_name, context.run_id):
            report = _timed(context, name, STAGES[name])
        reports.append(report)
        _remember(context, reports)
        listener.finished(report)
        if not report.succeeded:
            break
    return RunOutcome(context.run_id, tuple(reports))


def _timed(context: RunContext, name: StageName, make: Callable[[], Stage]) -> StageReport:
    start = time.monotonic()
    report = _guarded(context, name, make)
    return report.model_copy(update={"millis": int((time.monotonic() - start) * 1000), "run": context.run_id})


def _guarded(context: RunContext, name: StageName, make: Callable[[], Stage]) -> StageReport:
    """The stage's report; an error becomes one too, and only what nobody foresaw is called internal."""
    try:
        if name is StageName.INGEST:
            context.ledger.ensure()
            context.ledger.start_run(context.contract, context.run_id)
            # A rule that could never be evaluated shall not cost a load and a build first.
            verify(context.contract)
        return make().run(context)
    except ContractError as error:
        return _failed(name, error)
    except Exception as error:  # the boundary: whatever it is, the user gets a sentence and the log the details
        log.debug("stage %s crashed", name, exc_info=True)
        return _failed(name, InternalError(f"{type(error).__name__}: {error}", remedy="Please report this."))


def _failed(name: StageName, error: ContractError) -> StageReport:
    return StageReport(stage=name, succeeded=False, reason=error.reason, message=str(error))


def _remember(context: RunContext, reports: Sequence[StageReport]) -> None:
    """Writes the newest report to the ledger; ends the run there when it failed or was the last stage.

    A warehouse that just went away cannot be told: the report reaches the caller all the same.
    """
    report = reports[-1]
    try:
        context.ledger.record_stage(context.contract.qualified_name, report)
        if not report.succeeded and not publish_begun(context):
            abandon_stage(context)
        if not report.succeeded or report.stage is StageName.GOVERN:
            _finish(context, report)
    except ContractError as error:
        log.debug("the ledger could not be written: %s", error)


def _finish(context: RunContext, last: StageReport) -> None:
    done = context.ledger.stage_reports(context.run_id)
    rows = sum(report.counts.get("rows", 0) for report in done if report.stage is StageName.PUBLISH)
    context.ledger.finish_run(context.contract, context.run_id, last.succeeded, last.reason, last.message, rows)
