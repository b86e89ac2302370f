"""Events: what changed between the stored status and the wanted one, told once."""

from collections.abc import Iterator

from datacontract_api.conditions import ConditionType
from datacontract_api.status import DataContractStatus, RunStatus
from datacontract_operator.plan import words
from datacontract_operator.plan.actions import EmitEvent
from datacontract_operator.plan.runs import FAILED, RUNNING, failure_of


def events_of(before: DataContractStatus, after: DataContractStatus) -> Iterator[EmitEvent]:
    """Runs that started or ended since, and a contract that became stalled without a run."""
    yield from _run_events(before.last_run, after.last_run)
    if _stalled(after) and not _stalled(before) and not (after.last_run and after.last_run.outcome == FAILED):
        condition = next(one for one in after.conditions if one.type == ConditionType.STALLED)
        yield EmitEvent(condition.reason, condition.message, warning=True)


def _run_events(before: RunStatus | None, after: RunStatus | None) -> Iterator[EmitEvent]:
    if after is None or (before and before.id == after.id and before.outcome == after.outcome):
        return
    if after.outcome == RUNNING:
        yield EmitEvent("RunStarted", f"Run {after.job} started ({after.trigger}).", run=after.id)
    elif after.outcome == FAILED:
        report = failure_of(after)
        message = words.failure(report) if report else "The run failed."
        reason = report.reason.value if report else "Failed"
        yield EmitEvent(reason, f"Run {after.job}: {message}", warning=True, run=after.id)
    else:
        yield EmitEvent("RunSucceeded", f"Run {after.job} published and governed.", run=after.id)


def _stalled(status: DataContractStatus) -> bool:
    return any(one.type == ConditionType.STALLED and one.status == "True" for one in status.conditions)
