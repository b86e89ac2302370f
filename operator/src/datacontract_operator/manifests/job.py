"""Jobs and CronJobs: a run is a Job that is born suspended; a schedule is a CronJob of such Jobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datacontract_api.contract import DataContract
from datacontract_api.errors import error_classes
from datacontract_api.load import Schedule
from datacontract_api.warehouse import Warehouse
from datacontract_operator import names
from datacontract_operator.clock import format_time
from datacontract_operator.manifests.pod import run_pod, teardown_pod
from datacontract_operator.manifests.snapshot import Snapshot, owner_reference
from datacontract_operator.observe.views import Trigger
from datacontract_operator.settings import Settings

USAGE = 2
"""Exit code of a wrong command line: an image that does not fit the operator."""

OUTER_DEADLINE = 4
"""The Job's own deadline, in pod deadlines: a loose outer bound, since it takes the pod and its messages away."""

HISTORY = 3
"""Finished Jobs that a CronJob keeps of each kind."""


@dataclass(frozen=True)
class RunRequest:
    """One run to start.

    Args:
        trigger: what started it.
        token: which occasion: a new one is a new run.
        queued_at: since when it waits.
    """

    trigger: Trigger
    token: str
    queued_at: datetime


@dataclass(frozen=True)
class Inputs:
    """What a run is made of."""

    contract: DataContract
    uid: str
    generation: int
    warehouse: Warehouse
    snapshot: Snapshot
    kueue_queue: str = ""


def job_name(inputs: Inputs, trigger: Trigger, token: str) -> str:
    """The same occasion and snapshot have the same name: a repeated creation is refused by the API server."""
    return names.child(inputs.contract.name, names.digest([inputs.uid, trigger, token, inputs.snapshot.name]))


def job(inputs: Inputs, request: RunRequest, settings: Settings) -> dict[str, Any]:
    """The Job of one run."""
    teardown = request.trigger is Trigger.TEARDOWN
    metadata = {
        "name": job_name(inputs, request.trigger, request.token),
        "namespace": inputs.contract.metadata.namespace,
        "labels": _labels(inputs),
        "annotations": _annotations(inputs, request.trigger)
        | {names.TOKEN: request.token, names.QUEUED_AT: format_time(request.queued_at)},
    }
    # Foreground deletion removes what a contract owns before the contract: a teardown would remove itself.
    owned = {} if teardown else {"ownerReferences": [owner_reference(inputs.contract.name, inputs.uid)]}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata | owned,
        "spec": _job_spec(inputs, settings, teardown=teardown),
    }


def cronjob(inputs: Inputs, schedule: Schedule, settings: Settings, *, suspended: bool) -> dict[str, Any]:
    """The CronJob of a contract's schedule.

    `Forbid` counts a waiting Job as active, so that runs do not pile up; the deadline drops what was missed long ago.
    """
    spec = {
        "schedule": schedule.cron,
        "timeZone": schedule.time_zone or "Etc/UTC",
        "suspend": suspended,
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": schedule.starting_deadline_seconds,
        "successfulJobsHistoryLimit": HISTORY,
        "failedJobsHistoryLimit": HISTORY,
        "jobTemplate": {
            "metadata": {"labels": _labels(inputs), "annotations": _annotations(inputs, Trigger.SCHEDULE)},
            "spec": _job_spec(inputs, settings, teardown=False),
        },
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {
            "name": cronjob_name(inputs.contract.name),
            "namespace": inputs.contract.metadata.namespace,
            "labels": names.labels(inputs.contract.name, inputs.uid),
            "annotations": {names.MANIFEST_HASH: names.digest(spec, 16)},
            "ownerReferences": [owner_reference(inputs.contract.name, inputs.uid)],
        },
        "spec": spec,
    }


def cronjob_name(contract: str) -> str:
    """The name of a contract's CronJob."""
    return names.shortened(contract.replace(".", "-"), names.CRONJOB_LENGTH)


def _labels(inputs: Inputs) -> dict[str, str]:
    queue = {names.KUEUE_QUEUE: inputs.kueue_queue} if inputs.kueue_queue else {}
    return names.labels(inputs.contract.name, inputs.uid) | queue


def _annotations(inputs: Inputs, trigger: Trigger) -> dict[str, str]:
    return {
        names.CONTRACT_NAME: inputs.contract.name,
        names.WAREHOUSE: inputs.warehouse.metadata.name,
        names.TRIGGER: trigger.value,
        names.INPUT_HASH: inputs.snapshot.input_hash,
        names.SNAPSHOT: inputs.snapshot.name,
        names.GENERATION: str(inputs.generation),
    }


def _job_spec(inputs: Inputs, settings: Settings, *, teardown: bool) -> dict[str, Any]:
    make = teardown_pod if teardown else run_pod
    return {
        "suspend": True,
        "backoffLimit": settings.retries,
        "activeDeadlineSeconds": settings.run_deadline_seconds * OUTER_DEADLINE,
        "ttlSecondsAfterFinished": settings.run_ttl_seconds,
        "podFailurePolicy": _failure_policy(),
        "template": {
            "metadata": {"labels": names.labels(inputs.contract.name, inputs.uid)},
            "spec": make(inputs.contract, inputs.warehouse, inputs.snapshot, settings),
        },
    }


def final_exit_codes() -> list[int]:
    """Exit codes after which a repetition cannot help."""
    return sorted({USAGE, *(error.exit_code for error in error_classes() if not error.retriable)})


def _failure_policy() -> Mapping[str, Any]:
    """A lost node does not count as an attempt; a final exit code ends the run; anything else is tried again."""
    return {
        "rules": [
            {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
            {"action": "FailJob", "onExitCodes": {"operator": "In", "values": final_exit_codes()}},
        ]
    }
