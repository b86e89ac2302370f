"""The plan for one contract, as a table: what there is and what time it is -> actions and status."""

from typing import Any

import pytest

from datacontract_api.conditions import Reason
from datacontract_api.report import CheckFailure, StageName, StageReport
from datacontract_api.status import DataContractStatus
from datacontract_operator import names
from datacontract_operator.observe.views import JobView, Owner, Trigger
from datacontract_operator.plan.actions import (
    ApplyCronJob,
    CreateJob,
    CreateSnapshot,
    DeleteCronJob,
    DeleteJob,
    DeleteSnapshot,
    SetFinalizer,
)
from datacontract_operator.plan.contract import Plan
from support.kubernetes import at, plan, raw_contract, raw_warehouse, run_job, run_pod, succeeded_reports, world

SUSPENDED = {"suspend": True}
SCHEDULED = {"schedule": {"cron": "0 6 * * *", "timeZone": "Europe/Berlin"}}


def conditions(made: Plan) -> dict[str, tuple[str, str]]:
    assert made.status is not None
    return {one.type: (one.status, one.reason) for one in made.status.conditions}


def message(made: Plan, kind: str) -> str:
    assert made.status is not None
    return next(one.message for one in made.status.conditions if one.type == kind)


def made_jobs(made: Plan) -> list[dict[str, str]]:
    return [
        dict(action.manifest["metadata"]["annotations"]) for action in made.actions if isinstance(action, CreateJob)
    ]


def stored(made: Plan) -> dict[str, Any]:
    assert made.status is not None
    return made.status.model_dump(mode="json", by_alias=True, exclude_none=True)


def finished(**spec: Any) -> JobView:
    return run_job(raw_contract(**spec), started=1, end="Complete", ended=3)


def failed_at_validate(failures: list[CheckFailure] | None = None) -> list[StageReport]:
    good = succeeded_reports()[:2]
    return [
        *good,
        StageReport(
            stage=StageName.VALIDATE,
            succeeded=False,
            reason=Reason.CHECK_FAILED,
            message="1 of 3 checks failed.",
            counts={"checks": 3, "passed": 2},
            failures=failures or [],
        ),
    ]


def test_a_new_contract_gets_a_snapshot_and_one_suspended_job_that_names_it() -> None:
    made = plan(world())
    snapshot, job = made.actions
    assert isinstance(snapshot, CreateSnapshot)
    assert isinstance(job, CreateJob)
    assert snapshot.manifest["immutable"] is True
    assert job.manifest["spec"]["suspend"] is True
    volumes = job.manifest["spec"]["template"]["spec"]["volumes"]
    assert {"name": "inputs", "configMap": {"name": snapshot.manifest["metadata"]["name"]}} in volumes
    assert conditions(made)["Ready"] == ("False", Reason.QUEUED)


def test_the_same_occasion_has_the_same_job_so_that_a_repetition_after_a_crash_is_refused() -> None:
    first, second = plan(world(), 10), plan(world(), 99)
    assert [action.manifest["metadata"]["name"] for action in first.actions if isinstance(action, CreateJob)] == [
        action.manifest["metadata"]["name"] for action in second.actions if isinstance(action, CreateJob)
    ]


NO_NEW_RUN: dict[str, Any] = {
    "a run waits": {"jobs": [run_job()]},
    "a run is under way": {"jobs": [run_job(started=1)]},
    "a run succeeded": {"jobs": [finished()]},
    "a run failed, and nothing changed since": {"jobs": [run_job(started=1, end="Failed")]},
    "the Job is gone, and the status remembers its run": {
        "contract": raw_contract(
            status={"lastRun": {"id": "old", "inputHash": run_job().input_hash, "outcome": "Succeeded"}}
        )
    },
    "the contract is suspended": {"contract": raw_contract(**SUSPENDED)},
    "there is no Warehouse": {"warehouse": None},
    "the Warehouse does not allow the database": {"warehouse": raw_warehouse(allowedDatabases=["other_*"])},
    "another contract owns a table": {"owner": Owner("shop.orders", "shop/older")},
    "the description changed": {"contract": raw_contract(description={"purpose": "x"}), "jobs": [finished()]},
    "the version changed": {"contract": raw_contract(version="1.1.0"), "jobs": [finished()]},
    "the schedule changed": {"contract": raw_contract(**SCHEDULED), "jobs": [finished()]},
    "the requested run has its Job": {
        "contract": raw_contract(requested_at="noon"),
        "jobs": [run_job(trigger=Trigger.REQUESTED, token="noon")],
    },
    "the requested run was handled, and its Job is gone": {
        "contract": raw_contract(
            requested_at="noon",
            status={
                "lastHandledRequest": "noon",
                "lastRun": {"id": "old", "inputHash": run_job().input_hash, "outcome": "Succeeded"},
            },
        )
    },
}


