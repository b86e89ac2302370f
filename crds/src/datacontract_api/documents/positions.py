"""Where a field stands in its document: the place of a path's value, or of the nearest thing above it."""

import yaml

from datacontract_api.documents.nodes import position
from datacontract_api.documents.problem import Path, Position
from datacontract_api.documents.values import pairs


def locate(root: yaml.Node, path: Path, *, key: bool = False) -> Position:
    """The place of the value at a path, or of its key; of the nearest existing key above for what is missing."""
    place, node = position(root), root
    for depth, part in enumerate(path):
        found = _step(node, part)
        if found is None:
            return place
        name, node = found
        place = position(name if key or depth < len(path) - 1 else node)
    return place


def existing(root: yaml.Node, path: Path) -> Path:
    """The longest beginning of a path that the document has."""
    node = root
    for depth, part in enumerate(path):
        found = _step(node, part)
        if found is None:
            return path[:depth]
        node = found[1]
    return path


def node_at(root: yaml.Node, path: Path) -> yaml.Node | None:
    """The node at a path, None when the document has none."""
    node = root
    for part in path:
        found = _step(node, part)
        if found is None:
            return None
        node = found[1]
    return node


def _step(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Name and value of one step: a mapping's key and value, or a list's item twice."""
    if isinstance(node, yaml.MappingNode):
        found = [(key, value) for key, value in pairs(node) if key.value == part]
        return found[-1] if found else None
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None
