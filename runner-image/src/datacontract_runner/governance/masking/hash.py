"""`hash`: 32 hexadecimal digits; equal values stay equal, so joins and counts work. A pseudonym, not anonymous."""

from datacontract_api.governance import MaskingMethod
from datacontract_runner.governance.masking.column_type import ColumnType

METHOD = MaskingMethod.HASH


def mask(column: str, column_type: ColumnType) -> str | None:
    """Hashes the value's text, so that columns of different types or widths still join; NULL stays NULL."""
    return f"hex(sipHash128(toString({column})))" if column_type.is_scalar else None
