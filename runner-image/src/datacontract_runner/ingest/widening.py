"""The type to read a column of a text format as, so that nothing is lost before it is converted.

ClickHouse's parsers wrap integers around at their limits, count 31 February on into March, cut decimals off, and read
an empty cell or ``null`` as zero where the column holds no NULL. Read wider and nullable, each of these is still to be
seen when the value is converted to its promised type.
"""

from datacontract_api.sources import FileFormat
from datacontract_runner.ingest.datatype import DataType, parse_type

_TEXTS = ("String", "FixedString")
_COMPOUNDS = ("Array", "Map", "Tuple", "Nested")
_MAX_PRECISION = 76
_SPARE_DIGITS = 18
"""Digits after the point that a decimal is read with beyond those promised, to notice that there are any."""


def widened(target: DataType, file_format: FileFormat) -> DataType:
    """The type to read from CSV or NDJSON for a column promised as `target`.

    Purely computational. Types that it does not know are read as they are.
    """
    base = target.base
    if base.name in _COMPOUNDS:
        return _compound(base)
    if base.name in _TEXTS and file_format is FileFormat.CSV:
        # An empty cell is an empty text where NULL was not promised.
        return target
    if base.is_integer:
        return _integer(base).or_null()
    if base.is_date:
        return DataType("DateTime64", ("0", "'UTC'")).or_null()
    if base.name == "DateTime":
        return DataType("DateTime64", ("0", *base.arguments)).or_null()
    if base.name == "Float32":
        return DataType("Nullable", ("Float64",))
    if base.name == "Decimal":
        return _decimal(base).or_null()
    return base.or_null() if base.name in _NULLABLE or base.name.startswith("Enum") else target


_NULLABLE = (*_TEXTS, "Float32", "Float64", "BFloat16", "DateTime", "DateTime64", "Time", "Time64", "Bool", "UUID",
             "IPv4", "IPv6")  # fmt: skip


def _integer(base: DataType) -> DataType:
    """Twice as wide at least: 38 digits for the common types, which no sane text comes near."""
    if base.name == "UInt256":
        return base
    return DataType("Int256" if base.name in ("Int128", "UInt128", "Int256") else "Int128")


def _decimal(base: DataType) -> DataType:
    spare = min(_SPARE_DIGITS, _MAX_PRECISION - base.precision)
    return DataType("Decimal", (str(base.precision + spare), str(base.scale + spare)))


def _compound(base: DataType) -> DataType:
    if base.name == "Array":
        return DataType("Array", (str(_element(base.inner)),))
    if base.name == "Map":
        key, value = (parse_type(argument) for argument in base.arguments)
        return DataType("Map", (str(key), str(_element(value))))
    return base


def _element(element: DataType) -> DataType:
    base = element.base
    if base.name in _COMPOUNDS:
        return _compound(base)
    if base.is_integer:
        return _integer(base).or_null()
    return base.or_null() if base.name in _NULLABLE else element
