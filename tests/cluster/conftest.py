"""A cluster with the chart installed: the one of KUBECONFIG, else the local one of hack/cluster."""

import base64
import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator

import pytest

from support.cluster import IMAGE_TAG, OPERATOR, ROOT, SCRIPT, SYSTEM, TRIAL, Kubernetes, files_server, people_csv
from support.requirements import missing


@pytest.fixture(scope="session")
def kubernetes() -> Kubernetes:
    """The cluster. A given KUBECONFIG must have the images `datacontract-operator` and `datacontract-runner`."""
    if given := os.environ.get("KUBECONFIG"):
        if shutil.which("helm") is None and "HELM" not in os.environ:
            missing("KUBECONFIG is set, but there is no helm: install it, or name it in HELM")
        return Kubernetes(given, os.environ.get("HELM", "helm"))
    return _local()


def _local() -> Kubernetes:
    if os.geteuid() != 0:
        missing("no KUBECONFIG, and the local cluster needs root")
    built = subprocess.run([SCRIPT, "is_built"], capture_output=True, text=True)
    if built.returncode != 0:
        missing("no KUBECONFIG, and the local cluster is not built: run `make cluster` (15 minutes the first time)")
    for step in ("packages", "up", "images"):
        done = subprocess.run([SCRIPT, step], capture_output=True, text=True)
        assert done.returncode == 0, f"{SCRIPT} {step}: {done.stderr}"
    kubeconfig, helm = (
        subprocess.run([SCRIPT, word], capture_output=True, text=True, check=True).stdout.strip()
        for word in ("kubeconfig", "helm_path")
    )
    return Kubernetes(kubeconfig, helm)


@pytest.fixture(scope="session")
def installed(kubernetes: Kubernetes) -> Kubernetes:
    """The cluster with the chart: the operator watches every namespace, the trial warehouse is the embedded engine."""
    settings = {
        "fullname": OPERATOR,
        "image.tag": IMAGE_TAG,
        "runner.image.tag": IMAGE_TAG,
        "probeSeconds": "5",
        "warehouse.trial.enabled": "true",
        "warehouse.trial.embedded": "true",
        "warehouse.trial.storage.ephemeral": "true",
    }
    options = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
    kubernetes.helm(
        *("upgrade", "--install", "datacontract", str(ROOT / "charts/datacontract-operator")),
        *("-n", SYSTEM, "--create-namespace", "--wait", "--timeout", "180s", *options),
    )
    return kubernetes


@pytest.fixture(scope="session")
def warehouse_url() -> str:
    """The trial warehouse, as pods reach it."""
    return f"http://{TRIAL}.{SYSTEM}.svc:8123"


@pytest.fixture
def namespace(installed: Kubernetes, warehouse_url: str) -> Iterator[str]:
    """A namespace under the `restricted` Pod Security level, with a Warehouse and a server of small files."""
    name = f"t-{uuid.uuid4().hex[:8]}"
    secret = installed.get("secret", TRIAL, SYSTEM)
    labels = {"pod-security.kubernetes.io/enforce": "restricted", "datacontract.dev/test": "true"}
    installed.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
    installed.apply(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "account", "namespace": name},
            "data": secret["data"],
        },
        {
            "apiVersion": "datacontract.dev/v1alpha1",
            "kind": "Warehouse",
            "metadata": {"name": "default", "namespace": name},
            "spec": {"url": warehouse_url, "credentialsSecretRef": {"name": "account"}, "maxConcurrentRuns": 2},
        },
        *files_server(name, {"people.csv": people_csv(), "doubled.csv": "id,name\n1,a\n1,b\n"}),
    )
    installed.run("wait", "--for=condition=Available", "deploy/files", "-n", name, "--timeout=60s")
    yield name
    installed.run("delete", "namespace", name, "--wait=false")


@pytest.fixture
def query(installed: Kubernetes) -> Callable[[str], str]:
    """Asks the trial warehouse through its service, from a pod."""
    password = base64.b64decode(installed.get("secret", TRIAL, SYSTEM)["data"]["password"]).decode()
    code = (
        "import sys, urllib.request, urllib.error\n"
        f"request = urllib.request.Request('http://{TRIAL}.{SYSTEM}.svc:8123/', data=sys.stdin.buffer.read(),\n"
        f"    headers={{'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': {password!r}}})\n"
        "try:\n"
        "    print(urllib.request.urlopen(request).read().decode(), end='')\n"
        "except urllib.error.HTTPError as error:\n"
        "    print(error.read().decode())\n"
    )

    def ask(statement: str) -> str:
        done = installed.run("exec", "-i", "-n", SYSTEM, f"deploy/{TRIAL}", "--", "python", "-c", code, stdin=statement)
        return done.stdout.strip()

    return ask
