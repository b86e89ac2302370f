"""`lint`: files in, findings out."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from datacontract_api.contract import DataContract
from datacontract_api.documents import Document, load
from datacontract_api.errors import ContractUnreadable
from datacontract_api.metadata import API_VERSION
from datacontract_runner.lint.columns import check_columns
from datacontract_runner.lint.dbt_project import check_project
from datacontract_runner.lint.expectations import check_expectations
from datacontract_runner.lint.models import check_models
from datacontract_runner.lint.queries import check_queries
from datacontract_runner.lint.row_filters import check_row_filters
from datacontract_runner.lint.subject import Check, Finding, Subject
from datacontract_runner.lint.tables import check_tables

CHECKS: tuple[Check, ...] = (
    check_tables,
    check_columns,
    check_row_filters,
    check_queries,
    check_expectations,
    check_models,
    check_project,
)
"""Each is one file of this package. They look at documents that the models accept."""


def lint(paths: Iterable[Path]) -> list[Finding]:
    """Everything wrong with the contracts and warehouses of some files, in the order of the files.

    Args:
        paths: files; a contract's relative paths start at its file's folder.

    Raises:
        ContractUnreadable: for a file that does not exist, is no YAML, or holds nothing of ours.
    """
    return [finding for path in paths for finding in _file_findings(path)]


def _file_findings(path: Path) -> Iterator[Finding]:
    documents = load(path)
    if not documents:
        remedy = f"Give a file with a document of apiVersion: {API_VERSION}."
        raise ContractUnreadable(f"{path}:1:1: holds neither a DataContract nor a Warehouse.", remedy=remedy)
    for document in documents:
        found = [*document.problems, *_check(document, path.parent)]
        yield from sorted(found, key=lambda finding: (finding.file != document.file, finding.line, finding.column))


def _check(document: Document, folder: Path) -> Iterator[Finding]:
    if isinstance(document.model, DataContract):
        subject = Subject(document, document.model, folder)
        for check in CHECKS:
            yield from check(subject)
