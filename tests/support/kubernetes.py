"""Objects as the API server has them, and a world made of them, for tests of the operator's plans."""

import copy
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from datacontract_api.report import StageName, StageReport
from datacontract_operator import names
from datacontract_operator.clock import format_time
from datacontract_operator.manifests.job import RunRequest, job
from datacontract_operator.observe.contracts import observe_contract, observe_warehouse
from datacontract_operator.observe.jobs import observe_cronjob, observe_job, observe_pod
from datacontract_operator.observe.views import JobView, Owner, PodView, Trigger, World
from datacontract_operator.plan.contract import Plan, inputs_of, plan_contract
from datacontract_operator.settings import Settings
from support.contracts import contract_document, warehouse_document

Raw = dict[str, Any]
START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
"""When everything in these tests was created."""
SETTINGS = Settings(runner_image="runner:test")


def at(minutes: float) -> datetime:
    """A time, in minutes after the start."""
    return START + timedelta(minutes=minutes)


def raw_contract(
    *,
    generation: int = 1,
    requested_at: str = "",
    deleting: bool = False,
    finalizer: bool = False,
    status: Raw | None = None,
    labels: dict[str, str] | None = None,
    **spec: Any,
) -> Raw:
    """A DataContract as stored; keyword arguments replace in spec."""
    document = contract_document(**spec)
    metadata: Raw = {
        "uid": "uid-orders",
        "generation": generation,
        "resourceVersion": "1",
        "creationTimestamp": format_time(START),
        "labels": labels or {},
        "annotations": {names.REQUESTED_AT: requested_at} if requested_at else {},
        "finalizers": [names.FINALIZER] if finalizer else [],
    }
    if deleting:
        metadata["deletionTimestamp"] = format_time(at(1))
    document["metadata"] |= metadata
    if status:
        document["status"] = status
    return document


def raw_warehouse(**spec: Any) -> Raw:
    """A Warehouse as stored."""
    document = warehouse_document(**spec)
    document["metadata"] |= {"uid": "uid-default", "generation": 1, "creationTimestamp": format_time(START)}
    return document


def world(
    contract: Raw | None = None,
    warehouse: Raw | bool | None = True,
    jobs: Iterable[JobView] = (),
    pods: Iterable[PodView] = (),
    cronjob: Raw | None = None,
    owner: Owner | None = None,
    awaited: Owner | None = None,
) -> World:
    """What a plan depends on; `warehouse=None` for none."""
    stored = raw_warehouse() if warehouse is True else warehouse
    ordered = tuple(sorted(jobs, key=lambda one: one.created))
    every = list(pods)
    return World(
        contract=observe_contract(contract or raw_contract()),
        warehouse=observe_warehouse(stored) if isinstance(stored, dict) else None,
        jobs=ordered,
        pods={one.uid: tuple(pod for pod in every if pod.job_uid == one.uid) for one in ordered},
        cronjob=observe_cronjob(cronjob) if cronjob else None,
        owner=owner,
        awaited=awaited,
    )


def plan(given: World, minutes: float = 10, note: str = "") -> Plan:
    """The plan at a time after the start."""
    return plan_contract(given, at(minutes), SETTINGS, note)


def run_job(
    contract: Raw | None = None,
    warehouse: Raw | None = None,
    *,
    trigger: Trigger = Trigger.SPEC,
    token: str = "1-",
    uid: str = "job-1",
    created: float = 0,
    started: float | None = None,
    end: str | None = None,
    ended: float | None = None,
    message: str = "",
    failed: int = 0,
) -> JobView:
    """The Job that the operator makes for a contract, at some point of its life.

    Args:
        created, started, ended: minutes after the start.
        end: Complete or Failed.
    """
    inputs = inputs_of(world(contract, warehouse or True))
    assert inputs is not None
    manifest: Raw = copy.deepcopy(job(inputs, RunRequest(trigger, token, at(created)), SETTINGS))
    manifest["metadata"] |= {"uid": uid, "creationTimestamp": format_time(at(created)), "resourceVersion": "1"}
    status: Raw = {"failed": failed}
    if started is not None:
        manifest["spec"]["suspend"] = False
        status["startTime"] = format_time(at(started))
    if end:
        moment = format_time(at(ended or 5))
        status["conditions"] = [{"type": end, "status": "True", "message": message, "lastTransitionTime": moment}]
    return observe_job(manifest | {"status": status})


def run_pod(job_view: JobView, reports: Iterable[StageReport | int | str], *, created: float = 1) -> PodView:
    """The pod of a Job.

    Args:
        reports: by stage in order: a report that its container left, an exit code without a report, or why it waits.
    """
    statuses = [_container(stage, report) for stage, report in zip(StageName, reports, strict=False)]
    return observe_pod(
        {
            "metadata": {
                "uid": f"pod-{job_view.uid}-{created}",
                "name": f"{job_view.name}-{created}",
                "creationTimestamp": format_time(at(created)),
                "labels": {"batch.kubernetes.io/controller-uid": job_view.uid},
            },
            "status": {"initContainerStatuses": statuses[:4], "containerStatuses": statuses[4:]},
        }
    )


def _container(stage: StageName, report: StageReport | int | str) -> Raw:
    if isinstance(report, str):
        state: Raw = {"running": {}} if report == "running" else {"waiting": {"reason": report, "message": "sorry"}}
        return {"name": stage.value, "state": state}
    message = report.termination_message() if isinstance(report, StageReport) else ""
    code = report if isinstance(report, int) else (0 if report.succeeded else 10)
    return {"name": stage.value, "state": {"terminated": {"exitCode": code, "message": message}}}


def succeeded_reports(rows: int = 12, checks: int = 3) -> list[StageReport]:
    """What the five stages of a good run report."""
    counts = {StageName.PUBLISH: {"rows": rows}, StageName.VALIDATE: {"checks": checks, "passed": checks}}
    return [StageReport(stage=stage, succeeded=True, counts=counts.get(stage, {})) for stage in StageName]
