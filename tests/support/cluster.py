"""kubectl and helm for tests, and the small things that every cluster test says."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "hack/cluster/cluster.sh"
SYSTEM = "datacontract-system"
OPERATOR = "datacontract-operator"
TRIAL = "datacontract-operator-trial"
IMAGE_TAG = os.environ.get("DATACONTRACT_IMAGE_TAG", "dev")


@dataclass(frozen=True)
class Kubernetes:
    """A cluster, by its kubeconfig.

    Args:
        kubeconfig: path of the file.
        helm: the helm command.
    """

    kubeconfig: str
    helm_command: str = "helm"

    def run(self, *arguments: str, stdin: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """kubectl with arguments."""
        done = subprocess.run(
            ["kubectl", "--kubeconfig", self.kubeconfig, *arguments], input=stdin, capture_output=True, text=True
        )
        assert not check or done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr}"
        return done

    def helm(self, *arguments: str) -> str:
        """helm with arguments; its output."""
        environment = {**os.environ, "KUBECONFIG": self.kubeconfig}
        done = subprocess.run([self.helm_command, *arguments], capture_output=True, text=True, env=environment)
        assert done.returncode == 0, f"helm {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def apply(self, *documents: Document) -> None:
        """Server-side apply, as a user would with ``--server-side``."""
        self.run("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=yaml.safe_dump_all(documents))

    def get(self, kind: str, name: str, namespace: str) -> Document:
        """One object; an empty document when it is not there."""
        done = self.run("get", kind, name, "-n", namespace, "-o", "json", "--ignore-not-found")
        found: Document = json.loads(done.stdout or "{}")
        return found

    def list(self, kind: str, namespace: str, selector: str = "") -> list[Document]:
        """All objects of a kind in a namespace."""
        options = ["-l", selector] if selector else []
        items: list[Document] = json.loads(self.run("get", kind, "-n", namespace, "-o", "json", *options).stdout)[
            "items"
        ]
        return items

    def wait_ready(self, name: str, namespace: str, seconds: int = 240) -> None:
        """Waits for a contract to be Ready; the failure shows what `kubectl describe` would."""
        done = self.run(
            *("wait", "--for=condition=Ready", f"dc/{name}", "-n", namespace, f"--timeout={seconds}s"), check=False
        )
        assert done.returncode == 0, json.dumps(self.get("dc", name, namespace).get("status"), indent=1)


def condition(contract: Mapping[str, Any], kind: str) -> Document:
    """One condition of an object, empty when it has none of this type."""
    every = (contract.get("status") or {}).get("conditions") or ()
    return next((dict(one) for one in every if one["type"] == kind), {})


def eventually(what: Callable[[], Any], seconds: float = 60, every: float = 0.5) -> Any:
    """The first true value that a question is answered with."""
    end = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(every)
    return answer


def contract(name: str, namespace: str, source: Mapping[str, Any], **spec: Any) -> Document:
    """A contract that loads one CSV with the columns id and name into a table of its own name."""
    return {
        "apiVersion": "datacontract.dev/v1alpha1",
        "kind": "DataContract",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "version": "1.0.0",
            "destination": {"database": namespace.replace("-", "_")},
            "source": dict(source),
            "load": {"table": name.replace("-", "_"), "mode": "replace"},
            "schema": [
                {
                    "name": name.replace("-", "_"),
                    "properties": [
                        {"name": "id", "physicalType": "UInt64", "primaryKey": True},
                        {"name": "name", "physicalType": "String"},
                    ],
                }
            ],
            **spec,
        },
    }


def files_server(namespace: str, files: Mapping[str, str]) -> Iterable[Document]:
    """A pod that serves small files from a ConfigMap at http://files.<namespace>.svc:8000/."""
    labels = {"app.kubernetes.io/name": "files"}
    context = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": True}
    container = {
        "name": "files",
        "image": f"datacontract-runner:{IMAGE_TAG}",
        "command": ["python", "-m", "http.server", "8000", "--directory", "/files"],
        "securityContext": context,
        "volumeMounts": [{"name": "files", "mountPath": "/files"}],
        "readinessProbe": {"tcpSocket": {"port": 8000}, "periodSeconds": 1},
    }
    pod = {
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 0,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
        "volumes": [{"name": "files", "configMap": {"name": "files"}}],
    }
    metadata = {"name": "files", "namespace": namespace}
    yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": dict(files)}
    yield {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}},
    }
    yield {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"selector": labels, "ports": [{"port": 8000}]},
    }


def people_csv(count: int = 3) -> str:
    """A CSV with the columns id and name."""
    return "id,name\n" + "".join(f"{n},person {n}\n" for n in range(count))
