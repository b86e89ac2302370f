"""CustomResourceDefinitions (apiextensions.k8s.io/v1) of our kinds."""

from typing import Any

import yaml

from datacontract_api.contract import DataContract
from datacontract_api.fields import model_at
from datacontract_api.generate.structural import Schema, structural
from datacontract_api.metadata import GROUP, VERSION
from datacontract_api.warehouse import Warehouse

HEADER = "# Generated from datacontract_api: `python -m datacontract_api.generate` writes it anew. Do not edit.\n"

_READY = ("Ready", "string", '.status.conditions[?(@.type=="Ready")].status')
_AGE = ("Age", "date", ".metadata.creationTimestamp")
COLUMNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "DataContract": (
        _READY,
        ("Version", "string", ".spec.version"),
        ("Last run", "date", ".status.history[0].finishedAt"),
        ("Rows", "integer", ".status.rows"),
        ("Quality", "string", ".status.quality"),
        # As text: kubectl shows a date that is still to come as <invalid>.
        ("Next run", "string", ".status.nextRunAt"),
        _AGE,
    ),
    "Warehouse": (
        _READY,
        ("Version", "string", ".status.version"),
        ("URL", "string", ".spec.url"),
        ("Runs", "integer", ".spec.maxConcurrentRuns"),
        _AGE,
    ),
}
"""Printer columns by kind: name, type, JSONPath."""


def crd_yaml(model: type[DataContract] | type[Warehouse]) -> str:
    """The CRD of a kind as YAML."""
    text: str = yaml.dump(_crd(model), Dumper=_Plain, sort_keys=False, width=120, allow_unicode=True)
    return HEADER + text


def _crd(model: type[DataContract] | type[Warehouse]) -> dict[str, Any]:
    kind = model.__name__
    names = {
        "kind": kind,
        "listKind": f"{kind}List",
        "plural": model.kind_plural,
        "singular": kind.lower(),
        "shortNames": [model.kind_short],
        "categories": ["datacontract"],
    }
    version = {
        "name": VERSION,
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "additionalPrinterColumns": [
            {"name": name, "type": type_, "jsonPath": path} for name, type_, path in COLUMNS[kind]
        ],
        "schema": {"openAPIV3Schema": _object(model)},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{model.kind_plural}.{GROUP}"},
        "spec": {"group": GROUP, "names": names, "scope": "Namespaced", "versions": [version]},
    }


def _object(model: type[DataContract] | type[Warehouse]) -> Schema:
    """The whole object: ours are spec and status, the rest is Kubernetes' own and may only be named."""
    spec, status = model_at(model, ("spec",)), model_at(model, ("status",))
    assert spec is not None
    assert status is not None
    return {
        "type": "object",
        "description": (model.__doc__ or "").strip(),
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": structural(spec),
            # Written by the operator alone, in sizes that it knows.
            "status": structural(status, bounded=False),
        },
    }


class _Plain(yaml.SafeDumper):
    """No anchors: the same rule in two places is written twice."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True
