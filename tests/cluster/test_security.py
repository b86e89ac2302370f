"""Least rights, restricted pods, and secrets that stay secret."""

import base64
import uuid
from collections.abc import Callable

from support.cluster import OPERATOR, SYSTEM, TRIAL, Kubernetes, condition, contract, eventually

Query = Callable[[str], str]

OPERATOR_MAY = {
    "configmaps": {"create", "delete"},
    "cronjobs.batch": {"create", "delete", "list", "patch", "watch"},
    "datacontracts.datacontract.dev": {"list", "patch", "watch"},
    "datacontracts.datacontract.dev/status": {"patch"},
    "events": {"create"},
    "jobs.batch": {"create", "delete", "get", "list", "patch", "watch"},
    "pods": {"list", "watch"},
    "secrets": {"get"},
    "warehouses.datacontract.dev": {"list", "watch"},
    "warehouses.datacontract.dev/status": {"patch"},
}
"""Every verb that the operator has. One more is a failure of this test: add it only with a reason."""

EVERYBODY_MAY = {
    "selfsubjectaccessreviews.authorization.k8s.io",
    "selfsubjectrulesreviews.authorization.k8s.io",
    "selfsubjectreviews.authentication.k8s.io",
    "clustertrustbundles.certificates.k8s.io",
}
"""What Kubernetes lets every authenticated account do with itself."""


def allowed(cluster: Kubernetes, account: str, namespace: str) -> dict[str, set[str]]:
    """Verbs by resource, as the API server lists them for a service account."""
    lines = cluster.run("auth", "can-i", "--list", f"--as=system:serviceaccount:{account}", "-n", namespace).stdout
    found: dict[str, set[str]] = {}
    for line in lines.splitlines()[1:]:
        name, verbs = line.split()[0], line[line.rindex("[") + 1 : line.rindex("]")].split()
        if not name.startswith("[") and name not in EVERYBODY_MAY:
            found.setdefault(name, set()).update(verbs)
    return found


def test_the_operator_may_exactly_what_it_needs(installed: Kubernetes, namespace: str) -> None:
    assert allowed(installed, f"{SYSTEM}:{OPERATOR}", namespace) == OPERATOR_MAY


def test_a_run_may_nothing_and_has_no_token_to_do_it_with(installed: Kubernetes, namespace: str) -> None:
    assert allowed(installed, f"{namespace}:default", namespace) == {}
    source = {"http": {"url": f"http://files.{namespace}.svc:8000/people.csv", "format": "CSVWithNames"}}
    installed.apply(contract("people", namespace, source))
    (pod,) = eventually(lambda: installed.list("pods", namespace, "datacontract.dev/contract-uid"))
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert not [one for one in pod["spec"]["volumes"] if "projected" in one]
    for container in [*pod["spec"]["initContainers"], *pod["spec"]["containers"]]:
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
    installed.wait_ready("people", namespace)


def test_a_secrets_value_is_nowhere_but_in_the_secret(installed: Kubernetes, namespace: str, query: Query) -> None:
    marker = f"marker{uuid.uuid4().hex}"
    account = installed.get("secret", TRIAL, SYSTEM)["data"]
    password = base64.b64decode(account["password"]).decode()
    installed.apply(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "source", "namespace": namespace},
            "stringData": {"authorization": f"Bearer {marker}"},
        }
    )
    url = f"http://files.{namespace}.svc:8000"
    opened = {"format": "CSVWithNames", "credentialsSecretRef": {"name": "source"}}
    installed.apply(
        contract("people", namespace, {"http": {"url": f"{url}/people.csv", **opened}}),
        contract("absent", namespace, {"http": {"url": f"{url}/absent.csv", **opened}}),
        contract("doubled", namespace, {"http": {"url": f"{url}/doubled.csv", **opened}}),
    )
    installed.wait_ready("people", namespace)
    for name in ("absent", "doubled"):
        stalled = eventually(
            lambda name=name: condition(installed.get("dc", name, namespace), "Stalled").get("status") == "True", 180
        )
        assert stalled
    for secret in (marker, password):
        assert_absent(installed, namespace, query, secret)


def assert_absent(cluster: Kubernetes, namespace: str, query: Query, secret: str) -> None:
    """Searches every place where a careless line could have left the value."""
    kinds = "datacontracts,warehouses,jobs,cronjobs,pods,configmaps,events"
    places = {"objects": cluster.run("get", kinds, "-n", namespace, "-o", "yaml").stdout}
    pods = cluster.list("pods", namespace, "datacontract.dev/contract-uid")
    for pod in pods:
        name = pod["metadata"]["name"]
        places[f"log of {name}"] = cluster.run("logs", name, "-n", namespace, "--all-containers", check=False).stdout
    for deployment in (OPERATOR, TRIAL):
        places[f"log of {deployment}"] = cluster.run("logs", f"deploy/{deployment}", "-n", SYSTEM).stdout
    tables = query("SELECT name FROM system.tables WHERE database = 'datacontract'").split()
    for table in tables:
        places[f"ledger {table}"] = query(f"SELECT * FROM datacontract.{table} FORMAT JSONEachRow")
    assert len(pods) == 3
    assert len(tables) > 3
    assert [place for place, text in places.items() if secret in text] == []
