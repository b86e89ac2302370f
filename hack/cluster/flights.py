"""The flights example for a cluster: the same contracts, with their files behind an address inside the cluster.

``flights.py contracts NAMESPACE WAREHOUSE_URL FILE`` writes the Warehouse, a server for the data files, and the
contracts of FILE with every ``file`` source turned into ``http``; ``flights.py secret NAMESPACE`` copies a Secret from
standard input into another namespace. Both write to standard output.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]
DATA_IMAGE = "flights-data:dev"
SECRET = "warehouse"  # noqa: S105 - a name


def warehouse(namespace: str, url: str) -> Document:
    """The Warehouse, with room for two runs at a time."""
    return {
        "apiVersion": "datacontract.dev/v1alpha1",
        "kind": "Warehouse",
        "metadata": {"name": "default", "namespace": namespace},
        "spec": {"url": url, "credentialsSecretRef": {"name": SECRET}, "maxConcurrentRuns": 2},
    }


def data_server(namespace: str) -> list[Document]:
    """A pod that serves the example's files, and its Service."""
    labels = {"app.kubernetes.io/name": "flights-data"}
    restricted = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    container = {"name": "files", "image": DATA_IMAGE, "imagePullPolicy": "IfNotPresent", "securityContext": restricted}
    pod = {
        "automountServiceAccountToken": False,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container | {"readinessProbe": {"httpGet": {"path": "/airlines.csv", "port": 8000}}}],
    }
    metadata = {"name": "flights-data", "namespace": namespace}
    template = {"metadata": {"labels": labels}, "spec": pod}
    return [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": metadata,
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata,
            "spec": {"selector": labels, "ports": [{"port": 8000}]},
        },
    ]


def over_http(contract: Document, namespace: str) -> Document:
    """A contract in a namespace, its ``file`` source behind the data server."""
    source = contract["spec"]["source"]
    if file := source.pop("file", None):
        name = Path(file.pop("path")).name
        source["http"] = {"url": f"http://flights-data.{namespace}.svc:8000/{name}", **file}
    contract["metadata"]["namespace"] = namespace
    return contract


def copied_secret(secret: Document, namespace: str) -> Document:
    """A Secret's data under our name in another namespace."""
    metadata = {"name": SECRET, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": secret["data"]}


def main(verb: str, namespace: str, *rest: str) -> None:
    """Writes what the verb asks for."""
    if verb == "secret":
        documents = [copied_secret(json.load(sys.stdin), namespace)]
    else:
        url, file = rest
        contracts = [over_http(one, namespace) for one in yaml.safe_load_all(Path(file).read_text()) if one]
        documents = [warehouse(namespace, url), *data_server(namespace), *contracts]
    yaml.safe_dump_all(documents, sys.stdout, sort_keys=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
