"""Deletion of a contract: with Retain nothing is done; with Delete a teardown runs first."""

from typing import Any

import pytest

from datacontract_api.conditions import Reason
from datacontract_api.report import StageName, StageReport
from datacontract_operator.observe.views import Trigger
from datacontract_operator.plan.actions import CreateJob, DeleteJob, ReleaseWithNamespace, SetFinalizer
from support.kubernetes import plan, raw_contract, run_job, run_pod, world

DELETE = {"deletionPolicy": "Delete"}


def going(**more: Any) -> dict[str, Any]:
    return raw_contract(deleting=True, finalizer=True, **{**DELETE, **more})


def teardown(**life: Any) -> Any:
    return run_job(raw_contract(**DELETE), trigger=Trigger.TEARDOWN, token="deletion", uid="teardown-1", **life)


STEPS: dict[str, tuple[dict[str, Any], list[type]]] = {
    "no finalizer of ours: nothing": ({"contract": raw_contract(deleting=True)}, []),
    "the policy became Retain: it may go": (
        {"contract": raw_contract(deleting=True, finalizer=True)},
        [SetFinalizer],
    ),
    "nothing runs: a teardown": ({"contract": going()}, [CreateJob]),
    "a run waits: it goes, and a teardown comes": ({"contract": going(), "jobs": [run_job()]}, [DeleteJob, CreateJob]),
    "a run is under way: it ends first": ({"contract": going(), "jobs": [run_job(started=1)]}, []),
    "the teardown runs": ({"contract": going(), "jobs": [teardown(started=1)]}, []),
    "the teardown succeeded: it may go": (
        {"contract": going(), "jobs": [teardown(started=1, end="Complete")]},
        [SetFinalizer],
    ),
    "the teardown failed: it stays": ({"contract": going(), "jobs": [teardown(started=1, end="Failed")]}, []),
    "the teardown failed and another is asked for": (
        {"contract": going(requested_at="again"), "jobs": [teardown(started=1, end="Failed")]},
        [CreateJob],
    ),
    "the Warehouse is gone: it stays": ({"contract": going(), "warehouse": None}, []),
}


@pytest.mark.parametrize(("case", "expected"), STEPS.values(), ids=STEPS)
def test_deletion_step(case: dict[str, Any], expected: list[type]) -> None:
    made = [type(action) for action in plan(world(**case)).actions]
    assert [kind for kind in made if kind is not ReleaseWithNamespace] == expected


def test_a_teardown_and_its_snapshot_are_not_owned_by_the_contract_which_is_being_deleted() -> None:
    (created,) = [action for action in plan(world(going())).actions if isinstance(action, CreateJob)]
    assert "ownerReferences" not in created.manifest["metadata"]
    assert created.snapshot is not None
    assert created.manifest["spec"]["template"]["spec"]["containers"][0]["command"][:2] == ["contractctl", "teardown"]


def test_a_failed_teardown_says_why_and_how_to_go_on() -> None:
    job = teardown(started=1, end="Failed")
    report = StageReport(
        stage=StageName.GOVERN, succeeded=False, reason=Reason.WAREHOUSE_DENIED, message="May not drop shop.orders."
    )
    made = plan(world(going(), jobs=[job], pods=[run_pod(job, [report])]))
    assert made.status is not None
    stalled = next(one for one in made.status.conditions if one.type == "Stalled")
    assert (stalled.status, stalled.reason) == ("True", "WarehouseDenied")
    assert "May not drop shop.orders." in stalled.message
    assert "spec.deletionPolicy to Retain" in stalled.message