@pytest.mark.parametrize("case", NO_NEW_RUN.values(), ids=NO_NEW_RUN)
def test_no_run_starts_when(case: dict[str, Any]) -> None:
    assert made_jobs(plan(world(**case))) == []


CHANGED_LOAD = {"load": {"table": "orders", "mode": "append"}}
ONE_NEW_RUN: dict[str, tuple[dict[str, Any], str]] = {
    "what a run does changed after a run": ({"contract": raw_contract(**CHANGED_LOAD), "jobs": [finished()]}, "spec"),
    "what a run does changed while one is under way": (
        {"contract": raw_contract(generation=2, **CHANGED_LOAD), "jobs": [run_job(started=1)]},
        "spec",
    ),
    "the contract moved to another server": (
        {"warehouse": raw_warehouse(url="http://elsewhere:8123"), "jobs": [finished()]},
        "spec",
    ),
    "a run is requested": ({"contract": raw_contract(requested_at="noon"), "jobs": [finished()]}, "requested"),
    "a run is requested again": (
        {"contract": raw_contract(requested_at="one", status={"lastHandledRequest": "noon"}), "jobs": [finished()]},
        "requested",
    ),
    "a run is requested of a changed contract: one run does for both": (
        {"contract": raw_contract(requested_at="noon", **CHANGED_LOAD), "jobs": [finished()]},
        "requested",
    ),
}


@pytest.mark.parametrize(("case", "trigger"), ONE_NEW_RUN.values(), ids=ONE_NEW_RUN)
def test_exactly_one_run_starts_when(case: dict[str, Any], trigger: str) -> None:
    made = made_jobs(plan(world(**case)))
    assert [notes[names.TRIGGER] for notes in made] == [trigger]


def test_going_back_to_an_earlier_state_runs_once_more() -> None:
    there = run_job(raw_contract(**CHANGED_LOAD), uid="job-2", created=5, started=6, end="Complete", ended=7)
    made = plan(world(raw_contract(), jobs=[finished(), there]))
    (created,) = [action for action in made.actions if isinstance(action, CreateJob)]
    assert created.manifest["metadata"]["name"] != finished().name


def test_a_waiting_run_is_made_anew_with_the_changed_contract_and_keeps_its_place() -> None:
    old = run_job(trigger=Trigger.REQUESTED, token="noon", created=2)
    made = plan(world(raw_contract(generation=2, requested_at="noon", **CHANGED_LOAD), jobs=[old]))
    (notes,) = made_jobs(made)
    assert (notes[names.TRIGGER], notes[names.TOKEN]) == ("requested", "noon")
    assert notes[names.QUEUED_AT] == "2026-11-24T06:02:00Z"
    kinds = [type(action) for action in made.actions]
    assert kinds.index(CreateJob) < kinds.index(DeleteJob), "created before the old one goes: a crash loses no run"


def test_a_run_under_way_is_never_touched() -> None:
    made = plan(world(raw_contract(generation=2, **CHANGED_LOAD, **SUSPENDED), jobs=[run_job(started=1)]))
    assert not [action for action in made.actions if isinstance(action, DeleteJob)]


def test_scheduled_runs_that_could_not_start_are_one_run() -> None:
    jobs = [run_job(trigger=Trigger.SCHEDULE, token=f"t{n}", uid=f"job-{n}", created=n) for n in range(3)]
    made = plan(world(jobs=jobs))
    assert [action.uid for action in made.actions if isinstance(action, DeleteJob)] == ["job-1", "job-2"]


def test_a_request_while_suspended_waits_until_the_contract_is_resumed() -> None:
    paused = plan(world(raw_contract(requested_at="noon", **SUSPENDED), jobs=[finished()]))
    assert paused.status is not None
    assert paused.status.last_handled_request == ""
    resumed = plan(world(raw_contract(requested_at="noon", status=stored(paused)), jobs=[finished()]))
    assert [notes[names.TOKEN] for notes in made_jobs(resumed)] == ["noon"]
    assert resumed.status is not None
    assert resumed.status.last_handled_request == "noon"


