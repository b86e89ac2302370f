"""Conditions of a contract, derived from its runs, what blocks it, and the clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from datacontract_api.conditions import ConditionType, Reason
from datacontract_api.report import StageName, StageReport
from datacontract_api.status import Condition, RunStatus
from datacontract_operator.clock import format_time
from datacontract_operator.plan import words
from datacontract_operator.plan.blocks import Block
from datacontract_operator.plan.runs import FAILED, failure_of

STAGE_CONDITIONS = {
    StageName.INGEST: ConditionType.INGESTED,
    StageName.TRANSFORM: ConditionType.TRANSFORMED,
    StageName.VALIDATE: ConditionType.VALIDATED,
    StageName.PUBLISH: ConditionType.PUBLISHED,
    StageName.GOVERN: ConditionType.GOVERNED,
}


@dataclass(frozen=True)
class Verdict:
    """One condition before it has its times."""

    type: ConditionType
    status: Literal["True", "False", "Unknown"]
    reason: Reason
    message: str


@dataclass(frozen=True)
class Situation:
    """What the conditions are derived from.

    Args:
        version: the contract's version.
        running: the run under way, None when there is none.
        last: the newest run that ended.
        current: whether `last` ran what the contract now says.
        progress: what goes on, in words: the running stage, the place in the queue; empty when nothing does.
        queued: whether a run waits for its turn.
        block: why no run may start.
        quality: checks passed of all.
        rows: rows published.
        newest: time of the newest published row.
        promised: promised freshness, None when none is promised.
    """

    version: str
    running: RunStatus | None
    last: RunStatus | None
    current: bool
    progress: str
    queued: bool
    block: Block | None
    quality: str = ""
    rows: int | None = None
    newest: datetime | None = None
    promised: timedelta | None = None


def conditions_of(situation: Situation, now: datetime, generation: int, before: Sequence[Condition]) -> list[Condition]:
    """Every condition, `Ready` first; a transition time changes only with the status.

    Args:
        now: the clock.
        generation: the contract's generation.
        before: the stored conditions.
    """
    return [timed(verdict, now, generation, before) for verdict in verdicts(situation, now)]


def verdicts(situation: Situation, now: datetime) -> list[Verdict]:
    """The conditions without their times."""
    fresh = _fresh(situation, now)
    stalled = _stalled(situation)
    return [
        _ready(situation, stalled, fresh),
        _reconciling(situation),
        stalled,
        *(_stage(situation, stage) for stage in StageName),
        *([fresh] if fresh else []),
    ]


def timed(verdict: Verdict, now: datetime, generation: int, before: Sequence[Condition]) -> Condition:
    """A condition with its times."""
    stored = next((condition for condition in before if condition.type == verdict.type), None)
    unchanged = stored is not None and stored.status == verdict.status
    return Condition(
        type=verdict.type.value,
        status=verdict.status,
        reason=verdict.reason.value,
        message=words.clipped(verdict.message),
        last_transition_time=stored.last_transition_time if stored and unchanged else format_time(now),
        observed_generation=generation,
    )


def _ready(situation: Situation, stalled: Verdict, fresh: Verdict | None) -> Verdict:
    return next(_unready(situation, stalled, fresh), None) or Verdict(
        ConditionType.READY, "True", Reason.SUCCEEDED, _published_words(situation)
    )


def _unready(situation: Situation, stalled: Verdict, fresh: Verdict | None) -> Iterator[Verdict]:
    """Everything that keeps the contract from being ready, the most telling first."""
    if stalled.status == "True":
        yield _not_ready(stalled.reason, stalled.message)
    last = situation.last
    if last is None or not situation.current:
        yield _not_ready(*_awaited(situation))
    if last is not None and last.outcome == FAILED:
        report = failure_of(last)
        yield _not_ready(_failure_reason(report), words.failure(report) if report else "The last run failed.")
    if fresh is not None and fresh.status == "False":
        yield _not_ready(fresh.reason, fresh.message)


def _not_ready(reason: Reason, message: str) -> Verdict:
    return Verdict(ConditionType.READY, "False", reason, message)


def _awaited(situation: Situation) -> tuple[Reason, str]:
    if situation.running:
        return Reason.RUNNING, situation.progress
    if situation.block:
        return situation.block.reason, situation.block.message
    if situation.queued:
        return Reason.QUEUED, situation.progress
    return Reason.NEVER_RUN, "No run of this contract has finished yet."


def _published_words(situation: Situation) -> str:
    parts = [f"Version {situation.version} is published"]
    if situation.rows is not None:
        parts[0] += f" with {situation.rows:,} rows"
    if situation.quality:
        parts.append(f"{situation.quality} checks passed")
    return "; ".join(parts) + "."


def _reconciling(situation: Situation) -> Verdict:
    if situation.running:
        return Verdict(ConditionType.RECONCILING, "True", Reason.RUNNING, situation.progress)
    if situation.block:
        return Verdict(ConditionType.RECONCILING, "False", situation.block.reason, situation.block.message)
    if situation.queued:
        return Verdict(ConditionType.RECONCILING, "True", Reason.QUEUED, situation.progress)
    return Verdict(ConditionType.RECONCILING, "False", Reason.SUCCEEDED, "Nothing to do.")


def _stalled(situation: Situation) -> Verdict:
    """Whether someone has to change something: a block that nobody wanted, or a failure that no run under way mends."""
    if situation.block and situation.block.stalled:
        return Verdict(ConditionType.STALLED, "True", situation.block.reason, situation.block.message)
    failed = situation.last is not None and situation.last.outcome == FAILED
    if not failed or situation.running or situation.queued:
        return Verdict(ConditionType.STALLED, "False", Reason.SUCCEEDED, "Nothing is in the way.")
    assert situation.last is not None
    report = failure_of(situation.last)
    message = words.failure(report) if report else "The last run failed."
    return Verdict(ConditionType.STALLED, "True", _failure_reason(report), message)


def _failure_reason(report: StageReport | None) -> Reason:
    return report.reason if report else Reason.INTERNAL_ERROR


def _stage(situation: Situation, stage: StageName) -> Verdict:
    """A stage in the run under way where it succeeded already, else in the last run that ended."""
    kind = STAGE_CONDITIONS[stage]
    fresh, past = _report_in(situation.running, stage), _report_in(situation.last, stage)
    if fresh and fresh.succeeded:
        return Verdict(kind, "True", fresh.reason, words.success(fresh))
    if past:
        said = words.success(past) if past.succeeded else words.failure(past)
        return Verdict(kind, "True" if past.succeeded else "False", past.reason, said)
    failed = failure_of(situation.last) if situation.last else None
    if failed:
        return Verdict(kind, "False", Reason.SKIPPED, f"Did not run: {failed.stage.value} failed.")
    if situation.running:
        return Verdict(kind, "Unknown", Reason.RUNNING, "Not finished in the first run.")
    return Verdict(kind, "Unknown", Reason.NEVER_RUN, "No run has come this far.")


def _report_in(run: RunStatus | None, stage: StageName) -> StageReport | None:
    return next((report for report in run.stages if report.stage is stage), None) if run else None


def _fresh(situation: Situation, now: datetime) -> Verdict | None:
    if situation.promised is None:
        return None
    if situation.newest is None:
        return Verdict(ConditionType.FRESH, "Unknown", Reason.NEVER_RUN, "Nothing is published yet.")
    newest, limit = format_time(situation.newest), situation.newest + situation.promised
    if now < limit:
        message = f"The newest row is of {newest}; the promise holds until {format_time(limit)}."
        return Verdict(ConditionType.FRESH, "True", Reason.SUCCEEDED, message)
    message = f"The newest row is of {newest}, older than the promised {situation.promised}: check source and schedule."
    return Verdict(ConditionType.FRESH, "False", Reason.STALE, message)
