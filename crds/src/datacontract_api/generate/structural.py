"""Models into structural OpenAPI v3 schemas, or a loud refusal.

What is structural: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/,
"Specifying a structural schema". Beyond it we ask that everything under ``spec`` is bounded, since the API server
refuses rules whose estimated cost it cannot bound, and that no list item has defaults, since Argo CD would report
them as drift for ever.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

KEPT = frozenset(
    (
        *("type", "format", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum"),
        *("minItems", "maxItems", "minProperties", "maxProperties"),
        *("x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type"),
        *("x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations"),
    )
)
"""Keywords that mean the same in JSON Schema and in a CRD."""
HANDLED = frozenset(
    (
        *("title", "description", "default", "const", "required", "properties", "items"),
        *("additionalProperties", "propertyNames", "anyOf", "$ref"),
    )
)
TYPES = frozenset(("string", "integer", "boolean", "object", "array"))
FORMATS = frozenset(("date-time", "date", "int32", "int64"))
INSTEAD = {
    "exclusiveMinimum": "a CRD knows inclusive bounds only: use ge",
    "exclusiveMaximum": "a CRD knows inclusive bounds only: use le",
    "prefixItems": "a tuple has no structural schema: use a list or a model",
    "oneOf": "a union of models has no structural schema: use one optional field per model and a Rule",
    "uniqueItems": "use a list with CrdKeywords({'x-kubernetes-list-type': 'set'})",
}


class NotStructural(Exception):
    """A construct that no CRD can express; the message names the model and the field."""


@dataclass(frozen=True)
class Where:
    """Where the conversion stands.

    Args:
        field: ``Model.field``, for messages.
        models: models around this place, to notice recursion.
        in_list: whether a list is among them: no defaults then.
        bounded: whether lengths must be bounded.
    """

    field: str
    models: tuple[str, ...] = ()
    in_list: bool = False
    bounded: bool = True

    def at(self, field: str, *, in_list: bool = False) -> "Where":
        """The same one step deeper."""
        return Where(field, self.models, self.in_list or in_list, self.bounded)

    def inside(self, model: str) -> "Where":
        """The same inside a model."""
        return Where(model, (*self.models, model), self.in_list, self.bounded)


def structural(model: type[BaseModel], *, bounded: bool = True) -> Schema:
    """The structural schema of a model, every reference inlined.

    Args:
        model: the model.
        bounded: whether every string, list and map must have a greatest size.

    Raises:
        NotStructural: naming model and field, for anything that has no structural schema.
    """
    schema = model.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs", {})
    # A recursive model is written as a reference even at the top.
    top = definitions.get(model.__name__, schema) if "$ref" in schema else schema
    return _Conversion(definitions).convert(top, Where(model.__name__, (model.__name__,), bounded=bounded))


@dataclass(frozen=True)
class _Conversion:
    definitions: dict[str, Schema]

    def convert(self, schema: Schema, where: Where) -> Schema:
        schema, where = self._resolved(schema, where)
        _refuse_unknown_keywords(schema, where)
        result = {key: value for key, value in schema.items() if key in KEPT}
        if "const" in schema:
            result["enum"] = [schema["const"]]
        _describe(result, schema, where)
        if "properties" in schema:
            self._convert_properties(result, schema, where)
        if "items" in schema:
            result["items"] = self.convert(schema["items"], where.at(f"{where.field}[]", in_list=True))
        if isinstance(schema.get("additionalProperties"), dict):
            self._convert_map(result, schema, where)
        _check(result, where)
        return result

    def _resolved(self, schema: Schema, where: Where) -> tuple[Schema, Where]:
        """Follows references and drops ``| None``: an absent field is Kubernetes' null."""
        while "$ref" in schema or "anyOf" in schema:
            rest = {key: value for key, value in schema.items() if key not in ("$ref", "anyOf")}
            if "$ref" in schema:
                name = schema["$ref"].rsplit("/", 1)[-1]
                if name in where.models:
                    raise NotStructural(f"{where.field}: {name} contains itself, which no CRD can express")
                target = self.definitions[name]
                where = where.inside(name) if "properties" in target else where
            else:
                target = _only_choice(schema, where)
            schema = target | rest
        return _as_map(schema), where

    def _convert_properties(self, result: Schema, schema: Schema, where: Where) -> None:
        result["properties"] = {
            name: self.convert(value, where.at(f"{where.models[-1]}.{name}"))
            for name, value in schema["properties"].items()
        }
        if schema.get("required"):
            result["required"] = schema["required"]

    def _convert_map(self, result: Schema, schema: Schema, where: Where) -> None:
        result["additionalProperties"] = self.convert(
            schema["additionalProperties"], where.at(f"{where.field}{{}}", in_list=where.in_list)
        )
        if length := schema.get("propertyNames", {}).get("maxLength"):
            # A CRD has no propertyNames, and a pattern over unbounded keys costs too much: lint checks the rest.
            rule = {
                "rule": f"self.all(key, size(key) > 0 && size(key) <= {length})",
                "message": f"keys have 1 to {length} characters",
            }
            result.setdefault("x-kubernetes-validations", []).append(rule)


