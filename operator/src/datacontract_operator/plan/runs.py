"""What runs there were and are: Jobs, their pods' reports and the stored status told as one history, newest first."""

import re
from collections.abc import Iterator, Mapping, Sequence

from datacontract_api.conditions import Reason
from datacontract_api.errors import error_classes
from datacontract_api.report import StageName, StageReport
from datacontract_api.status import DataContractStatus, RunStatus
from datacontract_operator.clock import format_time
from datacontract_operator.observe.views import JobEnd, JobView, PodView, Trigger, World

SUCCEEDED, FAILED, RUNNING = "Succeeded", "Failed", "Running"
HISTORY = 5
HISTORY_MESSAGE = 256
"""Characters of a message that the history keeps; the latest run has all of it."""

_FAILED_CONTAINER = re.compile(r"Container (\S+) for pod \S+ failed with exit code (\d+)")


def runs_of(world: World) -> tuple[RunStatus, ...]:
    """Every run that started, newest first: those that have a Job, then those that only the status remembers."""
    stored = _stored(world.contract.status)
    jobs = [job for job in world.jobs if _ran(job)]
    known = {job.uid for job in jobs}
    told = [_run(job, world.pods.get(job.uid, ()), stored.get(job.uid)) for job in jobs]
    told += [run if run.outcome != RUNNING else _lost(run) for run in stored.values() if run.id not in known]
    return tuple(sorted(told, key=lambda run: (run.started_at or run.finished_at or "", run.id), reverse=True))


def teardown_of(world: World) -> RunStatus | None:
    """The newest teardown as a run, None when there is none."""
    jobs = [job for job in world.jobs if job.trigger is Trigger.TEARDOWN]
    return _run(jobs[-1], world.pods.get(jobs[-1].uid, ()), None) if jobs else None


def history_of(runs: Sequence[RunStatus]) -> list[RunStatus]:
    """The last runs that ended, without what only the latest needs."""
    ended = [run for run in runs if run.outcome != RUNNING]
    return [run.model_copy(update={"stages": [_brief(report) for report in run.stages]}) for run in ended[:HISTORY]]


def failure_of(run: RunStatus) -> StageReport | None:
    """The report of the stage that failed, None when none did."""
    return next((report for report in run.stages if not report.succeeded), None)


def attempt_note(job: JobView, pods: Sequence[PodView]) -> str:
    """Which attempt this is and why the last one failed; empty for the first."""
    if not job.failed_pods:
        return ""
    last = next((report for pod in reversed(pods) for report in _reports(pod) if not report.succeeded), None)
    why = f": {last.message}" if last else ""
    return f"attempt {job.failed_pods + 1} of {job.backoff_limit + 1}; the last one failed{why}"


def _ran(job: JobView) -> bool:
    return job.trigger is not Trigger.TEARDOWN and (job.started is not None or job.end is not None)


def _stored(status: DataContractStatus) -> dict[str, RunStatus]:
    """Runs of the status by id; the last run's own entry has more detail than the history's."""
    runs = {run.id: run for run in status.history}
    if status.last_run:
        runs[status.last_run.id] = status.last_run
    return runs


def _run(job: JobView, pods: Sequence[PodView], stored: RunStatus | None) -> RunStatus:
    reports = {report.stage: report for report in stored.stages} if stored else {}
    if pods:
        # A later pod starts from ingest: what an earlier one reported is past.
        fresh = {report.stage: report for report in _reports(pods[-1])}
        reports = fresh if len(pods) > 1 else reports | fresh
    outcome = _outcome(job)
    return RunStatus(
        id=job.uid,
        job=job.name,
        trigger=job.trigger.value,
        input_hash=job.input_hash,
        generation=job.generation,
        outcome=outcome,
        started_at=_started_at(job, stored),
        finished_at=format_time(job.ended_at) if job.ended_at else None,
        stages=list(_completed(job, outcome, reports)),
    )


def _outcome(job: JobView) -> str:
    return {None: RUNNING, JobEnd.COMPLETE: SUCCEEDED, JobEnd.FAILED: FAILED}[job.end]


def _started_at(job: JobView, stored: RunStatus | None) -> str | None:
    if stored and stored.started_at:
        return stored.started_at
    return format_time(job.started) if job.started else None


def _reports(pod: PodView) -> Iterator[StageReport]:
    """What the containers said; one that failed without a word is given words of ours."""
    for container in pod.containers:
        if container.report is not None:
            yield container.report
        elif container.exit_code:
            yield _unsaid(_stage(container.name), container.exit_code)


def _stage(container: str) -> StageName:
    """The stage that a container is; a teardown takes governance away, and reports as it."""
    return StageName(container) if container in set(StageName) else StageName.GOVERN


def _completed(job: JobView, outcome: str, reports: Mapping[StageName, StageReport]) -> Iterator[StageReport]:
    """The reports in order, with what can be told of stages whose report is lost."""
    if job.trigger is Trigger.TEARDOWN:
        yield from reports.values()
        return
    failed = outcome == FAILED and all(report.succeeded for report in reports.values())
    blamed = _blamed(job, reports) if failed else None
    for stage in StageName:
        if stage in reports:
            yield reports[stage]
        elif outcome == SUCCEEDED:
            yield StageReport(stage=stage, succeeded=True, reason=Reason.REPORT_LOST, message=_LOST)
        elif blamed and blamed.stage is stage:
            yield blamed


_LOST = "The pod is gone and its report with it: see the ledger (contractctl runs)."


def _blamed(job: JobView, reports: Mapping[StageName, StageReport]) -> StageReport | None:
    """The failed stage by the Job's condition, which outlives the pod; else the first stage that did not report."""
    found = _FAILED_CONTAINER.search(job.message)
    if found and found[1] in set(StageName):
        return _unsaid(StageName(found[1]), int(found[2]))
    stage = next((stage for stage in StageName if stage not in reports), None)
    reason = {"DeadlineExceeded": "took longer than its deadline"}.get(job.reason, job.message or job.reason)
    if stage is None:
        return None
    return StageReport(
        stage=stage, succeeded=False, reason=Reason.REPORT_LOST, message=f"The run ended without a report: {reason}"
    )


def _unsaid(stage: StageName, code: int) -> StageReport:
    """A report for a container that ended without one."""
    reasons = {error.exit_code: error.reason for error in error_classes()}
    signal = f" (signal {code - 128})" if code > 128 else ""
    message = f"{stage.value} ended with exit code {code}{signal} and its report is lost: see the ledger and the log."
    return StageReport(stage=stage, succeeded=False, reason=reasons.get(code, Reason.REPORT_LOST), message=message)


def _lost(run: RunStatus) -> RunStatus:
    """A run that was under way when we last looked, and whose Job is gone."""
    stage = next((stage for stage in StageName if stage not in {report.stage for report in run.stages}), None)
    missing = [StageReport(stage=stage, succeeded=False, reason=Reason.REPORT_LOST, message=_LOST)] if stage else []
    outcome = FAILED if missing or failure_of(run) else SUCCEEDED
    return run.model_copy(update={"outcome": outcome, "stages": [*run.stages, *missing]})


def _brief(report: StageReport) -> StageReport:
    return report.model_copy(update={"message": report.message[:HISTORY_MESSAGE], "failures": []})
