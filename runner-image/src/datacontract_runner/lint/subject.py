"""`Subject`: one contract under lint, and how a check speaks of a place in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from datacontract_api.contract import DataContract
from datacontract_api.documents import Document, Problem
from datacontract_api.documents.positions import node_at
from datacontract_api.documents.problem import Path as FieldPath
from datacontract_api.documents.problem import field_path, shown
from datacontract_api.errors import ConfigurationError, RuleViolated
from datacontract_api.schema import SchemaObject

Finding = Problem
"""Lint speaks of its findings as reading a document does of its problems."""


@dataclass(frozen=True)
class Subject:
    """One contract under lint.

    Args:
        document: where it was read from.
        contract: what was read.
        folder: where relative paths of the contract start.
    """

    document: Document
    contract: DataContract
    folder: Path

    def finding(
        self,
        path: FieldPath,
        message: str,
        remedy: str = "",
        value: Any = "",
        error: type[ConfigurationError] = RuleViolated,
    ) -> Finding:
        """A finding at a field; see `Problem` for the arguments."""
        return self.document.problem(path, message, remedy, value, error=error)

    def finding_in_text(
        self, path: FieldPath, text: str, index: int, message: str, remedy: str, error: type[ConfigurationError]
    ) -> Finding:
        """A finding inside a longer text: at its own line where the document keeps lines as they are."""
        place = self.document.position(path)
        node = node_at(self.document.node, path)
        line, column = place.line, place.column
        if isinstance(node, yaml.ScalarNode) and node.style == "|":
            line, column = line + 1 + text.count("\n", 0, index), 1
        value = shown(text) if "\n" not in text else ""
        return Problem(self.document.file, line, column, field_path(path), message, value, remedy, error)

    def promised(self) -> dict[str, SchemaObject]:
        """Schema objects by the name of their table."""
        return {schema_object.table: schema_object for schema_object in self.contract.spec.schema_}

    def load_columns(self) -> set[str] | None:
        """Columns of the load table, None when only the source knows them."""
        load = self.contract.spec.load
        if load.columns:
            return {column.name for column in load.columns}
        promised = self.promised().get(load.table)
        return {column.name for column in promised.properties} if promised else None


Check = Callable[[Subject], Iterator[Finding]]
"""Looks at one contract; yields what it finds."""