def cronjob_of(made: Plan) -> dict[str, Any]:
    (action,) = [action for action in made.actions if isinstance(action, ApplyCronJob)]
    metadata = dict(action.manifest["metadata"]) | {"uid": "cron-1"}
    return {**action.manifest, "metadata": metadata}


def test_a_schedule_is_a_cronjob_of_suspended_jobs_that_never_pile_up() -> None:
    spec = cronjob_of(plan(world(raw_contract(**SCHEDULED))))["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["suspend"]) == ("0 6 * * *", "Europe/Berlin", False)
    assert (spec["concurrencyPolicy"], spec["startingDeadlineSeconds"]) == ("Forbid", 3600)
    assert spec["jobTemplate"]["spec"]["suspend"] is True


def test_the_next_run_is_told_and_looked_at_again() -> None:
    made = plan(world(raw_contract(**SCHEDULED)))
    assert made.status is not None
    assert made.status.next_run_at == "2026-11-25T05:00:00Z"
    assert made.look_again is not None


CRONJOB_AFTER: dict[str, tuple[dict[str, Any], list[type]]] = {
    "nothing changed": (SCHEDULED, []),
    "the schedule changed": ({"schedule": {"cron": "0 7 * * *"}}, [ApplyCronJob]),
    "what a run does changed": ({**SCHEDULED, **CHANGED_LOAD}, [ApplyCronJob]),
    "the contract was suspended": ({**SCHEDULED, **SUSPENDED}, [ApplyCronJob]),
    "the schedule was removed": ({}, [DeleteCronJob]),
}


@pytest.mark.parametrize(("spec", "expected"), CRONJOB_AFTER.values(), ids=CRONJOB_AFTER)
def test_the_cronjob_follows_when(spec: dict[str, Any], expected: list[type]) -> None:
    cronjob = cronjob_of(plan(world(raw_contract(**SCHEDULED))))
    made = plan(world(raw_contract(**spec), jobs=[finished()], cronjob=cronjob))
    assert [type(action) for action in made.actions if isinstance(action, ApplyCronJob | DeleteCronJob)] == expected


READY_AFTER: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "nothing ran": ({}, ("False", "Queued")),
    "the first run is under way": ({"jobs": [run_job(started=1)]}, ("False", "Running")),
    "a run succeeded": ({"jobs": [finished()]}, ("True", "Succeeded")),
    "a run failed": ({"jobs": [run_job(started=1, end="Failed")]}, ("False", "ReportLost")),
    "another run of the same is under way": (
        {"jobs": [finished(), run_job(trigger=Trigger.SCHEDULE, uid="job-2", created=5, started=6)]},
        ("True", "Succeeded"),
    ),
    "the contract changed since": (
        {"contract": raw_contract(**CHANGED_LOAD), "jobs": [finished()]},
        ("False", "Queued"),
    ),
    "the contract is suspended before any run": ({"contract": raw_contract(**SUSPENDED)}, ("False", "Suspended")),
    "the contract is suspended after a good run": (
        {"contract": raw_contract(**SUSPENDED), "jobs": [finished(**SUSPENDED)]},
        ("True", "Succeeded"),
    ),
    "the Warehouse is gone": ({"warehouse": None, "jobs": [finished()]}, ("False", "WarehouseMissing")),
    "another owns a table": ({"owner": Owner("shop.orders", "shop/older")}, ("False", "NotOwned")),
    "the contract cannot be read": (
        {"contract": raw_contract(load={"table": "orders", "mode": "upsert"})},
        ("False", "InvalidValue"),
    ),
}


@pytest.mark.parametrize(("case", "expected"), READY_AFTER.values(), ids=READY_AFTER)
def test_ready_when(case: dict[str, Any], expected: tuple[str, str]) -> None:
    made = plan(world(**case))
    if expected == ("False", "Queued") and "contract" in case:
        made = plan(world(case["contract"], jobs=[*case["jobs"], run_job(case["contract"], uid="job-9", created=8)]))
    assert conditions(made)["Ready"] == expected


