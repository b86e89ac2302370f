"""The operator, the API server and the warehouse are taken away at random: every run still happens, once."""

import os
import random
import subprocess
import time
from collections.abc import Callable

import pytest

from support.cluster import SCRIPT, SYSTEM, TRIAL, Document, Kubernetes, condition, contract, eventually

Query = Callable[[str], str]
CONTRACTS = int(os.environ.get("DATACONTRACT_CHAOS_CONTRACTS", "6"))
KILLS = int(os.environ.get("DATACONTRACT_CHAOS_KILLS", "8"))
SEED = int(os.environ.get("DATACONTRACT_CHAOS_SEED", "0")) or random.randrange(10**6)


@pytest.fixture
def chance() -> random.Random:
    """Randomness that a failure can be repeated with."""
    print(f"DATACONTRACT_CHAOS_SEED={SEED}")
    return random.Random(SEED)


def appending(namespace: str) -> list[Document]:
    """Contracts that append: a run that happens twice doubles its rows."""
    source = {"http": {"url": f"http://files.{namespace}.svc:8000/people.csv", "format": "CSVWithNames"}}
    made = []
    for n in range(CONTRACTS):
        document = contract(f"people-{n}", namespace, source, load={"table": f"people_{n}", "mode": "append"})
        for column in document["spec"]["schema"][0]["properties"]:
            column.pop("primaryKey", None)
        made.append(document)
    return made


def request(cluster: Kubernetes, namespace: str, value: str) -> None:
    cluster.run("annotate", "--overwrite", "dc", "--all", "-n", namespace, f"datacontract.dev/requested-at={value}")


def ended(cluster: Kubernetes, namespace: str, value: str) -> bool:
    """Whether every contract is Ready, has handled the request and has nothing under way."""
    return all(
        condition(one, "Ready").get("status") == "True"
        and one["status"].get("lastHandledRequest") == value
        and condition(one, "Reconciling").get("status") == "False"
        for one in cluster.list("dc", namespace)
    )


def assert_each_ran_exactly(times: int, cluster: Kubernetes, namespace: str, query: Query) -> None:
    jobs = cluster.list("jobs", namespace)
    assert len(jobs) == times * CONTRACTS
    assert all(job["status"].get("succeeded") == 1 for job in jobs)
    owners = {one["metadata"]["uid"] for one in cluster.list("dc", namespace)}
    assert {job["metadata"]["ownerReferences"][0]["uid"] for job in jobs} == owners, "no orphans"
    database = namespace.replace("-", "_")
    for n in range(CONTRACTS):
        assert query(f"SELECT count() FROM {database}.people_{n}") == str(3 * times)


def kill_operator(cluster: Kubernetes) -> None:
    """SIGKILL: a pod deleted with no grace."""
    cluster.run(
        *("delete", "pod", "-n", SYSTEM, "-l", "app.kubernetes.io/name=datacontract-operator"),
        *("--grace-period=0", "--force", "--wait=false"),
    )


@pytest.mark.timeout(3600)
def test_runs_happen_once_though_the_operator_is_killed_again_and_again(
    installed: Kubernetes, namespace: str, query: Query, chance: random.Random
) -> None:
    installed.apply(*appending(namespace))
    request(installed, namespace, "first")
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.5, 6))
        kill_operator(installed)
    eventually(lambda: ended(installed, namespace, "first"), 1500, 2)
    once_or_twice = len(installed.list("jobs", namespace)) // CONTRACTS
    # The creation and the request are one run where the operator saw both at once, two where it saw them in turn.
    assert once_or_twice in (1, 2)
    before = len(installed.list("jobs", namespace))
    request(installed, namespace, "second")
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.5, 6))
        kill_operator(installed)
    eventually(lambda: ended(installed, namespace, "second"), 1500, 2)
    jobs = installed.list("jobs", namespace)
    assert len(jobs) == before + CONTRACTS
    assert all(job["status"].get("succeeded") == 1 for job in jobs)
    database = namespace.replace("-", "_")
    for one in installed.list("dc", namespace):
        runs = [job for job in jobs if job["metadata"]["ownerReferences"][0]["uid"] == one["metadata"]["uid"]]
        table = one["spec"]["load"]["table"]
        assert query(f"SELECT count() FROM {database}.{table}") == str(3 * len(runs))


def test_runs_happen_once_though_the_api_server_restarts(installed: Kubernetes, namespace: str, query: Query) -> None:
    if "/cluster/admin.kubeconfig" not in installed.kubeconfig:
        pytest.skip("only the local cluster's API server can be restarted from here")
    installed.apply(*appending(namespace))
    eventually(lambda: len(installed.list("jobs", namespace)) == CONTRACTS)
    for _ in range(2):
        time.sleep(3)
        subprocess.run([SCRIPT, "restart_apiserver"], check=True, capture_output=True)
    eventually(lambda: ended(installed, namespace, ""), 600, 2)
    assert_each_ran_exactly(1, installed, namespace, query)


def test_runs_wait_for_a_warehouse_that_is_away_and_then_happen_once(
    installed: Kubernetes, namespace: str, query: Query
) -> None:
    installed.apply(*appending(namespace))
    installed.wait_ready("people-0", namespace)
    eventually(lambda: ended(installed, namespace, ""), 600, 2)
    installed.run("scale", f"deploy/{TRIAL}", "-n", SYSTEM, "--replicas=0")
    try:
        gone = eventually(
            lambda: condition(installed.get("wh", "default", namespace), "Ready").get("status") == "False", 60
        )
        assert gone
        request(installed, namespace, "meanwhile")
        told = eventually(
            lambda: (
                (one := condition(installed.get("dc", "people-0", namespace), "Reconciling")).get("reason") == "Queued"
                and one
            )
        )
        assert "does not answer" in told["message"]
    finally:
        installed.run("scale", f"deploy/{TRIAL}", "-n", SYSTEM, "--replicas=1")
        installed.run("rollout", "status", f"deploy/{TRIAL}", "-n", SYSTEM, "--timeout=120s")
    # Its storage is gone with the pod, as the trial is installed here: each contract publishes anew.
    eventually(lambda: ended(installed, namespace, "meanwhile"), 600, 2)
    jobs = installed.list("jobs", namespace)
    assert len(jobs) == 2 * CONTRACTS
    assert all(job["status"].get("succeeded") == 1 for job in jobs)
