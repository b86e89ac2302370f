"""What is created for a run: restricted pods, the right Secrets, snapshots, exit codes."""

import base64
import gzip
import json
from typing import Any

import pytest

from datacontract_api.errors import error_classes
from datacontract_operator import names
from datacontract_operator.manifests.job import Inputs, RunRequest, cronjob_name, final_exit_codes, job
from datacontract_operator.manifests.snapshot import COMPRESS_ABOVE, snapshot_of
from datacontract_operator.observe.views import Trigger
from support.contracts import contract, warehouse
from support.kubernetes import SETTINGS, START

BUCKET = {"s3": {"url": "s3://b/x.csv", "format": "CSVWithNames", "credentialsSecretRef": {"name": "bucket"}}}


def made(warehouse_spec: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    place, document = warehouse(**(warehouse_spec or {})), contract(**spec)
    inputs = Inputs(document, "uid-orders", 1, place, snapshot_of(document, "uid-orders", place))
    return job(inputs, RunRequest(Trigger.SPEC, "1", START), SETTINGS)


def pod(manifest: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = manifest["spec"]["template"]["spec"]
    return found


def containers(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod(manifest)["initContainers"], *pod(manifest)["containers"]]


def test_the_stages_are_containers_in_their_order() -> None:
    stages = ["ingest", "transform", "validate", "publish", "govern"]
    assert [one["name"] for one in containers(made())] == stages
    commands = [one["command"] for one in containers(made())]
    assert [command[command.index("--stage") + 1] for command in commands] == stages


def test_pods_are_restricted_and_have_no_token() -> None:
    manifest = made()
    assert pod(manifest)["automountServiceAccountToken"] is False
    assert pod(manifest)["restartPolicy"] == "Never"
    assert pod(manifest)["securityContext"]["runAsNonRoot"] is True
    assert pod(manifest)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for one in containers(manifest):
        assert one["terminationMessagePolicy"] == "File"
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_each_stage_sees_only_the_secrets_that_it_needs() -> None:
    manifest = made({"credentialsSecretRef": {"name": "account"}}, source=BUCKET)
    seen = {
        one["name"]: {
            mount["mountPath"].rsplit("/", 1)[1] for mount in one["volumeMounts"] if "secrets" in mount["mountPath"]
        }
        for one in containers(manifest)
    }
    assert seen["ingest"] == {"account", "bucket"}
    assert [seen[name] for name in ("transform", "validate", "publish", "govern")] == [{"account"}] * 4


def test_a_warehouse_decides_where_its_runs_run() -> None:
    runner = {
        "image": "mine:1",
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "data", "operator": "Exists"}],
        "resources": {"limits": {"memory": "1Gi"}},
        "env": [{"name": "TZ", "value": "UTC"}],
    }
    manifest = made({"runner": runner})
    assert pod(manifest)["nodeSelector"] == {"disk": "fast"}
    assert pod(manifest)["tolerations"] == [{"key": "data", "operator": "Exists"}]
    for one in containers(manifest):
        assert one["image"] == "mine:1"
        assert one["resources"] == {"limits": {"memory": "1Gi"}}
        assert {"name": "TZ", "value": "UTC"} in one["env"]


def test_only_failures_that_a_repetition_cannot_mend_end_a_run_at_once() -> None:
    ignore, fail = made()["spec"]["podFailurePolicy"]["rules"]
    assert ignore["onPodConditions"] == [{"type": "DisruptionTarget", "status": "True"}]
    final = set(fail["onExitCodes"]["values"])
    assert final == {2} | {error.exit_code for error in error_classes() if not error.retriable}
    assert not final & {0, 60, 61, 137, 143}
    assert final == set(final_exit_codes())


def test_a_snapshot_is_named_by_its_content_without_what_is_the_operators_own_business() -> None:
    place = warehouse()
    first = snapshot_of(contract(), "u", place)
    assert snapshot_of(contract(suspend=True), "u", place).name == first.name
    assert snapshot_of(contract(schedule={"cron": "@daily"}), "u", place).name == first.name
    assert snapshot_of(contract(description={"purpose": "x"}), "u", place).name != first.name
    assert snapshot_of(contract(description={"purpose": "x"}), "u", place).input_hash == first.input_hash
    assert snapshot_of(contract(), "u", warehouse(maxConcurrentRuns=9)).name == first.name


def test_a_large_snapshot_is_compressed_and_read_from_the_file_that_the_command_names() -> None:
    columns = [{"name": f"c{n}", "physicalType": "String", "description": "x" * 1000} for n in range(400)]
    manifest = made(schema=[{"name": "orders", "properties": columns}])
    large = contract(schema=[{"name": "orders", "properties": columns}])
    snapshot = snapshot_of(large, "u", warehouse())
    packed = base64.b64decode(snapshot.manifest["binaryData"]["contract.yaml.gz"])
    text = gzip.decompress(packed).decode()
    assert len(text) > COMPRESS_ABOVE > len(packed)
    assert len(json.loads(text)["spec"]["schema"][0]["properties"]) == 400
    assert "/etc/datacontract/contract.yaml.gz" in containers(manifest)[0]["command"]


@pytest.mark.parametrize("length", [1, 40, 63, 200, 253])
def test_names_fit_however_long_the_contracts_is(length: int) -> None:
    name = ("a.b-c" * 60)[:length].rstrip(".-")
    assert len(cronjob_name(name)) <= 52
    assert len(names.child(name, "0123456789")) <= 63
    assert all(len(value) <= 63 for value in names.labels(name, "uid").values())
    assert cronjob_name(name + "x") != cronjob_name(name)


def test_a_kueue_label_travels_to_the_job() -> None:
    place, document = warehouse(), contract()
    inputs = Inputs(document, "u", 1, place, snapshot_of(document, "u", place), kueue_queue="team")
    manifest = job(inputs, RunRequest(Trigger.SPEC, "1", START), SETTINGS)
    assert manifest["metadata"]["labels"][names.KUEUE_QUEUE] == "team"
