"""Admission: which waiting Jobs may start at a Warehouse, oldest first, one per contract at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from datacontract_operator.observe.views import JobView
from datacontract_operator.plan.actions import AdmitJob


@dataclass(frozen=True)
class Candidate:
    """A Job and whether its contract lets it start: not suspended, not blocked, its snapshot up to date."""

    job: JobView
    allowed: bool


def plan_admission(candidates: Sequence[Candidate], limit: int, *, answers: bool) -> list[AdmitJob]:
    """Jobs to admit now.

    Jobs that carry a Kueue queue label are Kueue's: they are neither admitted nor counted here.

    Args:
        candidates: every Job of the Warehouse that has not ended, in any order.
        limit: `spec.maxConcurrentRuns`.
        answers: whether the Warehouse answers; nothing starts against one that does not.
    """
    ours = [candidate for candidate in candidates if not candidate.job.kueue]
    active = [candidate.job for candidate in ours if candidate.job.active]
    busy = {job.contract_uid for candidate in candidates if (job := candidate.job).active}
    admitted: list[AdmitJob] = []
    for candidate in sorted(ours, key=lambda one: (one.job.queued_at, one.job.created, one.job.name)):
        job = candidate.job
        if not answers or len(active) + len(admitted) >= limit:
            break
        if job.waiting and candidate.allowed and job.contract_uid not in busy:
            busy.add(job.contract_uid)
            admitted.append(AdmitJob(job.namespace, job.name, job.uid))
    return admitted
