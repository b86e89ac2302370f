"""`partial`: the last characters, the rest starred."""

from datacontract_api.governance import MaskingMethod
from datacontract_runner.governance.masking.column_type import ColumnType

METHOD = MaskingMethod.PARTIAL

SHOWN = 4
"""At most so many characters stay, and never more than a third of the value: short values must not show whole."""


def mask(column: str, column_type: ColumnType) -> str | None:
    """Keeps the length and the end of the value's text; NULL stays NULL.

    An enum's few values, a date or an amount are known by their end or their length alone, so it does not fit these.
    """
    if column_type.is_enum or not (column_type.is_text or column_type.is_integer or column_type.is_identifier):
        return None
    text = f"toStringCutToZero({column})" if column_type.name == "FixedString" else f"toString({column})"
    shown = f"least({SHOWN}, intDiv(lengthUTF8({text}), 3))"
    return f"concat(repeat('*', lengthUTF8({text}) - {shown}), rightUTF8({text}, {shown}))"
