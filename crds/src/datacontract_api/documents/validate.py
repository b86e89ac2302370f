"""A document's value into its model, or into problems with their places."""

import json
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from datacontract_api.contract import DataContract
from datacontract_api.documents.positions import existing, locate, node_at
from datacontract_api.documents.problem import Path, Problem, field_path, shown
from datacontract_api.documents.wording import Fault, closest, words
from datacontract_api.errors import UnknownField
from datacontract_api.metadata import KUBERNETES_FIELDS, ObjectMeta
from datacontract_api.warehouse import Warehouse


def validated(
    file: str, node: yaml.Node, value: Any, kind: type[DataContract] | type[Warehouse]
) -> tuple[DataContract | Warehouse | None, list[Problem]]:
    """The model of a value, or what is wrong with it.

    Args:
        file: for messages.
        node: the node that the value was made of, for places.
        value: as JSON knows it.
        kind: the model.
    """
    unknown = _unknown_metadata(file, node, value)
    try:
        # As JSON, so that strict means what it means to the API server: no "5" for 5, enums by their words.
        model = kind.model_validate_json(json.dumps(value), strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        found: dict[tuple[Path, str], Problem] = {}
        for details in error.errors(include_url=False):
            path, problem = _problem(file, node, details, kind)
            found.setdefault((path, problem.message), problem)
        return None, [*unknown, *found.values()]
    return model, unknown


def _as_written(fault: Fault) -> str:
    """A value as its author wrote it: ``no``, not the ``false`` that YAML made of it."""
    if fault.value is None:
        return ""
    if isinstance(fault.node, yaml.ScalarNode) and not isinstance(fault.value, str):
        return str(fault.node.value)
    return shown(fault.value)


def _problem(
    file: str, node: yaml.Node, details: ErrorDetails, root: type[DataContract] | type[Warehouse]
) -> tuple[Path, Problem]:
    path, error_type, on_key = tuple(details["loc"]), details["type"], details["loc"][-1:] == ("[key]",)
    context = details.get("ctx", {})
    if on_key:
        path = path[:-1]
    known = path if error_type == "missing" else existing(node, path)
    in_union = len(known) < len(path) and error_type in ("int_type", "string_type")
    fault = Fault(
        code=error_type,
        context=context,
        value=details["input"],
        node=node_at(node, known),
        path=known,
        root=root,
        message=details["msg"],
        in_union=in_union,
    )
    put = words(fault)
    place = locate(node, known, key=on_key or error_type in ("extra_forbidden", "missing"))
    value = "" if error_type in ("missing", "extra_forbidden", "rule") else _as_written(fault)
    # A rule may point at one of its model's fields, where it has it.
    field = (*known, *str(context["field"]).split(".")) if context.get("field") else known
    return known, Problem(file, place.line, place.column, field_path(field), put.message, value, put.remedy, put.error)


def _unknown_metadata(file: str, node: yaml.Node, value: dict[str, Any]) -> list[Problem]:
    """The model ignores what Kubernetes keeps in metadata; what neither of us knows is a typo."""
    metadata, known = value.get("metadata"), {*ObjectMeta.model_fields, *KUBERNETES_FIELDS}
    found = []
    for name in metadata if isinstance(metadata, dict) else ():
        if name not in known:
            path, near = ("metadata", name), closest(name, known)
            place = locate(node, path, key=True)
            remedy = f"Did you mean {near}?" if near else "Remove it."
            found.append(
                Problem(
                    file, place.line, place.column, field_path(path), "is no field of the API", "", remedy, UnknownField
                )
            )
    return found
