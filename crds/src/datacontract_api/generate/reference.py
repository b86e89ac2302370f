"""`docs/reference.md`: every field, condition, reason and error of the API."""

import inspect
from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from datacontract_api import errors
from datacontract_api.conditions import ConditionType, Reason
from datacontract_api.contract import DataContract
from datacontract_api.fields import model_at, unwrapped, wire_fields
from datacontract_api.generate.docstrings import member_docs
from datacontract_api.generate.structural import Schema, structural
from datacontract_api.report import StageName
from datacontract_api.warehouse import Warehouse

_HEADER = """<!-- Generated from the models by `python -m datacontract_api.generate`. Do not edit. -->
# Reference

Every field of `datacontract.dev/v1alpha1`. A field in **bold** is required where the field above it is given. `[]`
stands for the items of a list, `{}` for the values of a map. Defaults inside list items are applied by the operator
and the runner, not by the API server.
"""


_LARGE = 6
"""Fields; a model of more is described once."""


def reference_markdown() -> str:
    """The whole page."""
    parts = [_HEADER]
    for model in (DataContract, Warehouse):
        parts.append(f"## {model.__name__}\n\n{(model.__doc__ or '').strip()}\n")
        parts.extend(_section(model, part) for part in ("spec", "status"))
    parts.extend((_conditions(), _reasons(), _errors()))
    return "\n".join(parts)


def _section(model: type[BaseModel], part: str) -> str:
    below = model_at(model, (part,))
    assert below is not None
    schema = structural(below, bounded=False)
    lines = [
        f"### {model.__name__}.{part}\n",
        "| field | type | default | description |",
        "| --- | --- | --- | --- |",
        *_rows(below, schema, part, {}),
        "",
    ]
    rules: dict[str, list[str]] = {}
    for path, message in _rules(schema, part):
        rules.setdefault(message, []).append(f"`{path}`")
    if rules:
        lines += ["Rules that the API server and `contractctl lint` check:\n"]
        lines += [*(f"- {message} ({', '.join(paths)})" for message, paths in rules.items()), ""]
    return "\n".join(lines)


def _rows(model: type[BaseModel], schema: Schema, shown: str, seen: dict[type[BaseModel], str]) -> Iterator[str]:
    """Rows of a model's fields; a large model that comes again is referred to.

    Args:
        model: the model.
        schema: its structural schema.
        shown: path of the model.
        seen: where models were described so far.
    """
    for name, field in wire_fields(model).items():
        below, suffix = _inner_schema(schema["properties"][name])
        inner, path = _inner(model, name), f"{shown}.{name}{suffix}"
        again = seen.get(inner, "") if inner and len(inner.model_fields) > _LARGE else ""
        word = f"**{name}**" if field.is_required() else name
        prose = _prose(field) + (f" Fields as in `{again}`." if again else "")
        cells = (f"{shown}.{word}", _type(schema["properties"][name]), _default(field), prose)
        yield "| " + " | ".join(cells) + " |"
        if inner and not again:
            seen[inner] = path
            yield from _rows(inner, below, path, seen)


def _inner_schema(schema: Schema) -> tuple[Schema, str]:
    """The schema inside lists and maps, and what that adds to a path."""
    suffix = ""
    while "items" in schema or "additionalProperties" in schema:
        suffix += "[]" if "items" in schema else "{}"
        schema = schema["items"] if "items" in schema else schema["additionalProperties"]
    return schema, suffix


def _inner(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model of a field, of its list's items or of its map's values."""
    return model_at(model, (name,)) or model_at(model, (name, 0))


def _type(schema: Schema) -> str:
    if schema.get("x-kubernetes-int-or-string"):
        return "whole number, or decimal in quotes"
    if schema.get("enum") == list(Reason):
        return "a reason, see below"
    if "enum" in schema:
        return " \\| ".join(f"`{value}`" for value in schema["enum"])
    if "items" in schema:
        return f"list of {_type(schema['items'])}"
    if "additionalProperties" in schema:
        return f"map of {_type(schema['additionalProperties'])}"
    if schema.get("format") == "date-time":
        return "time"
    return str(schema.get("type", "any value"))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    value: Any = field.get_default(call_default_factory=True, validated_data={})
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, BaseModel):
        set_fields = {name: getattr(value, name) for name in value.model_fields_set}
        return f"`{set_fields}`".replace("'", "") if set_fields else ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`".replace("'", '"')


def _prose(field: FieldInfo) -> str:
    text = [field.description or ""]
    choices = unwrapped(field.annotation)
    if isinstance(choices, type) and issubclass(choices, Enum) and choices is not Reason:
        text += [f"`{choices[name].value}`: {doc}" for name, doc in member_docs(choices).items()]
    return " ".join(" ".join(text).split()).replace("|", "\\|").replace("``", "`")


def _rules(schema: Schema, path: str) -> Iterator[tuple[str, str]]:
    for rule in schema.get("x-kubernetes-validations", []):
        yield path, rule["message"]
    for name, below in schema.get("properties", {}).items():
        yield from _rules(below, f"{path}.{name}")
    if "items" in schema:
        yield from _rules(schema["items"], f"{path}[]")


def _conditions() -> str:
    docs = member_docs(ConditionType)
    rows = [f"| `{member}` | {docs.get(member.name) or _stage_condition(member)} |" for member in ConditionType]
    return "\n".join(["## Conditions\n", "| type | meaning |", "| --- | --- |", *rows, ""])


def _stage_condition(member: ConditionType) -> str:
    """Conditions without words of their own are the past of a stage: ``Validated`` of ``validate``."""
    stage = next(stage for stage in StageName if member.lower() == f"{stage.removesuffix('e')}ed")
    return f"The stage `{stage}` of the last run did what it should."


def _reasons() -> str:
    docs, raised = member_docs(Reason), {cls.reason: cls for cls in errors.error_classes()}
    rows = []
    for reason in Reason:
        error = raised.get(reason)
        text = docs.get(reason.name) or " ".join((inspect.getdoc(error) or "").split())
        code = str(error.exit_code) if error else ""
        rows.append(f"| `{reason}` | {text} | {code} | {_retried(error)} |")
    head = ["## Reasons\n", "| reason | meaning | exit code | retried |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *rows, ""])


def _retried(error: type[errors.ContractError] | None) -> str:
    return "" if error is None else ("yes" if error.retriable else "no")


def _errors() -> str:
    tree = inspect.cleandoc(errors.__doc__ or "").split("::\n", 1)[1].strip("\n")
    drawing, rest = tree.split("\n\n", 1)
    return f"## Errors and exit codes\n\n```\n{inspect.cleandoc(drawing)}\n```\n\n{rest.replace('``', '`')}\n"
