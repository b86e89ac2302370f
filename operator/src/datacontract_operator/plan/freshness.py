"""Freshness: until when the last published data keep what `slaProperties` promises."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from datacontract_api.contract import DataContract, SlaProperty
from datacontract_api.report import StageName
from datacontract_api.scalars import decimal
from datacontract_api.status import RunStatus
from datacontract_operator.clock import parse_time

NEWEST = "newest"
"""Count of a report: the newest row's time in seconds since 1970, where the runner measured it."""

_UNITS = {
    **dict.fromkeys(("s", "second", "seconds"), timedelta(seconds=1)),
    **dict.fromkeys(("min", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hr", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks"), timedelta(weeks=1)),
    **dict.fromkeys(("m", "month", "months"), timedelta(days=30)),
    **dict.fromkeys(("y", "yr", "year", "years"), timedelta(days=365)),
}


def promised_freshness(contract: DataContract) -> timedelta | None:
    """The shortest freshness that the contract promises; None without one, or in a unit that ODCS does not have."""
    found = [_length(item) for item in contract.spec.sla_properties if item.property == "freshness"]
    return min((length for length in found if length is not None), default=None)


def newest_data(runs: Sequence[RunStatus]) -> datetime | None:
    """The time of the newest published row; where it was not measured, when the last publishing run started.

    Args:
        runs: newest first.
    """
    run = next((run for run in runs if _published(run)), None)
    if run is None:
        return None
    measured = max((report.counts.get(NEWEST, 0) for report in run.stages), default=0)
    return datetime.fromtimestamp(measured, UTC) if measured else parse_time(run.started_at or run.finished_at)


def _published(run: RunStatus) -> bool:
    return any(report.stage is StageName.PUBLISH and report.succeeded for report in run.stages)


def _length(item: SlaProperty) -> timedelta | None:
    unit = _UNITS.get(item.unit or "d")
    return unit * float(decimal(item.value)) if unit else None
