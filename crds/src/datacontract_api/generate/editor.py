"""JSON Schema (2020-12) for editors: completion and red lines while a contract is written."""

import json
from typing import Any

from datacontract_api.contract import DataContract
from datacontract_api.warehouse import Warehouse


def editor_json(model: type[DataContract] | type[Warehouse]) -> str:
    """The JSON Schema of a kind."""
    schema = _for_editors(model.model_json_schema(by_alias=True))
    schema["required"] = ["apiVersion", "kind", *schema["required"]]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Generated from datacontract_api: `python -m datacontract_api.generate` writes it anew.",
    }
    return json.dumps(head | schema, indent=1, ensure_ascii=False) + "\n"


def _for_editors(schema: Any) -> Any:
    """Drops what only Kubernetes reads, generated titles and nulls; keeps what its keywords mean."""
    if isinstance(schema, list):
        return [_for_editors(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        kept = {key: value for key, value in schema.items() if key in ("pattern", "maxLength", "description")}
        return {"type": ["integer", "string"]} | kept
    kept = {key: _in_properties(key, value) for key, value in schema.items() if not _dropped(key, value)}
    if schema.get("x-kubernetes-list-type") == "set":
        kept["uniqueItems"] = True
    return _without_null(kept)


def _in_properties(key: str, value: Any) -> Any:
    """Under ``properties`` and ``$defs`` the keys are names, not keywords."""
    if key in ("properties", "patternProperties", "$defs"):
        return {name: _for_editors(item) for name, item in value.items()}
    return _for_editors(value) if key in ("items", "additionalProperties", "anyOf", "propertyNames") else value


def _dropped(key: str, value: Any) -> bool:
    return key.startswith("x-kubernetes-") or key == "title" or (key == "default" and value is None)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1:
        return {**choices[0], **{key: value for key, value in schema.items() if key != "anyOf"}}
    return schema
