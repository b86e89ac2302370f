"""Files into contracts and warehouses: YAML, then the models, every problem collected with its place."""

import gzip
from pathlib import Path as FilePath
from typing import TypeVar

from datacontract_api.contract import DataContract
from datacontract_api.documents.document import Document, read_document
from datacontract_api.documents.nodes import MAX_BYTES, Malformed, compose
from datacontract_api.documents.problem import Problem, raise_problems
from datacontract_api.errors import ContractUnreadable
from datacontract_api.metadata import API_VERSION
from datacontract_api.warehouse import Warehouse

T = TypeVar("T")


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
    documents = [read_document(file, node) for node in nodes]
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
        # A pod's snapshot of a large contract is compressed: a ConfigMap holds one mebibyte.
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ContractUnreadable(f"{path}: there is no such file.", remedy="Check the path.") from None
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "no gzip file"
        raise ContractUnreadable(f"{path}: cannot be read: {reason.lower()}.") from None
    if len(content) > MAX_BYTES:
        raise ContractUnreadable(f"{path}:1:1: is larger than {MAX_BYTES} bytes.", remedy="Split it.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise ContractUnreadable(f"{path}:{line}:{column}: is no UTF-8 text.", remedy="Save it as UTF-8.") from None
