"""The pod of a run: one container per stage, under the `restricted` Pod Security level."""

from collections.abc import Iterable, Mapping
from typing import Any

from datacontract_api.contract import DataContract
from datacontract_api.report import StageName
from datacontract_api.warehouse import Runner, Warehouse
from datacontract_operator import names
from datacontract_operator.manifests.secrets import secrets_by_stage
from datacontract_operator.manifests.snapshot import WAREHOUSE_FILE, Snapshot
from datacontract_operator.settings import Settings

INPUTS = "/etc/datacontract"
SECRETS = f"{INPUTS}/secrets"
PROJECT = f"{INPUTS}/dbt"
"""Where the ConfigMap of `spec.transform.dbt.project.configMap` is mounted."""
WORK = "/work"
USER = 10001
TEARDOWN = "teardown"
"""Name of the one container of a teardown's pod."""

_RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
_RUN_ID = {
    "name": "RUN_ID",
    "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['batch.kubernetes.io/controller-uid']"}},
}


def run_pod(contract: DataContract, warehouse: Warehouse, snapshot: Snapshot, settings: Settings) -> dict[str, Any]:
    """The pod spec of a run: ingest, transform, validate and publish before govern."""
    secrets = secrets_by_stage(contract, warehouse)
    containers = [
        _container(stage.value, _stage_command(stage, snapshot), secrets[stage], contract, warehouse, settings)
        for stage in StageName
    ]
    spec = _pod(contract, warehouse, snapshot, settings, sorted({name for some in secrets.values() for name in some}))
    return spec | {"initContainers": containers[:-1], "containers": containers[-1:]}


def teardown_pod(
    contract: DataContract, warehouse: Warehouse, snapshot: Snapshot, settings: Settings
) -> dict[str, Any]:
    """The pod spec of a teardown: one container that drops what the contract owns."""
    secrets = secrets_by_stage(contract, warehouse)[StageName.GOVERN]
    container = _container(TEARDOWN, _command("teardown", snapshot, ()), secrets, contract, warehouse, settings)
    return _pod(contract, warehouse, snapshot, settings, secrets) | {"containers": [container]}


def _stage_command(stage: StageName, snapshot: Snapshot) -> list[str]:
    return _command("run", snapshot, ("--stage", stage.value, "--workdir", WORK))


def _command(verb: str, snapshot: Snapshot, options: Iterable[str]) -> list[str]:
    return [
        *("contractctl", verb, f"{INPUTS}/{snapshot.contract_file}"),
        *options,
        *("--run-id", "$(RUN_ID)", "--warehouse", f"{INPUTS}/{WAREHOUSE_FILE}", "--secrets", SECRETS),
        *("--termination-log", "/dev/termination-log"),
    ]


def _container(
    name: str,
    command: list[str],
    secrets: Iterable[str],
    contract: DataContract,
    warehouse: Warehouse,
    settings: Settings,
) -> dict[str, Any]:
    runner = warehouse.spec.runner
    return {
        "name": name,
        "image": runner.image or settings.runner_image,
        "imagePullPolicy": settings.image_pull_policy,
        "command": command,
        "env": [_RUN_ID, *_environment(runner)],
        "resources": dict(runner.resources),
        "securityContext": _RESTRICTED,
        "terminationMessagePolicy": "File",
        "volumeMounts": [
            {"name": "inputs", "mountPath": INPUTS, "readOnly": True},
            {"name": "work", "mountPath": WORK},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - the pod's own
            *({"name": _volume(secret), "mountPath": f"{SECRETS}/{secret}", "readOnly": True} for secret in secrets),
            *_project_mounts(contract),
        ],
    }


def _environment(runner: Runner) -> list[dict[str, str]]:
    return [
        {"name": "HOME", "value": WORK},
        {"name": "NO_COLOR", "value": "1"},
        *({"name": variable.name, "value": variable.value} for variable in runner.env),
    ]


def _pod(
    contract: DataContract, warehouse: Warehouse, snapshot: Snapshot, settings: Settings, secrets: Iterable[str]
) -> dict[str, Any]:
    runner = warehouse.spec.runner
    optional: Mapping[str, Any] = {
        "nodeSelector": dict(runner.node_selector),
        "tolerations": [t.model_dump(by_alias=True, exclude_none=True) for t in runner.tolerations],
        "imagePullSecrets": [{"name": name} for name in settings.image_pull_secrets],
    }
    return {
        "restartPolicy": "Never",
        "activeDeadlineSeconds": settings.run_deadline_seconds,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 30,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumes": _volumes(contract, snapshot, secrets),
        **{key: value for key, value in optional.items() if value},
    }


def _volumes(contract: DataContract, snapshot: Snapshot, secrets: Iterable[str]) -> list[dict[str, Any]]:
    project = _project(contract)
    return [
        {"name": "inputs", "configMap": {"name": snapshot.name}},
        {"name": "work", "emptyDir": {}},
        {"name": "tmp", "emptyDir": {}},
        # Optional: a run without its Secret ends at once and says which one is missing; a pod would wait for it mutely.
        *({"name": _volume(name), "secret": {"secretName": name, "optional": True}} for name in secrets),
        *([{"name": "dbt", "configMap": {"name": project}}] if project else []),
    ]


def _volume(secret: str) -> str:
    return f"secret-{names.digest(secret)}"


def _project(contract: DataContract) -> str | None:
    transform = contract.spec.transform
    if transform is None or transform.dbt.project is None or transform.dbt.project.config_map is None:
        return None
    return transform.dbt.project.config_map.name


def _project_mounts(contract: DataContract) -> list[dict[str, Any]]:
    return [{"name": "dbt", "mountPath": PROJECT, "readOnly": True}] if _project(contract) else []
