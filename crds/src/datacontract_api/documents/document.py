"""`Document`: one YAML document of our API group, with what is wrong with it."""

from dataclasses import dataclass
from typing import Any

import yaml

from datacontract_api.contract import DataContract
from datacontract_api.documents.kinds import model_of
from datacontract_api.documents.positions import locate
from datacontract_api.documents.problem import Path, Position, Problem, field_path, shown
from datacontract_api.documents.validate import validated
from datacontract_api.documents.values import Values
from datacontract_api.warehouse import Warehouse


@dataclass(frozen=True)
class Document:
    """One YAML document of our API group.

    Args:
        file: the file as the caller named it.
        node: the root node.
        model: the validated object, None when there are problems.
        problems: what is wrong, in the order of the file.
    """

    file: str
    node: yaml.Node
    model: DataContract | Warehouse | None
    problems: tuple[Problem, ...]

    def position(self, path: Path, *, key: bool = False) -> Position:
        """Place of the value (or key) at a path such as ``("spec", "load", "table")``."""
        return locate(self.node, path, key=key)

    def problem(self, path: Path, message: str, remedy: str = "", value: Any = "", **more: Any) -> Problem:
        """A problem with the value at a path, for checks beyond the models; ``error`` as in `Problem`."""
        place = self.position(path)
        text = shown(value) if value != "" else ""
        return Problem(self.file, place.line, place.column, field_path(path), message, text, remedy, **more)


def read_document(file: str, node: yaml.Node) -> Document | None:
    """Reads one document; None for one of another API group."""
    values = Values()
    value = values.of(node)
    refused = [
        Problem(file, at.position.line, at.position.column, field_path(at.path), at.message, remedy=at.remedy)
        for at in values.refusals
    ]
    kind = model_of(file, node, value)
    if kind is None:
        return None
    if isinstance(kind, Problem):
        return Document(file, node, None, (kind,))
    model, found = validated(file, node, value, kind)
    # A doubled or undated value was reported where it stands; what follows from it would only repeat that.
    places = {(problem.line, problem.column) for problem in refused}
    found = [problem for problem in found if (problem.line, problem.column) not in places]
    ordered = sorted([*refused, *found], key=lambda problem: (problem.line, problem.column))
    return Document(file, node, None if ordered else model, tuple(ordered))
