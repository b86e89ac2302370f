"""From YAML nodes to plain values, refusing what Kubernetes and JSON cannot hold: doubled keys, dates, tags, NaN."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from datacontract_api.documents.nodes import MERGE_TAG, position
from datacontract_api.documents.problem import Path, Position, shown

_CORE = "tag:yaml.org,2002:"
_CONSTRUCTOR = yaml.constructor.SafeConstructor()


@dataclass(frozen=True)
class Refusal:
    """A value that YAML can write and a contract cannot hold."""

    path: Path
    position: Position
    message: str
    remedy: str


@dataclass
class Values:
    """Makes the values of one document's nodes; what is refused stands in for itself as text.

    Args:
        refusals: filled while values are made.
    """

    refusals: list[Refusal] = field(default_factory=list)

    def of(self, node: yaml.Node, path: Path = ()) -> Any:
        """The value of a node as JSON knows it."""
        if isinstance(node, yaml.MappingNode):
            self._check_tag(node, "map", path)
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            self._check_tag(node, "seq", path)
            return [self.of(item, (*path, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        first_lines: dict[str, int] = {}
        for key, _ in node.value:
            name = self._key(key, path)
            if name in first_lines:
                message = f"is named twice, first in line {first_lines[name]}"
                self._refuse(key, (*path, name), message, "Remove one of the two.")
            first_lines.setdefault(name, position(key).line)
        return {str(key.value): self.of(value, (*path, str(key.value))) for key, value in pairs(node)}

    def _key(self, node: yaml.Node, path: Path) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self._refuse(node, path, "has a list or a mapping as a key", "Quote it if a text was meant.")
        elif node.tag not in (f"{_CORE}str", MERGE_TAG) and ":" not in node.value:
            message = f"has the key {shown(node.value)}, which YAML does not read as text"
            self._refuse(node, path, message, f"Write '{node.value}', in quotes.")
        return str(node.value)

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        try:
            return _SCALARS[node.tag](node)
        except KeyError:
            self._refuse(node, path, f"has the tag {_tag_shown(node)}, which contracts do not use", "Remove the tag.")
        except _NotHeld as error:
            self._refuse(node, path, str(error), f"Write '{node.value}', in quotes, if a text is meant.")
        return node.value

    def _check_tag(self, node: yaml.Node, kind: str, path: Path) -> None:
        if node.tag != f"{_CORE}{kind}":
            self._refuse(node, path, f"has the tag {_tag_shown(node)}, which contracts do not use", "Remove the tag.")

    def _refuse(self, node: yaml.Node, path: Path, message: str, remedy: str) -> None:
        self.refusals.append(Refusal(path, position(node), message, remedy))


def pairs(node: yaml.MappingNode) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Keys and values of a mapping, those merged with ``<<`` first, so that its own come last and win."""
    for key, value in node.value:
        if key.tag == MERGE_TAG:
            for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if isinstance(merged, yaml.MappingNode):
                    yield from pairs(merged)
    yield from ((key, value) for key, value in node.value if key.tag != MERGE_TAG)


class _NotHeld(Exception):
    """A scalar that JSON has no value for."""


def _text(node: yaml.ScalarNode) -> str:
    return str(node.value)


def _number(node: yaml.ScalarNode) -> Any:
    # YAML 1.1 reads 1:30 as ninety; nobody who writes it means that.
    if ":" in node.value:
        return node.value
    construct = _CONSTRUCTOR.construct_yaml_int if node.tag == f"{_CORE}int" else _CONSTRUCTOR.construct_yaml_float
    try:
        value = construct(node)
    except (ValueError, IndexError):  # the latter for `!!int` with nothing behind it
        raise _NotHeld("is no number") from None
    if isinstance(value, float) and not math.isfinite(value):
        raise _NotHeld(f"is {node.value}, which is no number in JSON")
    return value


def _boolean(node: yaml.ScalarNode) -> bool:
    words = yaml.constructor.SafeConstructor.bool_values
    if node.value.lower() not in words:
        raise _NotHeld("is neither true nor false")
    return bool(words[node.value.lower()])


def _date(node: yaml.ScalarNode) -> Any:
    raise _NotHeld(f"is {node.value}, which YAML reads as a date")


def _null(_node: yaml.ScalarNode) -> None:
    return None


_SCALARS: dict[str, Callable[[yaml.ScalarNode], Any]] = {
    f"{_CORE}str": _text,
    f"{_CORE}int": _number,
    f"{_CORE}float": _number,
    f"{_CORE}bool": _boolean,
    f"{_CORE}null": _null,
    f"{_CORE}timestamp": _date,
    # `=`, the "default value" of YAML 1.1, means itself to everyone.
    f"{_CORE}value": _text,
}


def _tag_shown(node: yaml.Node) -> str:
    tag = str(node.tag)
    return f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag
