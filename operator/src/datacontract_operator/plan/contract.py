"""The plan for one contract: everything that it needs is an argument, the clock included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from datacontract_api.report import StageName
from datacontract_api.status import DataContractStatus, RunStatus
from datacontract_operator.clock import format_time
from datacontract_operator.manifests.job import Inputs, cronjob
from datacontract_operator.manifests.snapshot import snapshot_of
from datacontract_operator.names import MANIFEST_HASH
from datacontract_operator.observe.views import JobView, Trigger, World
from datacontract_operator.plan.actions import (
    Action,
    ApplyCronJob,
    CreateSnapshot,
    DeleteCronJob,
    EmitEvent,
    SetFinalizer,
    SuspendCronJob,
)
from datacontract_operator.plan.blocks import Block, block_of
from datacontract_operator.plan.conditions import Situation, conditions_of
from datacontract_operator.plan.cron import next_time
from datacontract_operator.plan.deletion import plan_deletion, wants_finalizer
from datacontract_operator.plan.events import events_of
from datacontract_operator.plan.freshness import newest_data, promised_freshness
from datacontract_operator.plan.jobs import handled_request, plan_jobs, superseded_snapshots
from datacontract_operator.plan.progress import progress_of
from datacontract_operator.plan.runs import RUNNING, history_of, runs_of
from datacontract_operator.settings import Settings


@dataclass(frozen=True)
class Plan:
    """What to do about a contract.

    Args:
        actions: in order; a failure leaves the rest to the next attempt.
        status: the wanted status, None when there is nothing to write to any more.
        events: to tell once the status is written.
        look_again: when time alone will change the plan, None when it will not.
        snapshot: name of the snapshot that waiting Jobs must have to start; empty when none may start.
    """

    actions: tuple[Action, ...]
    status: DataContractStatus | None
    events: tuple[EmitEvent, ...] = ()
    look_again: datetime | None = None
    snapshot: str = ""


def plan_contract(world: World, now: datetime, settings: Settings, queue_note: str = "") -> Plan:
    """The plan for one contract.

    Args:
        world: what there is.
        now: the clock.
        settings: of the operator.
        queue_note: why a waiting run waits, in words, as far as the Warehouse knows.
    """
    if world.contract.deleting:
        deletion = plan_deletion(world, now, settings)
        return Plan(deletion.actions, deletion.status, snapshot=deletion.snapshot)
    block = block_of(world)
    inputs = inputs_of(world)
    actions = _actions(world, block, inputs, now, settings)
    status, look_again = _status(world, block, inputs, now, queue_note)
    return Plan(
        actions=tuple(actions),
        status=status,
        events=tuple(events_of(world.contract.status, status)),
        look_again=look_again,
        snapshot=inputs.snapshot.name if inputs and block is None and world.awaited is None else "",
    )


def inputs_of(world: World) -> Inputs | None:
    """What a run of the contract would be made of; None while contract or Warehouse cannot be read."""
    view, warehouse = world.contract, world.warehouse
    if view.contract is None or warehouse is None or warehouse.warehouse is None:
        return None
    snapshot = snapshot_of(view.contract, view.uid, warehouse.warehouse)
    return Inputs(view.contract, view.uid, view.generation, warehouse.warehouse, snapshot, view.kueue_queue)


def _actions(
    world: World, block: Block | None, inputs: Inputs | None, now: datetime, settings: Settings
) -> list[Action]:
    actions = _finalizer(world)
    if inputs is None:
        return actions + _suspended_cronjob(world)
    jobs = [job for job in world.jobs if job.trigger is not Trigger.TEARDOWN]
    if block is None:
        actions += plan_jobs(inputs, jobs, world.contract.status, world.contract.requested_at, now, settings)
    actions += _schedule(world, block, inputs, settings)
    known = {run.id for run in world.contract.status.history}
    just_ended = frozenset(run.id for run in history_of(runs_of(world))) - known
    return actions + superseded_snapshots(jobs, inputs.snapshot.name, just_ended)


def _finalizer(world: World) -> list[Action]:
    view = world.contract
    if view.contract is None or wants_finalizer(view.contract) == view.has_finalizer:
        return []
    return [SetFinalizer(view.namespace, view.name, view.uid, present=not view.has_finalizer)]


def _suspended_cronjob(world: World) -> list[Action]:
    if world.cronjob is None or world.cronjob.suspended:
        return []
    return [SuspendCronJob(world.cronjob.namespace, world.cronjob.name)]


def _schedule(world: World, block: Block | None, inputs: Inputs, settings: Settings) -> list[Action]:
    """The CronJob that the schedule wants: made, changed, suspended or deleted; its snapshot comes before it."""
    schedule, present = inputs.contract.spec.schedule, world.cronjob
    if schedule is None:
        return [DeleteCronJob(present.namespace, present.name)] if present else []
    manifest = cronjob(inputs, schedule, settings, suspended=block is not None)
    if present and _is_applied(manifest, present.manifest_hash, present.suspended, suspended=block is not None):
        return []
    return [CreateSnapshot(inputs.snapshot.manifest), ApplyCronJob(manifest)]


def _is_applied(manifest: Mapping[str, Any], digest: str, is_suspended: bool, *, suspended: bool) -> bool:
    return bool(manifest["metadata"]["annotations"][MANIFEST_HASH] == digest and is_suspended == suspended)


def _status(
    world: World, block: Block | None, inputs: Inputs | None, now: datetime, queue_note: str
) -> tuple[DataContractStatus, datetime | None]:
    before, runs = world.contract.status, runs_of(world)
    situation = _situation(world, block, inputs, runs, queue_note)
    next_run = _next_run(world, block, now)
    stale_at = situation.newest + situation.promised if situation.newest and situation.promised else None
    status = DataContractStatus(
        observed_generation=world.contract.generation,
        conditions=conditions_of(situation, now, world.contract.generation, before.conditions),
        rows=situation.rows,
        quality=situation.quality,
        last_run=runs[0] if runs else None,
        history=history_of(runs),
        last_handled_request=handled_request(before, world.contract.requested_at, may_run=block is None),
        next_run_at=format_time(next_run) if next_run else None,
    )
    return status, min((at for at in (next_run, stale_at) if at and at > now), default=None)


def _situation(
    world: World, block: Block | None, inputs: Inputs | None, runs: Sequence[RunStatus], queue_note: str
) -> Situation:
    before, contract = world.contract.status, world.contract.contract
    last = next((run for run in runs if run.outcome != RUNNING), None)
    waiting = [job for job in world.jobs if job.waiting]
    rows = _count(runs, StageName.PUBLISH, "rows")
    return Situation(
        version=contract.spec.version if contract else "",
        running=next((run for run in runs if run.outcome == RUNNING), None),
        last=last,
        current=bool(last and inputs and last.input_hash == inputs.snapshot.input_hash),
        progress=progress_of(world, _next_in_line(waiting), queue_note),
        queued=bool(waiting) or (block is None and not runs),
        block=block,
        quality=_quality(runs) or before.quality,
        rows=before.rows if rows is None else rows,
        newest=newest_data(runs),
        promised=promised_freshness(contract) if contract else None,
    )


def _next_in_line(waiting: Sequence[JobView]) -> JobView | None:
    return min(waiting, key=lambda job: job.queued_at, default=None)


def _count(runs: Sequence[RunStatus], stage: StageName, name: str) -> int | None:
    """A count of the newest run whose stage succeeded and told it."""
    for run in runs:
        for report in run.stages:
            if report.stage is stage and report.succeeded and name in report.counts:
                return report.counts[name]
    return None


def _quality(runs: Sequence[RunStatus]) -> str:
    """Checks passed of all in the newest run that validated, whether it passed or not."""
    for run in runs:
        for report in run.stages:
            if report.stage is StageName.VALIDATE and "checks" in report.counts:
                return f"{report.counts.get('passed', 0)}/{report.counts['checks']}"
    return ""


def _next_run(world: World, block: Block | None, now: datetime) -> datetime | None:
    contract = world.contract.contract
    if block is not None or contract is None or contract.spec.schedule is None:
        return None
    schedule = contract.spec.schedule
    return next_time(schedule.cron, schedule.time_zone or "", now - timedelta(seconds=1))
