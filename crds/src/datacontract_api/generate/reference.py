"""`docs/reference.md`: every field, condition, reason and error of the API."""

import inspect
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from datacontract_api import errors
from datacontract_api.conditions import ConditionType, Reason
from datacontract_api.contract import DataContract
from datacontract_api.fields import model_at, wire_fields
from datacontract_api.generate.docstrings import member_docs
from datacontract_api.generate.structural import Schema, structural
from datacontract_api.warehouse import Warehouse

_HEADER = """<!-- Generated from the models by `python -m datacontract_api.generate`. Do not edit. -->
# Reference

Every field of `datacontract.dev/v1alpha1`. A field in **bold** is required where the field above it is given. `[]`
stands for the items of a list, `{}` for the values of a map. Defaults inside list items are applied by the operator
and the runner, not by the API server.
"""


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
        *_rows(below, schema, (part,), part),
        "",
    ]
    rules = list(_rules(schema, part))
    if rules:
        lines += ["Rules that the API server and `contractctl lint` check:\n", *rules, ""]
    return "\n".join(lines)


def _rows(model: type[BaseModel], schema: Schema, path: tuple[str | int, ...], shown: str) -> Iterator[str]:
    for name, field in wire_fields(model).items():
        below, suffix = schema["properties"][name], ""
        word = f"**{name}**" if field.is_required() else name
        cells = (f"{shown}.{word}", _type(below), _default(field), _prose(field))
        yield "| " + " | ".join(cells) + " |"
        while "items" in below or "additionalProperties" in below:
            suffix, below = ("[]", below["items"]) if "items" in below else ("{}", below["additionalProperties"])
        if (inner := _inner(model, name)) is not None:
            yield from _rows(inner, below, (*path, name), f"{shown}.{name}{suffix}")


def _inner(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model of a field, of its list's items or of its map's values."""
    return model_at(model, (name,)) or model_at(model, (name, 0))


def _type(schema: Schema) -> str:
    if schema.get("x-kubernetes-int-or-string"):
        return "whole number, or decimal in quotes"
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
    return " ".join((field.description or "").split()).replace("|", "\\|")


def _rules(schema: Schema, path: str) -> Iterator[str]:
    for rule in schema.get("x-kubernetes-validations", []):
        yield f"- `{path}`: {rule['message']}"
    for name, below in schema.get("properties", {}).items():
        yield from _rules(below, f"{path}.{name}")
    if "items" in schema and schema["items"].get("type") == "object":
        yield from _rules(schema["items"], f"{path}[]")


def _conditions() -> str:
    docs = member_docs(ConditionType)
    rows = [
        f"| `{member}` | {docs.get(member.name, f'The stage of this name: {member}.')} |" for member in ConditionType
    ]
    return "\n".join(["## Conditions\n", "| type | meaning |", "| --- | --- |", *rows, ""])


def _reasons() -> str:
    docs, raised = member_docs(Reason), {cls.reason: cls for cls in _leaves(errors.ContractError)}
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


def _leaves(cls: type[errors.ContractError]) -> Iterator[type[errors.ContractError]]:
    if not cls.__subclasses__():
        yield cls
    for below in cls.__subclasses__():
        yield from _leaves(below)


def _errors() -> str:
    tree = inspect.cleandoc(errors.__doc__ or "").split("::\n", 1)[1].strip("\n")
    drawing, rest = tree.split("\n\n", 1)
    return f"## Errors and exit codes\n\n```\n{inspect.cleandoc(drawing)}\n```\n\n{rest.replace('``', '`')}\n"
