"""Jobs, CronJobs and pods: from the API server's JSON to views."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from datacontract_api.report import StageReport
from datacontract_operator import names
from datacontract_operator.clock import now, parse_time
from datacontract_operator.observe.views import ContainerView, CronJobView, JobEnd, JobView, PodView, Trigger

Raw = Mapping[str, Any]


def observe_job(raw: Raw) -> JobView:
    """The view of a Job with our label."""
    meta, spec, status = raw["metadata"], raw["spec"], raw.get("status") or {}
    notes, labels = meta.get("annotations") or {}, meta.get("labels") or {}
    end = next((c for c in status.get("conditions") or () if c["status"] == "True" and c["type"] in _ENDS), None)
    created = parse_time(meta.get("creationTimestamp")) or now()
    return JobView(
        namespace=meta["namespace"],
        name=meta["name"],
        uid=meta["uid"],
        contract_uid=labels[names.CONTRACT_UID],
        contract_name=notes.get(names.CONTRACT_NAME, ""),
        warehouse=notes.get(names.WAREHOUSE, ""),
        trigger=_trigger(notes),
        token=notes.get(names.TOKEN) or meta["name"],
        input_hash=notes.get(names.INPUT_HASH, ""),
        snapshot=notes.get(names.SNAPSHOT, ""),
        generation=int(notes.get(names.GENERATION, 0)),
        created=created,
        queued_at=parse_time(notes.get(names.QUEUED_AT)) or created,
        suspended=bool(spec.get("suspend")),
        started=parse_time(status.get("startTime")),
        end=JobEnd(end["type"]) if end else None,
        ended_at=_ended_at(status, end),
        reason=end.get("reason", "") if end else "",
        message=end.get("message", "") if end else "",
        failed_pods=status.get("failed", 0),
        backoff_limit=spec.get("backoffLimit", 0),
        kueue=names.KUEUE_QUEUE in labels,
        deleting="deletionTimestamp" in meta,
    )


_ENDS = frozenset(JobEnd)


def _trigger(notes: Mapping[str, str]) -> Trigger:
    try:
        return Trigger(notes.get(names.TRIGGER, ""))
    except ValueError:
        return Trigger.SCHEDULE


def _ended_at(status: Raw, end: Raw | None) -> datetime | None:
    if end is None:
        return None
    return parse_time(status.get("completionTime") or end.get("lastTransitionTime"))


def observe_cronjob(raw: Raw) -> CronJobView:
    """The view of a CronJob with our label."""
    meta, spec = raw["metadata"], raw["spec"]
    return CronJobView(
        namespace=meta["namespace"],
        name=meta["name"],
        contract_uid=meta["labels"][names.CONTRACT_UID],
        manifest_hash=(meta.get("annotations") or {}).get(names.MANIFEST_HASH, ""),
        schedule=spec.get("schedule", ""),
        time_zone=spec.get("timeZone") or "",
        suspended=bool(spec.get("suspend")),
    )


def observe_pod(raw: Raw) -> PodView:
    """The view of a run's pod."""
    meta, status = raw["metadata"], raw.get("status") or {}
    return PodView(
        uid=meta["uid"],
        name=meta["name"],
        job_uid=(meta.get("labels") or {}).get("batch.kubernetes.io/controller-uid", ""),
        created=parse_time(meta.get("creationTimestamp")) or now(),
        containers=tuple(_containers(status)),
        reason=status.get("reason", ""),
        message=status.get("message", ""),
    )


def _containers(status: Raw) -> Iterator[ContainerView]:
    for entry in [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]:
        state = entry.get("state") or {}
        ended, waiting = state.get("terminated"), state.get("waiting") or {}
        reason = waiting.get("reason", "")
        yield ContainerView(
            name=entry["name"],
            waiting="" if reason in ("PodInitializing", "ContainerCreating") else reason,
            waiting_message=waiting.get("message", ""),
            running="running" in state,
            exit_code=ended["exitCode"] if ended else None,
            report=_report(ended.get("message", "")) if ended else None,
        )


def _report(message: str) -> StageReport | None:
    try:
        return StageReport.model_validate_json(message)
    except ValidationError:
        return None