def _only_choice(schema: Schema, where: Where) -> Schema:
    choices = [choice for choice in schema["anyOf"] if choice.get("type") != "null"]
    if len(choices) == 1:
        return dict(choices[0])
    if schema.get("x-kubernetes-int-or-string") and {choice.get("type") for choice in choices} == {"integer", "string"}:
        return {}
    raise NotStructural(
        f"{where.field}: a union has no structural schema, but for int | str with "
        "CrdKeywords({'x-kubernetes-int-or-string': True})"
    )


def _as_map(schema: Schema) -> Schema:
    """A map whose keys have a pattern: pydantic writes it as patternProperties, of which a CRD has none."""
    patterns = schema.get("patternProperties", {})
    if len(patterns) != 1 or "properties" in schema:
        return schema
    rest = {key: value for key, value in schema.items() if key != "patternProperties"}
    return rest | {"additionalProperties": next(iter(patterns.values()))}


def _refuse_unknown_keywords(schema: Schema, where: Where) -> None:
    for keyword in schema.keys() - KEPT - HANDLED:
        hint = INSTEAD.get(keyword, "no structural schema has it")
        raise NotStructural(f"{where.field}: {keyword}: {hint}")
    if schema.get("additionalProperties") is True and "properties" in schema:
        raise NotStructural(f"{where.field}: extra='allow' has no structural schema: name the fields")


def _describe(result: Schema, schema: Schema, where: Where) -> None:
    """Description, and the default: applied by the API server, or in words where it must not be."""
    text = " ".join(schema.get("description", "").split("\n\n")[0].replace("``", "`").split())
    default = schema.get("default")
    if default is not None and where.in_list:
        text = f"{text} Default: {str(default).lower() if isinstance(default, bool) else default}."
    elif default is not None:
        result["default"] = default
    if text:
        result["description"] = text.removesuffix(" Default: .")


def _check(result: Schema, where: Where) -> None:
    if result.get("x-kubernetes-int-or-string"):
        return
    if result.get("x-kubernetes-preserve-unknown-fields"):
        return
    if result.get("type") not in TYPES:
        kind = result.get("type", "any value")
        raise NotStructural(f"{where.field}: {kind} has no structural schema: use a type, or Free")
    if "format" in result and result["format"] not in FORMATS:
        raise NotStructural(f"{where.field}: the format {result['format']} is not Kubernetes'")
    if result["type"] == "object" and "properties" not in result and "additionalProperties" not in result:
        raise NotStructural(f"{where.field}: an object without fields would be pruned: use dict[str, Free]")
    if result["type"] == "array":
        _check_list(result, where)
    if where.bounded:
        _check_bounds(result, where)


def _check_list(result: Schema, where: Where) -> None:
    kind = result.get("x-kubernetes-list-type")
    if kind not in ("atomic", "set", "map"):
        raise NotStructural(f"{where.field}: a list needs CrdKeywords({{'x-kubernetes-list-type': ...}})")
    keys = result.get("x-kubernetes-list-map-keys", [])
    if kind == "map" and not (keys and set(keys) <= set(result["items"].get("required", []))):
        raise NotStructural(f"{where.field}: the keys of a list of type map must be required fields of its items")


def _check_bounds(result: Schema, where: Where) -> None:
    if result["type"] == "string" and not result.keys() & {"maxLength", "enum", "format"}:
        raise NotStructural(f"{where.field}: a string needs a max_length")
    if result["type"] == "array" and "maxItems" not in result:
        raise NotStructural(f"{where.field}: a list needs a max_length")
    if "additionalProperties" in result and "maxProperties" not in result:
        raise NotStructural(f"{where.field}: a map needs a max_length")