def test_a_good_run_tells_rows_checks_and_stages() -> None:
    job = finished()
    made = plan(world(jobs=[job], pods=[run_pod(job, succeeded_reports(rows=336_776, checks=12))]))
    assert made.status is not None
    assert (made.status.rows, made.status.quality) == (336_776, "12/12")
    assert made.status.last_run is not None
    assert [report.stage for report in made.status.last_run.stages] == list(StageName)
    assert message(made, "Ready") == "Version 1.0.0 is published with 336,776 rows; 12/12 checks passed."
    assert {conditions(made)[one] for one in ("Ingested", "Published", "Governed")} == {("True", "Succeeded")}


def test_a_failed_check_is_told_by_name_with_what_was_expected_and_found() -> None:
    failure = CheckFailure(name="orders.email: nullValues", expected="at most 5 %", found="7.2 % (2,430 of 33,677)")
    job = run_job(started=1, end="Failed", message="Container validate for pod a/b failed with exit code 10")
    made = plan(world(jobs=[job], pods=[run_pod(job, failed_at_validate([failure]))]))
    for kind in ("Ready", "Stalled", "Validated"):
        assert "orders.email: nullValues (error): expected at most 5 %, found 7.2 % (2,430 of 33,677)." in message(
            made, kind
        )
    assert conditions(made)["Stalled"] == ("True", "CheckFailed")
    assert conditions(made)["Transformed"] == ("True", "Succeeded")
    assert conditions(made)["Published"] == ("False", "Skipped")


def test_a_failed_run_keeps_what_the_last_good_one_published() -> None:
    good = plan(world(jobs=[finished()], pods=[run_pod(finished(), succeeded_reports(rows=7))]))
    bad = run_job(uid="job-2", trigger=Trigger.SCHEDULE, created=5, started=6, end="Failed", ended=7)
    made = plan(world(raw_contract(status=stored(good)), jobs=[bad], pods=[run_pod(bad, failed_at_validate())]))
    assert made.status is not None
    assert (made.status.rows, made.status.quality) == (7, "2/3")


LOST: dict[str, tuple[str, tuple[str, str]]] = {
    "the Job's condition names container and code": (
        "Container ingest for pod shop/x failed with exit code 36 matching FailJob rule at index 1",
        ("Ingested", "SourceNotFound"),
    ),
    "it names a signal": ("Container ingest for pod shop/x failed with exit code 137", ("Ingested", "ReportLost")),
    "it names none": ("Job has reached the specified backoff limit", ("Ingested", "ReportLost")),
}


@pytest.mark.parametrize(("told", "expected"), LOST.values(), ids=LOST)
def test_a_run_whose_pod_is_gone_is_told_by_its_job_when(told: str, expected: tuple[str, str]) -> None:
    made = plan(world(jobs=[run_job(started=1, end="Failed", message=told)]))
    assert conditions(made)[expected[0]] == ("False", expected[1])


def test_reports_once_written_survive_the_pod() -> None:
    job = run_job(started=1)
    partial = plan(world(jobs=[job], pods=[run_pod(job, failed_at_validate())]))
    gone = run_job(started=1, end="Failed")
    made = plan(world(raw_contract(status=stored(partial)), jobs=[gone]))
    assert conditions(made)["Validated"] == ("False", "CheckFailed")


def test_a_run_whose_job_is_gone_before_its_end_was_seen_is_called_lost() -> None:
    running = plan(world(jobs=[run_job(started=1)]))
    made = plan(world(raw_contract(status=stored(running))))
    assert made.status is not None
    assert made.status.last_run is not None
    assert made.status.last_run.outcome == "Failed"
    assert conditions(made)["Ingested"] == ("False", "ReportLost")


def test_a_second_attempt_tells_why_the_first_failed() -> None:
    job = run_job(started=1, failed=1)
    away = StageReport(
        stage=StageName.INGEST, succeeded=False, reason=Reason.SOURCE_UNREACHABLE, message="The source is away."
    )
    pods = [run_pod(job, [away], created=1), run_pod(job, ["running"], created=2)]
    made = plan(world(jobs=[job], pods=pods))
    assert "ingest is running. This is attempt 2 of 7; the last one failed: The source is away." in message(
        made, "Reconciling"
    )


def test_a_pod_that_cannot_start_says_why() -> None:
    job = run_job(started=1)
    made = plan(world(jobs=[job], pods=[run_pod(job, ["ImagePullBackOff"])]))
    assert "ingest cannot start: ImagePullBackOff: sorry" in message(made, "Reconciling")


