"""From text to YAML nodes, which know their line and column, within bounds that keep hostile files harmless."""

import re
from collections.abc import Iterator

import yaml

from datacontract_api.documents.json_text import with_yaml_escapes
from datacontract_api.documents.problem import Position

MAX_BYTES = 1024 * 1024
"""Bytes of a file: about what etcd stores of one object."""
MAX_EXPANDED = 4 * 1024 * 1024
"""Characters of a document after its aliases are expanded: the billion-laughs bound."""
MAX_DEPTH = 64
"""Levels of nesting; the deepest contract has about a dozen."""

MERGE_TAG = "tag:yaml.org,2002:merge"

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_HINTS = (
    ("tab", "YAML indents by spaces: replace the tab."),
    ("mapping values are not allowed", "A value that holds ': ' needs quotes around it."),
    ("expected <block end>", "The indentation does not fit the lines above."),
    ("alias", "Define the anchor before its alias, or quote a text that begins with '*'."),
)


class Malformed(Exception):
    """A text that is no acceptable YAML.

    Args:
        message: what is wrong.
        position: where.
        remedy: what to do.
    """

    def __init__(self, message: str, position: Position, remedy: str) -> None:
        super().__init__(message)
        self.message, self.position, self.remedy = message, position, remedy


def compose(text: str) -> list[yaml.Node]:
    """Reads every YAML document of a text, empty ones left out.

    Raises:
        Malformed: for malformed YAML, control characters, too deep nesting, recursion, or aliases that would expand
            beyond `MAX_EXPANDED`.
    """
    _check_characters(text)
    text = with_yaml_escapes(text)
    try:
        _check_depth(text)
        nodes = [node for node in yaml.compose_all(text, _LOADER) if node is not None]
    except yaml.YAMLError as error:
        raise _malformed(error, text) from None
    for node in nodes:
        _expanded(node, {}, set())
    return [node for node in nodes if not _is_empty(node)]


def position(node: yaml.Node) -> Position:
    """Where a node begins."""
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)


def _check_characters(text: str) -> None:
    if match := _UNPRINTABLE.search(text, 1 if text.startswith("\ufeff") else 0):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
        raise Malformed(
            f"is no text: it holds the control character U+{ord(match[0]):04X}",
            Position(line, column),
            'Remove it, or write it as an escape in double quotes, such as "\\x07".',
        )


def _check_depth(text: str) -> None:
    """Before composing, which recurses: events come one by one."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            mark = event.start_mark
            assert mark is not None
            raise Malformed(
                f"is nested more than {MAX_DEPTH} levels deep", Position(mark.line + 1, mark.column + 1), "Flatten it."
            )


def _expanded(node: yaml.Node, sizes: dict[int, int], above: set[int]) -> int:
    """Characters of a node with its aliases expanded; each node is measured once."""
    if id(node) in sizes:
        return sizes[id(node)]
    if id(node) in above:
        raise Malformed("contains itself through an alias", position(node), "Write the value out.")
    above.add(id(node))
    size = 1 + (len(node.value) if isinstance(node, yaml.ScalarNode) else 0)
    size += sum(_expanded(child, sizes, above) for child in _children(node))
    above.discard(id(node))
    if size > MAX_EXPANDED:
        raise Malformed(
            f"grows beyond {MAX_EXPANDED} characters when its aliases are expanded",
            position(node),
            "Use fewer aliases.",
        )
    sizes[id(node)] = size
    return size


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null") and not node.value


def _character_at(text: str, place: Position) -> str:
    lines = text.splitlines()
    return lines[place.line - 1][place.column - 1 : place.column] if place.line <= len(lines) else ""


def _malformed(error: yaml.YAMLError, text: str) -> Malformed:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where = Position(mark.line + 1, mark.column + 1) if mark else Position()
    context, problem = getattr(error, "context", None), getattr(error, "problem", None) or str(error)
    if _character_at(text, where) == "\t":
        problem = "found a tab"
    message = f"is not YAML: {problem}" + (f" ({context})" if context else "")
    remedy = next(
        (hint for symptom, hint in _HINTS if symptom in message), "Check the indentation and the quotes here."
    )
    return Malformed(message, where, remedy)
