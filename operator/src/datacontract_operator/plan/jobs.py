"""Which Jobs there should be: one per occasion, made anew while they wait when the contract changes."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from datacontract_api.status import DataContractStatus
from datacontract_operator.manifests.job import Inputs, RunRequest, job, job_name
from datacontract_operator.observe.views import JobView, Trigger
from datacontract_operator.plan.actions import Action, CreateJob, CreateSnapshot, DeleteJob, DeleteSnapshot
from datacontract_operator.settings import Settings


def plan_jobs(
    inputs: Inputs,
    jobs: Sequence[JobView],
    status: DataContractStatus,
    requested_at: str,
    now: datetime,
    settings: Settings,
) -> list[Action]:
    """Actions that make the waiting Jobs fit the contract.

    A run that has started goes on with its snapshot. One that waits with an outdated snapshot is created anew, before
    the old one is deleted, so that a crash between the two loses no run; the names make a repetition harmless.

    Args:
        inputs: the contract as it is now.
        jobs: its Jobs, oldest first, without teardowns.
        status: as stored.
        requested_at: the annotation's value, empty when absent.
        now: the clock.
        settings: of the operator.
    """
    waiting = [job for job in jobs if job.waiting]
    outdated = [job for job in waiting if job.snapshot != inputs.snapshot.name]
    doubled = _doubled_schedules([job for job in waiting if job not in outdated])
    wanted = list(_wanted(inputs, jobs, outdated, status, requested_at, now))
    present = {job.name for job in jobs}
    create = [job(inputs, request, settings) for request in wanted if _name(inputs, request) not in present]
    actions: list[Action] = [CreateSnapshot(inputs.snapshot.manifest)] if create else []
    actions += [CreateJob(manifest) for manifest in create]
    actions += [DeleteJob(job.namespace, job.name, job.uid) for job in [*outdated, *doubled]]
    return actions


def handled_request(status: DataContractStatus, requested_at: str, *, may_run: bool) -> str:
    """The request that the status shall call handled: the present one where a run may start for it."""
    return requested_at if requested_at and may_run else status.last_handled_request


def superseded_snapshots(jobs: Sequence[JobView], kept: str, just_ended: frozenset[str]) -> list[Action]:
    """Deletes snapshots that nothing names any more, at the moment when a run that used them ends.

    Args:
        jobs: the contract's Jobs.
        kept: the snapshot of the contract as it is now.
        just_ended: ids of runs that have ended and that the stored status does not know as ended.
    """
    needed = {kept, *(job.snapshot for job in jobs if job.end is None)}
    ended = {job.snapshot: job for job in jobs if job.uid in just_ended}
    return [DeleteSnapshot(job.namespace, name) for name, job in ended.items() if name and name not in needed]


def _wanted(
    inputs: Inputs,
    jobs: Sequence[JobView],
    outdated: Sequence[JobView],
    status: DataContractStatus,
    requested_at: str,
    now: datetime,
) -> Iterator[RunRequest]:
    """Runs that have to be there and perhaps are not."""
    scheduled = False
    for old in outdated:
        if old.trigger is Trigger.SCHEDULE:
            if scheduled:
                continue
            scheduled = True
        yield RunRequest(old.trigger, old.token, old.queued_at)
    requested = {job.token for job in jobs if job.trigger is Trigger.REQUESTED}
    if requested_at and requested_at != status.last_handled_request and requested_at not in requested:
        yield RunRequest(Trigger.REQUESTED, requested_at, now)
    elif not outdated and _newest_input(jobs, status) != inputs.snapshot.input_hash:
        yield RunRequest(Trigger.SPEC, f"{inputs.generation}-{_newest_run(jobs, status)}", now)


def _newest_input(jobs: Sequence[JobView], status: DataContractStatus) -> str:
    """What the newest run ran, or will run."""
    if jobs:
        return jobs[-1].input_hash
    return status.last_run.input_hash if status.last_run else ""


def _newest_run(jobs: Sequence[JobView], status: DataContractStatus) -> str:
    """The run after which a changed contract runs: going back to an earlier state is one more occasion."""
    if jobs:
        return jobs[-1].uid
    return status.last_run.id if status.last_run else ""


def _doubled_schedules(waiting: Sequence[JobView]) -> list[JobView]:
    """Waiting scheduled runs but the first: several ticks that could not run are one run."""
    return [job for job in waiting if job.trigger is Trigger.SCHEDULE][1:]


def _name(inputs: Inputs, request: RunRequest) -> str:
    return job_name(inputs, request.trigger, request.token)
