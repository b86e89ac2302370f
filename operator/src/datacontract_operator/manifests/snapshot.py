"""The snapshot: an immutable ConfigMap with the contract and the Warehouse exactly as a run reads them."""

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datacontract_api.contract import DataContract
from datacontract_api.warehouse import Warehouse
from datacontract_operator import names

CONTRACT_FILE = "contract.yaml"
COMPRESSED_FILE = "contract.yaml.gz"
WAREHOUSE_FILE = "warehouse.yaml"

COMPRESS_ABOVE = 256_000
"""Bytes of JSON above which the contract is compressed: a ConfigMap holds 1 MiB, and etcd not much more."""

NOT_IN_A_RUN = frozenset({"schedule", "suspend", "deletionPolicy"})
"""Fields of spec that are the operator's business alone."""

NOT_AN_INPUT = NOT_IN_A_RUN | {"version", "status", "domain", "dataProduct", "description", "team", "support"}
"""Fields of spec whose change starts no run: the next run takes them along."""

_WAREHOUSE_INPUTS = ("url", "cluster", "rolePrefix", "definer")
"""Fields of a Warehouse that make it another warehouse."""

_NOT_FOR_RUNS = ("maxConcurrentRuns", "runner")


@dataclass(frozen=True)
class Snapshot:
    """What a run reads.

    Args:
        name: of the ConfigMap, with the digest of its content.
        input_hash: digest of what changes a run; equal digests, equal runs.
        contract_file: ``contract.yaml``, or ``contract.yaml.gz`` for large contracts.
        manifest: the ConfigMap.
    """

    name: str
    input_hash: str
    contract_file: str
    manifest: Mapping[str, Any]


def snapshot_of(contract: DataContract, uid: str, warehouse: Warehouse) -> Snapshot:
    """The snapshot of a contract for a warehouse.

    Args:
        contract: the contract, as parsed.
        uid: its UID; the snapshot goes with it.
        warehouse: the Warehouse that it names.
    """
    document = _document(contract, NOT_IN_A_RUN)
    place = _document(warehouse, _NOT_FOR_RUNS)
    content = json.dumps(document, separators=(",", ":"), sort_keys=True)
    name = names.child(contract.name, names.digest([document, place]), length=253)
    compressed = len(content.encode()) > COMPRESS_ABOVE
    return Snapshot(
        name=name,
        input_hash=_input_hash(document["spec"], place["spec"]),
        contract_file=COMPRESSED_FILE if compressed else CONTRACT_FILE,
        manifest={
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": name,
                "namespace": contract.metadata.namespace,
                "labels": names.labels(contract.name, uid),
                "ownerReferences": [owner_reference(contract.name, uid)],
            },
            "immutable": True,
            **_payload(content, json.dumps(place, separators=(",", ":"), sort_keys=True), compressed=compressed),
        },
    )


def owner_reference(name: str, uid: str) -> dict[str, Any]:
    """A reference to the contract that owns an object; never blocks the contract's deletion."""
    return {
        "apiVersion": f"{names.GROUP}/v1alpha1",
        "kind": "DataContract",
        "name": name,
        "uid": uid,
        "controller": True,
        "blockOwnerDeletion": False,
    }


def _document(model: DataContract | Warehouse, without: frozenset[str] | tuple[str, ...]) -> dict[str, Any]:
    spec = model.spec.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    return {
        "apiVersion": model.api_version,
        "kind": model.kind,
        "metadata": {"name": model.metadata.name, "namespace": model.metadata.namespace},
        "spec": {key: value for key, value in spec.items() if key not in without},
    }


def _input_hash(spec: Mapping[str, Any], warehouse: Mapping[str, Any]) -> str:
    inputs = {key: value for key, value in spec.items() if key not in NOT_AN_INPUT}
    return names.digest([inputs, {key: warehouse.get(key) for key in _WAREHOUSE_INPUTS}], length=16)


def _payload(content: str, place: str, *, compressed: bool) -> dict[str, Any]:
    if not compressed:
        return {"data": {CONTRACT_FILE: content, WAREHOUSE_FILE: place}}
    packed = base64.b64encode(gzip.compress(content.encode(), mtime=0)).decode()
    return {"data": {WAREHOUSE_FILE: place}, "binaryData": {COMPRESSED_FILE: packed}}
