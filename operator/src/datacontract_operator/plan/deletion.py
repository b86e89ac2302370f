"""Deletion with `deletionPolicy: Delete`: running runs end, a teardown drops what the contract owns, then it may go."""

from dataclasses import dataclass
from datetime import datetime

from datacontract_api.conditions import ConditionType, Reason
from datacontract_api.contract import DataContract, DeletionPolicy
from datacontract_api.status import DataContractStatus, RunStatus
from datacontract_operator.manifests.job import Inputs, RunRequest, job
from datacontract_operator.manifests.snapshot import snapshot_of
from datacontract_operator.observe.views import JobView, Trigger, World
from datacontract_operator.plan import words
from datacontract_operator.plan.actions import (
    Action,
    CreateJob,
    DeleteCronJob,
    DeleteJob,
    ReleaseWithNamespace,
    SetFinalizer,
)
from datacontract_operator.plan.conditions import Verdict, timed
from datacontract_operator.plan.runs import FAILED, SUCCEEDED, failure_of, teardown_of
from datacontract_operator.settings import Settings

REMEDY = (
    "Mend it and set the annotation datacontract.dev/requested-at to a new value, "
    "or set spec.deletionPolicy to Retain to let the contract go without its tables."
)


@dataclass(frozen=True)
class Deletion:
    """What to do about a contract that is being deleted.

    Args:
        actions: in order.
        status: the wanted status, None when the contract is about to be gone.
        snapshot: name of the snapshot that the teardown must have to start.
    """

    actions: tuple[Action, ...]
    status: DataContractStatus | None
    snapshot: str = ""


def wants_finalizer(contract: DataContract) -> bool:
    """Only a contract whose tables go with it has something to do at its deletion."""
    return contract.spec.deletion_policy is DeletionPolicy.DELETE


def plan_deletion(world: World, now: datetime, settings: Settings) -> Deletion:
    """The plan for a contract with a deletion timestamp."""
    view = world.contract
    if not view.has_finalizer:
        return Deletion((), None)
    if view.contract is not None and not wants_finalizer(view.contract):
        return Deletion((_release(world),), None)
    quiet = (ReleaseWithNamespace(view.namespace, view.name, view.uid), *_quiet(world))
    if view.contract is None or world.warehouse is None or world.warehouse.warehouse is None:
        message = f"The tables cannot be dropped: {view.problem or 'the Warehouse is gone'}. {REMEDY}"
        return Deletion(quiet, _status(world, now, Reason.WAREHOUSE_MISSING, message, stalled=True))
    busy = next((job for job in world.jobs if job.active and job.trigger is not Trigger.TEARDOWN), None)
    if busy is not None:
        message = f"Run {busy.name} has to end before the tables are dropped."
        return Deletion(quiet, _status(world, now, Reason.RUNNING, message, stalled=False))
    return _teardown(world, view.contract, quiet, now, settings)


def _teardown(
    world: World, contract: DataContract, quiet: tuple[Action, ...], now: datetime, settings: Settings
) -> Deletion:
    assert world.warehouse is not None
    assert world.warehouse.warehouse is not None
    view, warehouse, done = world.contract, world.warehouse.warehouse, teardown_of(world)
    snapshot = snapshot_of(contract, view.uid, warehouse)
    if done and done.outcome == SUCCEEDED:
        return Deletion((*quiet, _release(world)), None)
    if done and done.outcome == FAILED and not _asked_again(world):
        return Deletion(quiet, _status(world, now, *_failed(done), stalled=True))
    running = any(job.trigger is Trigger.TEARDOWN and job.end is None for job in world.jobs)
    status = _status(world, now, Reason.RUNNING, "Tables, roles and grants are being dropped.", stalled=False)
    if running:
        return Deletion(quiet, status, snapshot.name)
    inputs = Inputs(contract, view.uid, view.generation, warehouse, snapshot)
    manifest = job(inputs, RunRequest(Trigger.TEARDOWN, view.requested_at or "deletion", now), settings)
    return Deletion((*quiet, CreateJob(manifest, snapshot=snapshot.manifest)), status, snapshot.name)


def _failed(run: RunStatus) -> tuple[Reason, str]:
    report = failure_of(run)
    reason = report.reason if report else Reason.REPORT_LOST
    message = words.failure(report) if report else "The teardown ended without a report."
    return reason, f"{message} {REMEDY}"


def _asked_again(world: World) -> bool:
    """Whether the annotation has a value that no teardown was made for."""
    tokens = {job.token for job in world.jobs if job.trigger is Trigger.TEARDOWN}
    return bool(world.contract.requested_at) and world.contract.requested_at not in tokens


def _quiet(world: World) -> tuple[Action, ...]:
    """No new run: the schedule goes, and Jobs that wait."""
    schedule = [DeleteCronJob(world.cronjob.namespace, world.cronjob.name)] if world.cronjob else []
    waiting = [job for job in world.jobs if job.waiting and job.trigger is not Trigger.TEARDOWN]
    return (*schedule, *(_deleted(job) for job in waiting))


def _deleted(job: JobView) -> DeleteJob:
    return DeleteJob(job.namespace, job.name, job.uid)


def _release(world: World) -> SetFinalizer:
    view = world.contract
    return SetFinalizer(view.namespace, view.name, view.uid, present=False)


def _status(world: World, now: datetime, reason: Reason, message: str, *, stalled: bool) -> DataContractStatus:
    """The stored status with the conditions of a deletion."""
    view = world.contract
    verdicts = [
        Verdict(ConditionType.READY, "False", reason, message),
        Verdict(ConditionType.RECONCILING, "False" if stalled else "True", reason, message),
        Verdict(ConditionType.STALLED, "True" if stalled else "False", reason, message),
    ]
    told = [timed(verdict, now, view.generation, view.status.conditions) for verdict in verdicts]
    kept = [one for one in view.status.conditions if one.type not in {verdict.type for verdict in verdicts}]
    return view.status.model_copy(
        update={"observed_generation": view.generation, "conditions": told + kept, "next_run_at": None}
    )
