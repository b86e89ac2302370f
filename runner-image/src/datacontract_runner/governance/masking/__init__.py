"""How personal data look behind a masking view: one file per method, found by being here.

Each file has ``METHOD``, the word of the contract, and ``mask(column, type) -> str | None``: the SQL expression, or
None where the method does not fit the type (docs/adding-a-masking-method.md).
"""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Protocol

from datacontract_api.errors import InvalidValue
from datacontract_api.governance import MaskingMethod
from datacontract_runner import sql
from datacontract_runner.governance.masking.column_type import ColumnType


class Method(Protocol):
    """A file of this package."""

    METHOD: MaskingMethod

    def mask(self, column: str, column_type: ColumnType) -> str | None:
        """The expression that masks a column, None when the method does not fit its type.

        Args:
            column: the quoted column.
            column_type: its type.
        """


def _discover() -> dict[MaskingMethod, Method]:
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {module.METHOD: module for module in modules if hasattr(module, "METHOD")}


METHODS: Mapping[MaskingMethod, Method] = _discover()
"""Every method by its word."""


def masked(column: str, type_text: str, method: MaskingMethod) -> str:
    """The SQL expression that shows a column masked.

    Args:
        column: name of the column.
        type_text: its ClickHouse type.
        method: how to mask it.

    Raises:
        InvalidValue: the method does not fit the type.
    """
    expression = METHODS[method].mask(sql.identifier(column), ColumnType(type_text))
    if expression is None:
        raise InvalidValue(
            f"the masking method {method.value} does not fit column {column} of type {type_text}.",
            remedy="Use redact, which fits every type, or another method.",
            field=f"spec.governance.masking.{column}.method",
        )
    return expression
