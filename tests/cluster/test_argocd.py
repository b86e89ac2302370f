"""GitOps with the real Argo CD: a commit adds, breaks and removes a contract."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from support.cluster import ROOT, Document, Kubernetes, contract, eventually
from support.requirements import missing

SCRIPT = ROOT / "hack/argocd/argocd.sh"
Query = Callable[[str], str]


class Repository:
    """A git repository that Argo CD watches."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._git("init", "-q", "-b", "main")

    def commit(self, files: dict[str, Document | None]) -> None:
        """Writes files, removes those that are None, and commits."""
        for name, document in files.items():
            path = self.folder / name
            if document is None:
                path.unlink()
            else:
                path.parent.mkdir(exist_ok=True)
                path.write_text(yaml.safe_dump(document))
        self._git("add", "-A")
        self._git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "change")

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.folder), *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def repository(installed: Kubernetes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """Argo CD's controller and repo server, and the repository that they serve."""
    if subprocess.run([SCRIPT, "is_built"]).returncode != 0:
        missing("Argo CD is not built: run hack/argocd/argocd.sh build (8 minutes the first time)")
    if "/cluster/admin.kubeconfig" not in installed.kubeconfig:
        missing("Argo CD runs against the local cluster only")
    repos = tmp_path_factory.mktemp("repos")
    folder = repos / "contracts"
    folder.mkdir()
    subprocess.run([SCRIPT, "packages"], check=True)
    subprocess.run([SCRIPT, "up", str(repos)], check=True)
    yield Repository(folder)
    subprocess.run([SCRIPT, "down"], check=True)


def application(namespace: str) -> Document:
    document: Document = yaml.safe_load((ROOT / "examples/argocd/application.yaml").read_text())
    document["metadata"]["name"] = namespace
    document["spec"]["source"] |= {"repoURL": "git://127.0.0.1:9418/contracts", "path": "contracts"}
    document["spec"]["destination"] = {"server": "https://10.88.0.1:6443", "namespace": namespace}
    return document


def test_commits_add_break_and_remove_a_contract(
    installed: Kubernetes, namespace: str, repository: Repository, query: Query
) -> None:
    table = f"{namespace.replace('-', '_')}.people"

    def people(file: str) -> Document:
        source = {"http": {"url": f"http://files.{namespace}.svc:8000/{file}", "format": "CSVWithNames"}}
        return contract("people", namespace, source, deletionPolicy="Retain")

    def state() -> Document:
        found = installed.get("application", namespace, "argocd").get("status") or {}
        resources = found.get("resources") or [{}]
        return {
            "sync": (found.get("sync") or {}).get("status"),
            "health": (found.get("health") or {}).get("status"),
            "contract": next((one.get("health") or {} for one in resources if one.get("kind") == "DataContract"), {}),
            "revision": (found.get("sync") or {}).get("revision"),
        }

    def commit(files: dict[str, Document | None]) -> None:
        repository.commit(files)
        # As a webhook of the git server would: look now, not at the next poll.
        refresh = "argocd.argoproj.io/refresh=normal"
        installed.run("annotate", "--overwrite", "application", namespace, "-n", "argocd", refresh)

    repository.commit({"contracts/people.yaml": people("people.csv")})
    installed.apply(application(namespace))
    eventually(lambda: state()["sync"] == "Synced" and state()["health"] == "Healthy", 180, 2)
    assert query(f"SELECT count() FROM {table}") == "3"

    commit({"contracts/people.yaml": people("doubled.csv")})
    eventually(lambda: state()["health"] == "Degraded" and state()["sync"] == "Synced", 180, 2)
    health = eventually(lambda: installed.get("dc", "people", namespace)["status"]["conditions"])
    assert any("duplicate" in one["message"] for one in health)
    assert query(f"SELECT count() FROM {table}") == "3"

    history = len(installed.get("application", namespace, "argocd")["status"]["history"])
    assert history == 2, "a sync per commit: nothing drifts back and forth"

    # A folder must stay for Argo CD to have something to read.
    empty = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept", "namespace": namespace}}
    commit({"contracts/people.yaml": None, "contracts/kept.yaml": empty})
    eventually(lambda: not installed.get("dc", "people", namespace), 180, 2)
    assert query(f"SELECT count() FROM {table}") == "3", "deletionPolicy Retain keeps the table"
    installed.run("delete", "application", namespace, "-n", "argocd", "--wait=false")
