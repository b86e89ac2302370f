"""What is made from what: from dbt's manifest where a run has left one, else from the contract."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datacontract_api.contract import DataContract
from datacontract_api.scalars import STAGE_INFIX
from datacontract_runner.governance.catalog_rows import LineageEdge

MANIFEST = Path("dbt", "target", "manifest.json")
"""Where the transform stage leaves dbt's manifest, within the run's folder."""

LOAD, TRANSFORM = "load", "transform"

_REF = re.compile(r"\bref\(\s*(?:['\"][^'\"]+['\"]\s*,\s*)?['\"]([^'\"]+)['\"]")
_SOURCE = re.compile(r"\bsource\(\s*['\"][^'\"]+['\"]\s*,\s*['\"]([^'\"]+)['\"]\s*\)")


@dataclass(frozen=True)
class Model:
    """A dbt model (or seed, snapshot) and what it reads, as ``database.table``."""

    name: str
    reads: frozenset[str]


def lineage(contract: DataContract, workdir: Path) -> tuple[LineageEdge, ...]:
    """The edges of one contract.

    Args:
        contract: the contract.
        workdir: the run's folder.
    """
    manifest = workdir / MANIFEST
    found = json.loads(manifest.read_text()) if manifest.is_file() else None
    models = models_of_manifest(found, contract.database) if found else models_of_contract(contract)
    return plan_lineage(contract, tuple(models))


def plan_lineage(contract: DataContract, models: tuple[Model, ...]) -> tuple[LineageEdge, ...]:
    """Edges from the source over models. Purely computational.

    Where nothing is known of how a promised table is made, it is made from the load table.
    """
    name, load = contract.qualified_name, f"{contract.database}.{contract.spec.load.table}"
    edges = {LineageEdge(name, contract.spec.source.selected.describe(), load, LOAD)}
    edges |= {LineageEdge(name, read, model.name, TRANSFORM) for model in models for read in model.reads}
    made = {edge.downstream for edge in edges} | {model.name for model in models}
    promised = {f"{contract.database}.{schema_object.table}" for schema_object in contract.spec.schema_}
    edges |= {LineageEdge(name, load, table, TRANSFORM) for table in promised - made}
    return tuple(sorted(edges))


def models_of_manifest(manifest: Mapping[str, Any], database: str) -> Iterator[Model]:
    """Models of a dbt manifest (schema v12), with the stage's name replaced by the destination's.

    Args:
        manifest: the parsed file.
        database: destination of the run.
    """
    nodes = {**manifest.get("nodes", {}), **manifest.get("sources", {})}
    names = {key: _relation(node, database) for key, node in nodes.items()}
    for key, node in manifest.get("nodes", {}).items():
        if node.get("resource_type") in ("model", "seed", "snapshot"):
            reads = node.get("depends_on", {}).get("nodes", [])
            yield Model(names[key], frozenset(names[read] for read in reads if read in names))


def _relation(node: Mapping[str, Any], database: str) -> str:
    schema = str(node.get("schema") or database)
    name = node.get("identifier") or node.get("alias") or node.get("name")
    return f"{database if STAGE_INFIX in schema else schema}.{name}"


def models_of_contract(contract: DataContract) -> Iterator[Model]:
    """Models written in the contract; what they read is what they call ``ref`` and ``source`` with."""
    for model in contract.spec.transform.dbt.models if contract.spec.transform else ():
        reads = {*_REF.findall(model.sql), *_SOURCE.findall(model.sql)}
        yield Model(f"{contract.database}.{model.name}", frozenset(f"{contract.database}.{read}" for read in reads))
