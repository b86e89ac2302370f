"""A contract on a real cluster: applied, run, published, and told in its status."""

import time
from collections.abc import Callable

from support.cluster import Kubernetes, condition, contract, eventually

Query = Callable[[str], str]


def people(namespace: str, file: str = "people.csv") -> dict[str, dict[str, str]]:
    return {"http": {"url": f"http://files.{namespace}.svc:8000/{file}", "format": "CSVWithNames"}}


def jobs(cluster: Kubernetes, namespace: str) -> list[str]:
    return [job["metadata"]["name"] for job in cluster.list("jobs", namespace)]


def test_an_applied_contract_is_published_and_ready(installed: Kubernetes, namespace: str, query: Query) -> None:
    installed.apply(contract("people", namespace, people(namespace)))
    installed.wait_ready("people", namespace)
    status = installed.get("dc", "people", namespace)["status"]
    assert query(f"SELECT count() FROM {namespace.replace('-', '_')}.people") == "3"
    assert status["rows"] == 3
    assert [stage["stage"] for stage in status["lastRun"]["stages"]] == [
        "ingest",
        "transform",
        "validate",
        "publish",
        "govern",
    ]
    row = installed.run("get", "dc", "people", "-n", namespace, "--no-headers").stdout.split()
    assert row[:3] == ["people", "True", "1.0.0"]


def test_a_failed_check_is_understood_without_a_log_and_the_live_table_stays(
    installed: Kubernetes, namespace: str, query: Query
) -> None:
    installed.apply(contract("people", namespace, people(namespace)))
    installed.wait_ready("people", namespace)
    installed.apply(contract("people", namespace, people(namespace, "doubled.csv")))
    found = eventually(
        lambda: condition(installed.get("dc", "people", namespace), "Stalled").get("status") == "True", 120
    )
    assert found
    ready = condition(installed.get("dc", "people", namespace), "Ready")
    assert (ready["status"], ready["reason"]) == ("False", "CheckFailed")
    assert "id" in ready["message"]
    assert "expected" in ready["message"]
    assert "found" in ready["message"]
    assert query(f"SELECT count() FROM {namespace.replace('-', '_')}.people") == "3"
    assert "CheckFailed" in installed.run("describe", "dc", "people", "-n", namespace).stdout


def test_a_requested_run_runs_once_and_a_change_of_words_runs_nothing(installed: Kubernetes, namespace: str) -> None:
    installed.apply(contract("people", namespace, people(namespace)))
    installed.wait_ready("people", namespace)
    assert len(jobs(installed, namespace)) == 1
    installed.run("annotate", "dc", "people", "-n", namespace, "datacontract.dev/requested-at=noon")
    eventually(lambda: len(jobs(installed, namespace)) == 2)
    installed.apply(contract("people", namespace, people(namespace), description={"purpose": "words"}))
    eventually(lambda: condition(installed.get("dc", "people", namespace), "Ready").get("observedGeneration") == 2, 120)
    time.sleep(3)
    assert len(jobs(installed, namespace)) == 2


def test_a_suspended_contract_starts_nothing_until_it_is_resumed(installed: Kubernetes, namespace: str) -> None:
    schedule = {"cron": "0 6 * * *", "timeZone": "Europe/Berlin"}
    installed.apply(contract("people", namespace, people(namespace), suspend=True, schedule=schedule))
    eventually(lambda: condition(installed.get("dc", "people", namespace), "Ready").get("reason") == "Suspended")
    assert jobs(installed, namespace) == []
    assert installed.get("cronjob", "people", namespace)["spec"]["suspend"] is True
    installed.apply(contract("people", namespace, people(namespace), suspend=False, schedule=schedule))
    installed.wait_ready("people", namespace)
    eventually(lambda: installed.get("cronjob", "people", namespace)["spec"]["suspend"] is False)
    assert installed.get("dc", "people", namespace)["status"]["nextRunAt"]


def test_a_scheduled_run_queues_like_any_other(installed: Kubernetes, namespace: str) -> None:
    installed.apply(contract("people", namespace, people(namespace), schedule={"cron": "* * * * *"}))
    installed.wait_ready("people", namespace)

    def scheduled() -> bool:
        runs = installed.get("dc", "people", namespace)["status"]["history"]
        return any(run["trigger"] == "schedule" and run["outcome"] == "Succeeded" for run in runs)

    eventually(scheduled, 150, 2)


