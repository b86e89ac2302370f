"""`null`: NULL in every row."""

from datacontract_api.governance import MaskingMethod
from datacontract_runner import sql
from datacontract_runner.governance.masking.column_type import ColumnType

METHOD = MaskingMethod.NULL


def mask(column: str, column_type: ColumnType) -> str | None:  # noqa: ARG001 - the value plays no part
    """NULL of the column's type made Nullable; collections cannot be."""
    if not column_type.is_scalar:
        return None
    nullable = f"Nullable({column_type.base})"
    return f"CAST(NULL, {sql.literal(f'LowCardinality({nullable})' if column_type.low_cardinality else nullable)})"
