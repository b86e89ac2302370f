"""What a real API server accepts and refuses: the tables of cases of the models, and the gate in both its forms."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.admission import ACCEPTED, REFUSED
from support.cluster import ROOT, Document, Kubernetes, eventually
from support.contracts import changed, contract_document
from support.promises import CASES, OLD
from support.requirements import missing

SCRIPT = ROOT / "hack/cluster/apiserver.sh"
CLUSTER = ROOT / "hack/cluster/cluster.sh"
CHART = ROOT / "charts/datacontract-operator"
NAMESPACE = "shop"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubernetes]:
    """An API server of its own, empty but for our CRDs."""
    if subprocess.run([CLUSTER, "is_built"]).returncode != 0:
        missing("Kubernetes is not built: run `make cluster` (15 minutes the first time)")
    state = tmp_path_factory.mktemp("apiserver")
    environment = {**os.environ, "STATE": str(state), "PORT": "16643", "ETCD_PORT": "12579"}
    helm = subprocess.run([CLUSTER, "helm_path"], capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run([SCRIPT, "up"], env=environment, check=True)
    try:
        yield Kubernetes(str(state / "admin.kubeconfig"), helm)
    finally:
        subprocess.run([SCRIPT, "down"], env=environment, check=True)


def install_crds(cluster: Kubernetes, *, policy: bool) -> None:
    """What the chart installs at admission: the CRDs, and the policy instead of the CRD's rule when asked for."""
    rendered = cluster.helm("template", "x", str(CHART), "--set", f"breakingChanges.policy={str(policy).lower()}")
    kinds = {"CustomResourceDefinition", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
    documents = [one for one in yaml.safe_load_all(rendered) if one and one["kind"] in kinds]
    cluster.apply(*documents, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    for name in ("datacontracts", "warehouses"):
        eventually(lambda name=name: cluster.run("get", name, "-A", check=False).returncode == 0, 30)


@pytest.fixture(scope="module")
def gated_by_rule(api: Kubernetes) -> Kubernetes:
    install_crds(api, policy=False)
    return api


@pytest.fixture(scope="module")
def gated_by_policy(gated_by_rule: Kubernetes) -> Kubernetes:
    """Comes last in this file: it takes the CRD's own rule away."""
    install_crds(gated_by_rule, policy=True)
    document = named(OLD, "probe")
    gated_by_rule.apply(document)
    broken = changed(document, ("spec", "schema", 0, "properties"), document["spec"]["schema"][0]["properties"][:1])
    # The policy takes effect a moment after it is stored.
    eventually(lambda: "breaks what was promised" in submitted(gated_by_rule, broken), 30)
    return gated_by_rule


def named(document: Document, name: str) -> Document:
    return {**document, "metadata": {"name": name, "namespace": NAMESPACE}}


def submitted(cluster: Kubernetes, document: Document) -> str:
    """What the API server says against a document; empty when it accepts it. Nothing is stored."""
    done = cluster.run(
        *("apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "-f", "-"),
        stdin=yaml.safe_dump(document),
        check=False,
    )
    return "" if done.returncode == 0 else done.stderr


@pytest.mark.parametrize("document", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(gated_by_rule: Kubernetes, document: Document) -> None:
    assert submitted(gated_by_rule, document) == ""


@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED)
def test_refused(gated_by_rule: Kubernetes, document: Document) -> None:
    assert submitted(gated_by_rule, document) != ""


def judged(cluster: Kubernetes, new: Document) -> str:
    cluster.run("delete", "dc", "promise", "-n", NAMESPACE, "--ignore-not-found")
    cluster.apply(named(OLD, "promise"))
    return submitted(cluster, named(new, "promise"))


def check_case(cluster: Kubernetes, new: Document, broken: tuple[str, ...]) -> None:
    said = judged(cluster, new)
    major = new["spec"]["version"].split(".")[0] > OLD["spec"]["version"].split(".")[0]
    if broken and not major:
        assert "raise the major number of spec.version" in said
    else:
        assert said == ""


@pytest.mark.parametrize(("new", "broken"), CASES.values(), ids=CASES)
def test_the_rule_of_the_crd_judges_as_contractctl_diff(
    gated_by_rule: Kubernetes, new: Document, broken: tuple[str, ...]
) -> None:
    check_case(gated_by_rule, new, broken)


def test_a_new_major_version_may_break_what_was_promised(gated_by_rule: Kubernetes) -> None:
    new = changed(OLD, ("spec", "schema", 0, "properties"), OLD["spec"]["schema"][0]["properties"][:1])
    assert "raise the major number" in judged(gated_by_rule, new)
    assert judged(gated_by_rule, changed(new, ("spec", "version"), "2.0.0")) == ""


def test_the_destination_cannot_change(gated_by_rule: Kubernetes) -> None:
    assert "immutable" in judged(gated_by_rule, changed(OLD, ("spec", "destination", "database"), "elsewhere"))


def wide(tables: int, columns: int, physical_type: str = "String") -> Document:
    """A contract of many tables of many columns; the last column's type is given."""
    made: list[dict[str, Any]] = [
        {"name": f"t{t}", "properties": [{"name": f"c{c}", "physicalType": "String"} for c in range(columns)]}
        for t in range(tables)
    ]
    made[-1]["properties"][-1]["physicalType"] = physical_type
    return named(contract_document(schema=made), f"wide-{tables}-{columns}")


LIMITS = {"50 tables": (51, 1), "500 columns": (1, 501)}


@pytest.mark.parametrize(("tables", "columns"), LIMITS.values(), ids=LIMITS)
def test_a_contract_beyond_the_limits_is_refused(gated_by_rule: Kubernetes, tables: int, columns: int) -> None:
    assert submitted(gated_by_rule, wide(tables, columns)) != ""


@pytest.mark.parametrize(("tables", "columns"), [(50, 1), (1, 500)])
def test_a_contract_at_the_limits_is_accepted(gated_by_rule: Kubernetes, tables: int, columns: int) -> None:
    assert submitted(gated_by_rule, wide(tables, columns)) == ""


def test_a_contract_larger_than_the_cluster_stores_is_refused_as_such(gated_by_rule: Kubernetes) -> None:
    done = gated_by_rule.run("apply", "--server-side", "-f", "-", stdin=yaml.safe_dump(wide(50, 400)), check=False)
    assert "too large" in done.stderr


def test_a_large_contract_is_stored_and_gated(gated_by_rule: Kubernetes) -> None:
    gated_by_rule.apply(wide(50, 200))
    assert "raise the major number" in submitted(gated_by_rule, wide(50, 200, "UInt8"))


@pytest.mark.parametrize(("new", "broken"), CASES.values(), ids=CASES)
def test_the_policy_judges_as_the_rule(gated_by_policy: Kubernetes, new: Document, broken: tuple[str, ...]) -> None:
    check_case(gated_by_policy, new, broken)


def test_the_policy_judges_a_large_contract(gated_by_policy: Kubernetes) -> None:
    gated_by_policy.apply(wide(50, 250))
    assert "raise the major number" in submitted(gated_by_policy, wide(50, 250, "UInt8"))


def test_the_chart_is_right_by_its_own_schema() -> None:
    helm = Path(subprocess.run([CLUSTER, "helm_path"], capture_output=True, text=True, check=True).stdout.strip())
    if not helm.exists():
        missing("helm is not built: run `make cluster`")
    assert subprocess.run([helm, "lint", "--strict", CHART], capture_output=True).returncode == 0
    wrong = subprocess.run([helm, "template", "x", CHART, "--set", "workers=none"], capture_output=True, text=True)
    assert "workers" in wrong.stderr
