"""ClickHouse data types, read from their text just far enough to decide on conversions."""

from collections.abc import Iterator
from dataclasses import dataclass

_INTEGERS = frozenset(f"{sign}{bits}" for sign in ("Int", "UInt") for bits in (8, 16, 32, 64, 128, 256))
_OPENING, _CLOSING = "(", ")"


@dataclass(frozen=True)
class DataType:
    """A data type: ``Decimal(10, 2)`` is the name ``Decimal`` and the arguments ``10`` and ``2``."""

    name: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.arguments)})" if self.arguments else self.name

    @property
    def nullable(self) -> bool:
        """Whether it holds NULL."""
        return self.name == "Nullable" or (self.name == "LowCardinality" and self.inner.nullable)

    @property
    def inner(self) -> "DataType":
        """The type in the parentheses of Nullable, LowCardinality, Array."""
        return parse_type(self.arguments[0])

    @property
    def base(self) -> "DataType":
        """The type without Nullable and LowCardinality around it."""
        return self.inner.base if self.name in ("Nullable", "LowCardinality") else self

    @property
    def is_integer(self) -> bool:
        """Int8 to UInt256."""
        return self.name in _INTEGERS

    @property
    def is_date(self) -> bool:
        """A day without a time."""
        return self.name in ("Date", "Date32")

    @property
    def is_moment(self) -> bool:
        """A day with a time."""
        return self.name in ("DateTime", "DateTime64")

    @property
    def precision(self) -> int:
        """Decimal: digits in all."""
        return int(self.arguments[0])

    @property
    def scale(self) -> int:
        """Decimal: digits after the point."""
        return int(self.arguments[1])

    def or_null(self) -> "DataType":
        """The type inside Nullable."""
        return self if self.nullable else DataType("Nullable", (str(self),))


def parse_type(text: str) -> DataType:
    """Reads a type's text, as ClickHouse writes it."""
    text = text.strip()
    opening = text.find(_OPENING)
    if opening < 0:
        return DataType(text)
    return DataType(text[:opening].strip(), tuple(_arguments(text[opening + 1 : -1])))


def _arguments(text: str) -> Iterator[str]:
    """Splits at commas that are in no parentheses and no quotes."""
    depth, start, quote, position = 0, 0, "", 0
    while position < len(text):
        character = text[position]
        if character == "\\" and quote:
            position += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'`\"":
            quote = character
        elif character == "," and depth == 0:
            yield text[start:position].strip()
            start = position + 1
        depth += 0 if quote else (character == _OPENING) - (character == _CLOSING)
        position += 1
    if text[start:].strip():
        yield text[start:].strip()
