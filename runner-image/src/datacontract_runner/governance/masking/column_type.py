"""A ClickHouse column type, as far as masking must know it."""

import re
from dataclasses import dataclass
from functools import cached_property

_TEXT = re.compile(r"(String|FixedString|Enum|Enum8|Enum16)\Z")
_INTEGER = re.compile(r"U?Int(8|16|32|64|128|256)\Z")
_FRACTION = re.compile(r"(Float32|Float64|BFloat16|Decimal\d*)\Z")
_TIME = re.compile(r"(Date|Date32|DateTime|DateTime32|DateTime64|Time|Time64)\Z")
_IDENTIFIER = re.compile(r"(UUID|IPv4|IPv6)\Z")


@dataclass(frozen=True)
class ColumnType:
    """A type by its text, such as ``LowCardinality(Nullable(String))``."""

    text: str

    @cached_property
    def low_cardinality(self) -> bool:
        """Whether it is wrapped in LowCardinality."""
        return self.text.startswith("LowCardinality(")

    @cached_property
    def base(self) -> str:
        """The type without LowCardinality and Nullable."""
        text = self.text
        for wrapper in ("LowCardinality(", "Nullable("):
            if text.startswith(wrapper):
                text = text[len(wrapper) : -1].strip()
        return text

    @property
    def name(self) -> str:
        """The name of the base, without its arguments."""
        return self.base.split("(", 1)[0].strip()

    @property
    def is_text(self) -> bool:
        """Strings and enums."""
        return bool(_TEXT.match(self.name))

    @property
    def is_enum(self) -> bool:
        """Enums."""
        return self.name.startswith("Enum")

    @property
    def is_integer(self) -> bool:
        """Whole numbers of any width."""
        return bool(_INTEGER.match(self.name))

    @property
    def is_identifier(self) -> bool:
        """UUID and IP addresses."""
        return bool(_IDENTIFIER.match(self.name))

    @property
    def is_scalar(self) -> bool:
        """One value that has a text and can be NULL: neither a collection nor an aggregate state."""
        plain = self.is_text or self.is_integer or self.is_identifier or self.name == "Bool"
        return plain or bool(_FRACTION.match(self.name)) or bool(_TIME.match(self.name))

    @property
    def width(self) -> int | None:
        """Bytes of a FixedString, None for other types."""
        found = re.fullmatch(r"FixedString\((\d+)\)", self.base)
        return int(found[1]) if found else None