def test_of_two_contracts_that_claim_a_table_the_later_is_stalled_with_the_owners_name(
    installed: Kubernetes, namespace: str
) -> None:
    installed.apply(contract("people", namespace, people(namespace)))
    installed.wait_ready("people", namespace)
    rival = contract("people", namespace, people(namespace))
    rival["metadata"]["name"] = "rival"
    installed.apply(rival)
    stalled = eventually(
        lambda: (one := condition(installed.get("dc", "rival", namespace), "Stalled")).get("status") == "True" and one
    )
    assert stalled["reason"] == "NotOwned"
    assert f"{namespace}/people" in stalled["message"]
    installed.run("delete", "dc", "people", "-n", namespace)
    eventually(lambda: condition(installed.get("dc", "rival", namespace), "Stalled").get("status") == "False")


def test_a_changed_contract_runs_after_the_run_under_way_has_ended(installed: Kubernetes, namespace: str) -> None:
    installed.apply(contract("people", namespace, people(namespace)))
    eventually(
        lambda: condition(installed.get("dc", "people", namespace), "Reconciling").get("reason") == "Running", 60, 0.1
    )
    installed.apply(
        contract("people", namespace, people(namespace), load={"table": "people", "mode": "replace", "orderBy": ["id"]})
    )
    installed.wait_ready("people", namespace)

    def both() -> bool:
        runs = installed.get("dc", "people", namespace)["status"]["history"]
        return [(run["generation"], run["outcome"]) for run in runs] == [(2, "Succeeded"), (1, "Succeeded")]

    eventually(both, 120)


def test_a_missing_warehouse_is_named(installed: Kubernetes, namespace: str) -> None:
    installed.apply(contract("people", namespace, people(namespace), warehouse={"name": "elsewhere"}))
    ready = eventually(lambda: condition(installed.get("dc", "people", namespace), "Ready"))
    assert ready["reason"] == "WarehouseMissing"
    assert "'elsewhere'" in ready["message"]


def test_retained_tables_outlive_their_contract(installed: Kubernetes, namespace: str, query: Query) -> None:
    installed.apply(contract("people", namespace, people(namespace)))
    installed.wait_ready("people", namespace)
    installed.run("delete", "dc", "people", "-n", namespace, "--timeout=30s")
    assert query(f"SELECT count() FROM {namespace.replace('-', '_')}.people") == "3"
    eventually(lambda: jobs(installed, namespace) == [])
    eventually(lambda: not installed.list("configmaps", namespace, "datacontract.dev/contract-uid"))


def test_the_warehouse_tells_whether_it_answers_and_its_version(installed: Kubernetes, namespace: str) -> None:
    status = eventually(lambda: installed.get("wh", "default", namespace).get("status"))
    assert condition({"status": status}, "Ready")["status"] == "True"
    assert status["version"][0].isdigit()


def test_deletion_with_delete_policy_takes_the_tables_along_and_waits_for_it(
    installed: Kubernetes, namespace: str, query: Query
) -> None:
    installed.apply(contract("people", namespace, people(namespace), deletionPolicy="Delete"))
    installed.wait_ready("people", namespace)
    installed.run("delete", "dc", "people", "-n", namespace, "--cascade=foreground", "--timeout=120s")
    assert query(f"EXISTS TABLE {namespace.replace('-', '_')}.people") == "0"


def test_a_deletion_that_cannot_drop_the_tables_says_so_and_how_to_go_on(installed: Kubernetes, namespace: str) -> None:
    installed.apply(contract("people", namespace, people(namespace), deletionPolicy="Delete"))
    installed.wait_ready("people", namespace)
    installed.run("delete", "wh", "default", "-n", namespace)
    installed.run("delete", "dc", "people", "-n", namespace, "--wait=false")
    stalled = eventually(
        lambda: (one := condition(installed.get("dc", "people", namespace), "Stalled")).get("status") == "True" and one
    )
    assert "spec.deletionPolicy to Retain" in stalled["message"]
    patch = '{"spec": {"deletionPolicy": "Retain"}}'
    installed.run("patch", "dc", "people", "-n", namespace, "--type=merge", "-p", patch)
    eventually(lambda: not installed.get("dc", "people", namespace))