def test_a_waiting_run_says_what_it_waits_for() -> None:
    made = plan(world(jobs=[run_job()]), note="Warehouse default does not answer.")
    assert message(made, "Reconciling").endswith("waits: Warehouse default does not answer.")


def test_the_history_holds_the_last_five_runs_newest_first() -> None:
    jobs = [run_job(uid=f"job-{n}", token=str(n), created=n, started=n, end="Complete", ended=n) for n in range(1, 8)]
    made = plan(world(jobs=jobs))
    assert made.status is not None
    assert [run.id for run in made.status.history] == ["job-7", "job-6", "job-5", "job-4", "job-3"]


FRESH: dict[str, tuple[float, tuple[str, str]]] = {
    "younger than promised": (59, ("True", "Succeeded")),
    "older than promised": (90, ("False", "Stale")),
}


@pytest.mark.parametrize(("minutes", "expected"), FRESH.values(), ids=FRESH)
def test_data_are_fresh_until_they_are_older_than_promised(minutes: float, expected: tuple[str, str]) -> None:
    promise = {"slaProperties": [{"property": "freshness", "value": 1, "unit": "h", "element": "orders.placed_at"}]}
    made = plan(world(raw_contract(**promise), jobs=[finished(**promise)]), minutes)
    assert conditions(made)["Fresh"] == expected
    assert conditions(made)["Ready"] == expected
    assert (made.look_again == at(61)) is (expected[0] == "True")


def test_nothing_is_planned_twice_over_its_own_status() -> None:
    job = finished()
    first = plan(world(jobs=[job], pods=[run_pod(job, succeeded_reports())]), 10)
    again = plan(world(raw_contract(status=stored(first)), jobs=[job]), 500)
    assert again.status == first.status
    assert again.events == ()
    assert again.actions == ()


def test_a_snapshot_that_nothing_names_any_more_goes_when_its_run_ends() -> None:
    old = finished()
    new = run_job(raw_contract(**CHANGED_LOAD), uid="job-2", created=5, started=6, end="Complete", ended=7)
    made = plan(world(raw_contract(**CHANGED_LOAD), jobs=[old, new]))
    assert [action.name for action in made.actions if isinstance(action, DeleteSnapshot)] == [old.snapshot]


def test_a_contract_with_delete_policy_gets_a_finalizer_and_loses_it_with_the_policy() -> None:
    wanted = plan(world(raw_contract(deletionPolicy="Delete"))).actions
    assert any(isinstance(action, SetFinalizer) and action.present for action in wanted)
    given_up = plan(world(raw_contract(finalizer=True))).actions
    assert any(isinstance(action, SetFinalizer) and not action.present for action in given_up)
    assert not [action for action in plan(world()).actions if isinstance(action, SetFinalizer)]


def test_a_status_of_another_operator_version_does_not_stop_the_plan() -> None:
    made = plan(world(raw_contract(status={"conditions": "nonsense"})))
    assert isinstance(made.status, DataContractStatus)


def test_a_run_that_reads_what_nobody_has_published_yet_waits_and_says_for_whom() -> None:
    made = plan(world(jobs=[run_job()], awaited=Owner("shop.customers", "shop/customers")))
    assert made.snapshot == ""
    assert "waits: shop/customers has not published shop.customers yet." in message(made, "Reconciling")


def test_the_end_of_a_run_is_told_once_with_its_id() -> None:
    running = plan(world(jobs=[run_job(started=1)]))
    assert [(event.reason, event.run) for event in running.events] == [("RunStarted", "job-1")]
    job = run_job(started=1, end="Failed")
    ended = plan(world(raw_contract(status=stored(running)), jobs=[job], pods=[run_pod(job, failed_at_validate())]))
    assert [(event.reason, event.run, event.warning) for event in ended.events] == [("CheckFailed", "job-1", True)]
    assert plan(world(raw_contract(status=stored(ended)), jobs=[job])).events == ()


def test_a_block_is_told_once() -> None:
    blocked = plan(world(warehouse=None))
    assert [(event.reason, event.warning) for event in blocked.events] == [("WarehouseMissing", True)]
    assert plan(world(raw_contract(status=stored(blocked)), warehouse=None)).events == ()
