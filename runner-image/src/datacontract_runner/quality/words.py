"""Numbers and values in the sentences that people read."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

_SHOWN = 5
"""Members of a set that a sentence spells out."""


def percent(part: int, whole: int) -> str:
    """A share, such as ``7.2 %``; never rounded to 0 % or 100 % when it is neither."""
    share = 100 * part / whole
    text = f"{share:.3g}"
    if (part and float(text) == 0) or (part != whole and float(text) == 100):
        text = f"{share:.10g}"
    return f"{Decimal(text):f} %"


def share(part: int, whole: int, noun: str) -> str:
    """A share with its counts, such as ``7.2 % null (2,430 of 33,677)``."""
    return f"{percent(part, whole) if whole else '0 %'} {noun} ({part:,} of {whole:,})"


def number(value: Any) -> str:
    """A number with thousands separated; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


def quoted(value: Any) -> str:
    """A value as a person would write it in SQL."""
    return f"'{value}'" if isinstance(value, str) else str(value)


def members(values: Sequence[Any]) -> str:
    """A set, shortened: ``('a', 'b', 'c', 'd', 'e' and 12 more)``."""
    shown = ", ".join(quoted(value) for value in values[:_SHOWN])
    more = len(values) - _SHOWN
    return f"({shown} and {more:,} more)" if more > 0 else f"({shown})"


def interval(low: Any, high: Any, *, strict_low: bool = False, strict_high: bool = False) -> str:
    """A range, such as ``from 1 to 10`` or ``above 0``."""
    if low is None and high is None:
        return "anything"
    if high is None:
        return f"above {quoted(low)}" if strict_low else f"at least {quoted(low)}"
    if low is None:
        return f"below {quoted(high)}" if strict_high else f"at most {quoted(high)}"
    ends = [" (excluded)" if strict else "" for strict in (strict_low, strict_high)]
    return f"from {quoted(low)}{ends[0]} to {quoted(high)}{ends[1]}"
