"""pydantic's findings in plain words: what the value is, what was expected, what to write."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel

from datacontract_api.documents.problem import Path, field_path
from datacontract_api.errors import ConfigurationError, InvalidValue, RuleViolated, UnknownField
from datacontract_api.fields import model_at, wire_fields


@dataclass(frozen=True)
class Fault:
    """One error of pydantic's, with what its wording depends on.

    Args:
        code: pydantic's name of the error.
        context: its parameters, such as the bound that was passed.
        value: the offending value.
        node: the value's node, to tell a quoted word from a bare one; None where the document has no such value.
        path: path of the value.
        root: the model of the whole document.
        message: pydantic's own words.
        in_union: whether the value could have had one of several types.
    """

    code: str
    context: Mapping[str, Any]
    value: Any
    node: yaml.Node | None
    path: Path
    root: type[BaseModel]
    message: str
    in_union: bool = False


@dataclass(frozen=True)
class Words:
    """How a fault reads: a predicate for the value, and the remedy."""

    message: str
    remedy: str = ""
    error: type[ConfigurationError] = InvalidValue


def words(fault: Fault) -> Words:
    """Puts a fault into words."""
    if fault.value is None and fault.code not in ("missing", "extra_forbidden", *_OURS):
        return Words("is empty", "Give it a value, or remove the line.")
    if fault.in_union:
        return _wrong_type(fault, "a whole number, or a decimal fraction in quotes such as '0.5'")
    return _WORDS.get(fault.code, _anything)(fault)


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that a typo most likely meant, empty when none is near."""
    by_lower = {name.lower().replace("_", ""): name for name in known}
    near = difflib.get_close_matches(word.lower().replace("_", ""), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else ""


def kind_of(value: Any, node: yaml.Node | None = None) -> str:
    """What a value is, in words; a bare ``no`` is told apart from ``false``."""
    if isinstance(value, bool) and isinstance(node, yaml.ScalarNode) and node.value.lower() not in ("true", "false"):
        return f"{node.value}, which YAML reads as {str(value).lower()}"
    names = {str: "text", bool: "a boolean", int: "a number", float: "a fraction", list: "a list", dict: "a mapping"}
    return names.get(type(value), "empty")


def _unknown_field(fault: Fault) -> Words:
    *parent, name = fault.path
    model = model_at(fault.root, tuple(parent))
    known = wire_fields(model) if model else {}
    return Words("is no field of the API", _suggestion(fault, str(name), tuple(parent), list(known)), UnknownField)


def _suggestion(fault: Fault, name: str, parent: Path, known: list[str]) -> str:
    for depth in range(len(parent) - 1, 0, -1):
        above = model_at(fault.root, parent[:depth])
        if above and name in wire_fields(above):
            return f"It belongs to {field_path(parent[:depth])}: move it there."
    for child in known:
        below = model_at(fault.root, (*parent, child))
        if below and name in wire_fields(below):
            return f"It belongs to {field_path((*parent, child))}: move it there."
    if near := closest(name, known):
        return f"Did you mean {near}?"
    return f"Remove it, or use one of: {', '.join(known)}." if known else "Remove it."


def _missing(fault: Fault) -> Words:
    model = model_at(fault.root, fault.path[:-1])
    field = wire_fields(model).get(str(fault.path[-1])) if model else None
    description = (field.description or "").rstrip(".") if field else ""
    return Words("is missing", f"Add it: {description}." if description else "Add it.")


def _choice(fault: Fault) -> Words:
    choices = [choice.strip().strip("'") for choice in fault.context["expected"].replace(" or ", ",").split(",")]
    if not isinstance(fault.value, str):
        return _wrong_type(fault, f"one of {', '.join(choices)}")
    near = closest(fault.value, choices)
    listed = f"is not one of: {', '.join(choices)}" if len(choices) > 1 else f"is not {choices[0]}"
    remedy = f"Write {choices[0]}." if len(choices) == 1 else (f"Did you mean {near}?" if near else "Choose one.")
    return Words(listed, remedy)


def _wrong_type(fault: Fault, expected: str, remedy: str = "") -> Words:
    return Words(f"must be {expected}, not {kind_of(fault.value, fault.node)}", remedy)


def _text(fault: Fault) -> Words:
    bare = fault.node.value if isinstance(fault.node, yaml.ScalarNode) else ""
    if fault.code == "string_unicode":
        return Words("is no text", "Remove the characters that are none.")
    return _wrong_type(fault, "text", f"Write '{bare}', in quotes." if bare else "")


def _typed(expected: str, remedy: str) -> Callable[[Fault], Words]:
    return lambda fault: _wrong_type(fault, expected, remedy)


def _bound(sentence: str) -> Callable[[Fault], Words]:
    return lambda fault: Words(sentence.format(**fault.context), "")


def _length(sentence: str) -> Callable[[Fault], Words]:
    def put(fault: Fault) -> Words:
        bound = fault.context.get("max_length", fault.context.get("min_length"))
        if not fault.value:
            return Words("is empty", "Give it a value, or remove the line.")
        unit = "characters" if isinstance(fault.value, str) else "items"
        return Words(sentence.format(found=len(fault.value), bound=bound, unit=unit))

    return put


def _pattern(fault: Fault) -> Words:
    return Words(f"does not match {fault.context['pattern']}")


def _rule(fault: Fault) -> Words:
    return Words(fault.context["message"], error=RuleViolated)


def _anything(fault: Fault) -> Words:
    return Words(fault.message.replace("Input should be", "must be"))


_OURS = ("rule",)
_MAPPING = _typed("a mapping of fields", "Write its fields below it, indented.")
_TOO_LONG = "has {found} {unit}, but at most {bound} are allowed"
_TOO_SHORT = "has {found} {unit}, but at least {bound} are needed"
_WORDS: Mapping[str, Callable[[Fault], Words]] = {
    "extra_forbidden": _unknown_field,
    "missing": _missing,
    "rule": _rule,
    "enum": _choice,
    "literal_error": _choice,
    "string_type": _text,
    "string_unicode": _text,
    "int_type": _typed("a whole number", "Write the digits without quotes or fraction."),
    "int_from_float": _typed("a whole number", "Write the digits without quotes or fraction."),
    "bool_type": _typed("true or false", "Write true or false, without quotes."),
    "list_type": _typed("a list", "Begin each item with '- ', or write [a, b]."),
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "greater_than_equal": _bound("must be at least {ge}"),
    "less_than_equal": _bound("must be at most {le}"),
    "string_too_long": _length(_TOO_LONG),
    "string_too_short": _length(_TOO_SHORT),
    "too_long": _length(_TOO_LONG),
    "too_short": _length(_TOO_SHORT),
    "string_pattern_mismatch": _pattern,
}
