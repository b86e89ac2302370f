"""Values of the contract as SQL literals; numbers as they are, text always through `sql.literal`."""

import math
from collections.abc import Iterable
from decimal import Decimal

from datacontract_runner import sql

Scalar = str | int | float | bool


def scalar(value: Scalar) -> str:
    """Writes one value.

    Raises:
        ValueError: for a number that is not finite, which SQL cannot hold as a literal.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a finite number")
        return repr(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return sql.literal(value)


def scalars(values: Iterable[Scalar]) -> str:
    """Writes values, separated by commas."""
    return ", ".join(scalar(value) for value in values)
