"""A small valid contract, and ways to change it."""

import copy
import itertools
from pathlib import Path
from typing import Any

import yaml

from datacontract_api.contract import DataContract
from datacontract_api.warehouse import Warehouse

Document = dict[str, Any]


def contract_document(**spec: Any) -> Document:
    """The document of a contract that loads one CSV file and promises its table; keyword arguments replace in spec."""
    return {
        "apiVersion": "datacontract.dev/v1alpha1",
        "kind": "DataContract",
        "metadata": {"name": "orders", "namespace": "shop"},
        "spec": {
            "version": "1.0.0",
            "destination": {"database": "shop"},
            "source": {"file": {"path": "orders.csv", "format": "CSVWithNames"}},
            "load": {"table": "orders", "mode": "replace"},
            "schema": [
                {
                    "name": "orders",
                    "properties": [
                        {"name": "id", "physicalType": "UInt64", "primaryKey": True},
                        {"name": "email", "physicalType": "Nullable(String)", "tags": ["pii"]},
                        {"name": "amount", "physicalType": "Decimal(18, 2)"},
                        {"name": "placed_at", "physicalType": "DateTime"},
                    ],
                }
            ],
            **spec,
        },
    }


def warehouse_document(**spec: Any) -> Document:
    """The document of a Warehouse."""
    return {
        "apiVersion": "datacontract.dev/v1alpha1",
        "kind": "Warehouse",
        "metadata": {"name": "default", "namespace": "shop"},
        "spec": {"url": "http://clickhouse:8123", **spec},
    }


def contract(**spec: Any) -> DataContract:
    """The contract of `contract_document`."""
    return DataContract.model_validate(contract_document(**spec))


def warehouse(**spec: Any) -> Warehouse:
    """The Warehouse of `warehouse_document`."""
    return Warehouse.model_validate(warehouse_document(**spec))


def changed(document: Document, path: tuple[str | int, ...], value: Any) -> Document:
    """A copy with another value at a path; missing mappings on the way are made, an index past the end appends."""
    document = copy.deepcopy(document)
    here: Any = document
    for part, following in itertools.pairwise(path):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(here, list):
            assert isinstance(part, int)
            if part >= len(here):
                here.append(empty)
            here = here[part]
        else:
            here = here.setdefault(part, empty)
    if isinstance(here, list) and path[-1] == len(here):
        here.append(value)
    else:
        here[path[-1]] = value
    return document


def write(folder: Path, *documents: Document, name: str = "contract.yaml") -> Path:
    """Writes documents as one YAML file."""
    path = folder / name
    text = yaml.dump_all(documents, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    return path
