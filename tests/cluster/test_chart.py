"""The chart with a real helm: what it renders, and install, upgrade and uninstall of a namespaced release."""

import uuid

import pytest
import yaml

from support.cluster import IMAGE_TAG, ROOT, Document, Kubernetes, contract, eventually

CHART = str(ROOT / "charts/datacontract-operator")
EVERYTHING = (
    *("--set", "warehouse.trial.enabled=true", "--set", "podDisruptionBudget.enabled=true"),
    *("--set", "monitoring.serviceMonitor.enabled=true", "--set", "monitoring.prometheusRule.enabled=true"),
    *("--set", "monitoring.dashboard.enabled=true", "--set", "breakingChanges.policy=true"),
)
OF_PROMETHEUS = {"ServiceMonitor", "PrometheusRule"}


def metrics(cluster: Kubernetes, namespace: str) -> str:
    """The metrics of the release `second`, through the API server."""
    service = f"/api/v1/namespaces/{namespace}/services/second-datacontract-operator-metrics:8080/proxy/metrics"
    return cluster.run("get", "--raw", service).stdout


def rendered(cluster: Kubernetes, *options: str) -> list[Document]:
    text = cluster.helm("template", "x", CHART, "-n", "default", *options)
    return [one for one in yaml.safe_load_all(text) if one]


@pytest.mark.parametrize("embedded", ["true", "false"])
def test_everything_that_can_be_switched_on_is_what_the_api_server_takes(kubernetes: Kubernetes, embedded: str) -> None:
    documents = rendered(kubernetes, *EVERYTHING, "--set", f"warehouse.trial.embedded={embedded}")
    kinds = {one["kind"] for one in documents}
    assert {"ServiceMonitor", "PrometheusRule", "PodDisruptionBudget", "NetworkPolicy", "ClusterRole"} <= kinds
    ours = [one for one in documents if one["kind"] not in OF_PROMETHEUS]
    kubernetes.run(
        *("apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "-f", "-"),
        stdin=yaml.safe_dump_all(ours),
    )


def test_a_namespaced_install_has_roles_only(kubernetes: Kubernetes) -> None:
    namespaced = rendered(kubernetes, "--set", "clusterWide=false", "--set", "watchNamespaces={a,b}")
    assert not [one for one in namespaced if one["kind"].startswith("ClusterRole")]
    roles = [one for one in namespaced if one["kind"] == "Role"]
    assert [one["metadata"]["namespace"] for one in roles] == ["a", "b"]
    (everywhere,) = [one for one in rendered(kubernetes) if one["kind"] == "ClusterRole"]
    assert all(one["rules"] == everywhere["rules"] for one in roles)


def test_crds_can_be_left_out_and_are_kept_unless_told_otherwise(kubernetes: Kubernetes) -> None:
    def crds(*options: str) -> list[Document]:
        return [one for one in rendered(kubernetes, *options) if one["kind"] == "CustomResourceDefinition"]

    assert crds("--set", "crds.install=false") == []
    assert all(one["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep" for one in crds())
    assert not any(one["metadata"].get("annotations") for one in crds("--set", "crds.keep=false"))


def test_a_namespaced_release_installs_upgrades_and_leaves_nothing_behind(installed: Kubernetes) -> None:
    namespace = f"t-{uuid.uuid4().hex[:8]}"
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    installed.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}})
    settings = ("clusterWide=false", "crds.install=false", f"image.tag={IMAGE_TAG}", f"runner.image.tag={IMAGE_TAG}")
    options = [part for one in settings for part in ("--set", one)]
    wait = ("-n", namespace, "--wait", "--timeout", "120s")
    try:
        installed.helm("install", "second", CHART, *wait, *options)
        account = f"system:serviceaccount:{namespace}:second-datacontract-operator"

        def may(where: str) -> bool:
            question = ("auth", "can-i", "create", "jobs", f"--as={account}", "-n", where)
            return installed.run(*question, check=False).stdout.strip() == "yes"

        assert may(namespace)
        assert not may("default")
        # Both operators see this contract; this one tells that it did by its metrics.
        installed.apply(contract("orphan", namespace, {"http": {"url": "http://127.0.0.1:1/x", "format": "Parquet"}}))
        reconciled = 'datacontract_reconciles_total{kind="contract",result="success"}'
        eventually(lambda: reconciled in metrics(installed, namespace))
        said = installed.run("logs", "deploy/second-datacontract-operator", "-n", namespace).stdout
        assert "orbidden" not in said
        installed.helm("upgrade", "second", CHART, *wait, *options, "--set", "workers=3")
        installed.helm("uninstall", "second", *wait)
        kinds = "deployments,services,serviceaccounts,roles,rolebindings,networkpolicies"
        left = installed.run("get", kinds, "-n", namespace, "-l", "app.kubernetes.io/instance=second", "-o", "name")
        assert left.stdout == ""
    finally:
        installed.run("delete", "namespace", namespace, "--wait=false")
