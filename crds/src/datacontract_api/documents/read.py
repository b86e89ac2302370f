"""Files into contracts and warehouses: YAML, then the models, every problem collected with its place."""

import json
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from datacontract_api.contract import DataContract
from datacontract_api.documents.nodes import MAX_BYTES, Malformed, compose, position
from datacontract_api.documents.positions import existing, locate, node_at
from datacontract_api.documents.problem import Path, Position, Problem, field_path, raise_problems, shown
from datacontract_api.documents.values import Values
from datacontract_api.documents.wording import Fault, closest, words
from datacontract_api.errors import ContractUnreadable
from datacontract_api.metadata import API_VERSION, GROUP
from datacontract_api.warehouse import Warehouse

T = TypeVar("T")

KINDS: dict[str, type[DataContract] | type[Warehouse]] = {"DataContract": DataContract, "Warehouse": Warehouse}


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


def load(path: FilePath) -> list[Document]:
    """Reads every document of our API group in a file; documents of other groups are passed over.

    Raises:
        ContractUnreadable: when there is no such file, it is no YAML, or beyond the bounds of `nodes`.
    """
    return parse(_text(path), str(path))


def parse(text: str, file: str) -> list[Document]:
    """The same for a text that is already here; ``file`` is the name for messages."""
    try:
        nodes = compose(text)
    except Malformed as error:
        place = error.position
        problem = Problem(
            file, place.line, place.column, "", error.message, remedy=error.remedy, error=ContractUnreadable
        )
        raise ContractUnreadable(str(problem)) from None
    documents = [_document(file, node) for node in nodes]
    return [document for document in documents if document is not None]


def problems(path: FilePath) -> list[Problem]:
    """Everything wrong with a file, in the order of the file.

    Raises:
        ContractUnreadable: as `load`.
    """
    return [problem for document in load(path) for problem in document.problems]


def read_contracts(path: FilePath) -> list[DataContract]:
    """Reads the contracts of a file, in order.

    Raises:
        ContractUnreadable, UnknownField, InvalidValue, RuleViolated: the first problem's class; the message lists all.
    """
    return [model for model in _models(path) if isinstance(model, DataContract)]


def read_contract(path: FilePath) -> DataContract:
    """Reads a file that holds exactly one contract; raises as `read_contracts`."""
    contracts = read_contracts(path)
    return _only(contracts, path, "DataContract")


def read_warehouse(path: FilePath) -> Warehouse:
    """Reads a file that holds exactly one Warehouse; raises as `read_contracts`."""
    return _only([model for model in _models(path) if isinstance(model, Warehouse)], path, "Warehouse")


def _only(found: list[T], path: FilePath, kind: str) -> T:
    if len(found) != 1:
        number = "no" if not found else str(len(found))
        remedy = f"Give a file with exactly one document of apiVersion: {API_VERSION} and kind: {kind}."
        raise ContractUnreadable(f"{path}:1:1: holds {number} {kind}{'s' if len(found) > 1 else ''}.", remedy=remedy)
    return found[0]


def _models(path: FilePath) -> list[DataContract | Warehouse]:
    documents = load(path)
    raise_problems([problem for document in documents for problem in document.problems])
    return [document.model for document in documents if document.model is not None]


def _text(path: FilePath) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ContractUnreadable(f"{path}: there is no such file.", remedy="Check the path.") from None
    except OSError as error:
        raise ContractUnreadable(f"{path}: cannot be read: {(error.strerror or '').lower()}.") from None
    if len(content) > MAX_BYTES:
        raise ContractUnreadable(f"{path}:1:1: is larger than {MAX_BYTES} bytes.", remedy="Split it.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise ContractUnreadable(f"{path}:{line}:{column}: is no UTF-8 text.", remedy="Save it as UTF-8.") from None


def _document(file: str, node: yaml.Node) -> Document | None:
    values = Values()
    value = values.of(node)
    refused = [
        Problem(file, at.position.line, at.position.column, field_path(at.path), at.message, remedy=at.remedy)
        for at in values.refusals
    ]
    kind = _kind(file, node, value)
    if kind is None:
        return None
    if isinstance(kind, Problem):
        return Document(file, node, None, (kind,))
    model, found = _validated(file, node, value, kind)
    # A doubled or undated value was reported where it stands; what follows from it would only repeat that.
    places = {(problem.line, problem.column) for problem in refused}
    found = [problem for problem in found if (problem.line, problem.column) not in places]
    ordered = sorted([*refused, *found], key=lambda problem: (problem.line, problem.column))
    return Document(file, node, None if ordered else model, tuple(ordered))


def _kind(file: str, node: yaml.Node, value: Any) -> type[DataContract] | type[Warehouse] | Problem | None:
    """The model of a document; None for another API group's; a problem for one that says neither or mistypes it."""
    place = position(node)
    if not isinstance(value, dict):
        return Problem(
            file,
            place.line,
            place.column,
            "",
            "is no mapping of fields",
            remedy=f"Begin with apiVersion: {API_VERSION} and kind: DataContract.",
            error=ContractUnreadable,
        )
    version, kind = value.get("apiVersion"), value.get("kind")
    if isinstance(version, str) and not version.startswith(f"{GROUP}/"):
        near = closest(version, [API_VERSION])
        if kind not in KINDS and not near:
            return None
        return _header(file, node, "apiVersion", f"is not {API_VERSION}", f"Write {API_VERSION}.", version)
    if version is None or kind is None:
        name, wanted = ("apiVersion", API_VERSION) if version is None else ("kind", "DataContract or Warehouse")
        return _header(file, node, name, "is missing", f"Add {name}: {wanted}.")
    if not isinstance(kind, str) or kind not in KINDS:
        near = closest(str(kind), KINDS)
        remedy = f"Did you mean {near}?" if near else "Choose one."
        return _header(file, node, "kind", f"is not one of: {', '.join(KINDS)}", remedy, kind)
    return KINDS[kind]


def _header(file: str, node: yaml.Node, name: str, message: str, remedy: str, value: Any = "") -> Problem:
    place = locate(node, (name,))
    return Problem(file, place.line, place.column, name, message, shown(value) if value != "" else "", remedy)


def _validated(
    file: str, node: yaml.Node, value: Any, kind: type[DataContract] | type[Warehouse]
) -> tuple[DataContract | Warehouse | None, list[Problem]]:
    try:
        # As JSON, so that strict means what it means to the API server: no "5" for 5, enums by their words.
        model = kind.model_validate_json(json.dumps(value), strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        found: dict[tuple[Path, str], Problem] = {}
        for details in error.errors(include_url=False):
            path, problem = _problem(file, node, details, kind)
            found.setdefault((path, problem.message), problem)
        return None, list(found.values())
    return model, []


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
