"""`redact`: the same constant of the column's type in every row, NULLs included."""

from datacontract_api.governance import MaskingMethod
from datacontract_runner import sql
from datacontract_runner.governance.masking.column_type import ColumnType

METHOD = MaskingMethod.REDACT

STARS = "***"
"""What redacted text looks like."""


def mask(column: str, column_type: ColumnType) -> str | None:  # noqa: ARG001 - the value plays no part
    """Stars for text that has room for them, else the type's default: 0, 1970-01-01, an empty array."""
    whole = sql.literal(column_type.text)
    if column_type.name == "String" or (column_type.width or 0) >= len(STARS):
        return f"CAST({sql.literal(STARS)}, {whole})"
    return f"CAST(defaultValueOfTypeName({sql.literal(column_type.base)}), {whole})"
