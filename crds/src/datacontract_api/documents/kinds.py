"""Which of our models a document is of, by its apiVersion and kind."""

from typing import Any

import yaml

from datacontract_api.contract import DataContract
from datacontract_api.documents.nodes import position
from datacontract_api.documents.positions import locate
from datacontract_api.documents.problem import Problem, shown
from datacontract_api.documents.wording import closest
from datacontract_api.errors import ContractUnreadable
from datacontract_api.metadata import API_VERSION, GROUP
from datacontract_api.warehouse import Warehouse

KINDS: dict[str, type[DataContract] | type[Warehouse]] = {"DataContract": DataContract, "Warehouse": Warehouse}


def model_of(file: str, node: yaml.Node, value: Any) -> type[DataContract] | type[Warehouse] | Problem | None:
    """The model of a document; None for another API group's; a problem for one that says neither or mistypes it."""
    place = position(node)
    if not isinstance(value, dict):
        return Problem(
            file,
            place.line,
            place.column,
            "",
            "is no mapping of fields",
            remedy=f"Begin with apiVersion: {API_VERSION} and kind: DataContract.",
            error=ContractUnreadable,
        )
    version, kind = value.get("apiVersion"), value.get("kind")
    if isinstance(version, str) and not version.startswith(f"{GROUP}/"):
        near = closest(version, [API_VERSION])
        if kind not in KINDS and not near:
            return None
        return _header(file, node, "apiVersion", f"is not {API_VERSION}", f"Write {API_VERSION}.", version)
    if version is None or kind is None:
        name, wanted = ("apiVersion", API_VERSION) if version is None else ("kind", "DataContract or Warehouse")
        return _header(file, node, name, "is missing", f"Add {name}: {wanted}.")
    if not isinstance(kind, str) or kind not in KINDS:
        near = closest(str(kind), KINDS)
        remedy = f"Did you mean {near}?" if near else "Choose one."
        return _header(file, node, "kind", f"is not one of: {', '.join(KINDS)}", remedy, kind)
    return KINDS[kind]


def _header(file: str, node: yaml.Node, name: str, message: str, remedy: str, value: Any = "") -> Problem:
    place = locate(node, (name,))
    return Problem(file, place.line, place.column, name, message, shown(value) if value != "" else "", remedy)
