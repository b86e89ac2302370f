"""The status of a Warehouse, from what a probe found."""

from dataclasses import dataclass
from datetime import datetime

from datacontract_api.conditions import ConditionType, Reason
from datacontract_api.status import WarehouseStatus
from datacontract_operator.observe.views import WarehouseView
from datacontract_operator.plan.conditions import Verdict, timed


@dataclass(frozen=True)
class Probe:
    """What asking a Warehouse found.

    Args:
        answers: whether it may be used.
        reason: why not.
        message: the same in words, with what to do; never a secret.
        version: ClickHouse version, empty when unknown.
        missing: privileges that the account lacks.
    """

    answers: bool
    reason: Reason
    message: str
    version: str = ""
    missing: tuple[str, ...] = ()


def plan_warehouse(view: WarehouseView, probe: Probe | None, now: datetime) -> WarehouseStatus:
    """The wanted status.

    Args:
        view: the Warehouse.
        probe: what the last probe found; None before the first.
        now: the clock.
    """
    ready = timed(_ready(view, probe), now, view.generation, view.status.conditions)
    stalled = timed(_stalled(view, probe), now, view.generation, view.status.conditions)
    return WarehouseStatus(
        observed_generation=view.generation,
        conditions=[ready, stalled],
        version=probe.version if probe and probe.version else view.status.version,
        missing_privileges=sorted(probe.missing) if probe else view.status.missing_privileges,
    )


def answers(view: WarehouseView, probe: Probe | None) -> bool:
    """Whether runs may start against it."""
    return view.warehouse is not None and probe is not None and probe.answers


def _ready(view: WarehouseView, probe: Probe | None) -> Verdict:
    if view.warehouse is None:
        return Verdict(ConditionType.READY, "False", Reason.INVALID_VALUE, view.problem)
    if probe is None:
        return Verdict(ConditionType.READY, "Unknown", Reason.RUNNING, "Not asked yet.")
    return Verdict(ConditionType.READY, "True" if probe.answers else "False", probe.reason, probe.message)


def _stalled(view: WarehouseView, probe: Probe | None) -> Verdict:
    """A server that is down comes back by itself; a refused account does not."""
    ready = _ready(view, probe)
    if ready.status == "False" and ready.reason is not Reason.WAREHOUSE_UNREACHABLE:
        return Verdict(ConditionType.STALLED, "True", ready.reason, ready.message)
    return Verdict(ConditionType.STALLED, "False", Reason.SUCCEEDED, "Nothing is in the way.")
