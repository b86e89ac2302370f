"""From the type that a source has to the type that was promised, never with a silent loss."""

from dataclasses import dataclass

from datacontract_runner import sql
from datacontract_runner.ingest.column import Column
from datacontract_runner.ingest.datatype import DataType, parse_type

_CAST_TO = ("Float32", "Float64", "Decimal", "String")
"""Types that CAST is right for: accurateCast would refuse 0.1 as a Float32, and does not know decimals' digits."""


@dataclass(frozen=True)
class Conversion:
    """How one column is converted.

    Args:
        column: the column, with the promised type.
        read: the type that it is read as.
        expression: SQL that converts it, over the column as it is read.
        lossy: SQL that holds for rows whose value `expression` would change without an error; empty for none.
        unfit: SQL that holds for the rows that `expression` fails on or `lossy` holds for, to find them afterwards.
    """

    column: Column
    read: str
    expression: str
    lossy: str = ""
    unfit: str = ""


def convert(column: Column, read: str) -> Conversion:
    """Decides how a column is converted. Purely computational.

    Args:
        column: the promised column.
        read: the type that the source has, or that the text is read as.
    """
    name = sql.identifier(column.name)
    source, target = parse_type(read), parse_type(column.type)
    missing = f"isNull({name})" if source.nullable and not target.nullable else ""
    if source == target:
        return Conversion(column, read, name)
    if source.base == target.base:
        return Conversion(column, read, _call("CAST", name, target), unfit=missing)
    lossy = _lossy(name, source.base, target.base)
    function = "CAST" if target.base.name in _CAST_TO else "accurateCast"
    refused = _refused(name, source.base, target.base) if function == "accurateCast" else ""
    unfit = " OR ".join(f"({part})" for part in (missing, lossy, refused) if part)
    return Conversion(column, read, _call(function, name, target), lossy, unfit)


def _refused(name: str, source: DataType, target: DataType) -> str:
    """Holds for the values that accurateCast throws on, without throwing itself."""
    if source.is_moment and target.name in _RANGES:
        first, last = _RANGES[target.name]
        return f"{name} < {_instant(first)} OR {name} > {_instant(last)}"
    if target.name in ("Array", "Map", "Tuple"):
        return ""
    return f"isNotNull({name}) AND isNull({_call('accurateCastOrNull', name, target)})"


_RANGES = {
    "Date": ("1970-01-01 00:00:00", "2149-06-06 23:59:59"),
    "DateTime": ("1970-01-01 00:00:00", "2106-02-07 06:28:15"),
}
"""What a type can hold; the others hold what a DateTime64 can."""


def _instant(text: str) -> str:
    return f"toDateTime64({sql.literal(text)}, 0, 'UTC')"


def _call(function: str, expression: str, target: DataType) -> str:
    return f"{function}({expression}, {sql.literal(str(target))})"


def _lossy(name: str, source: DataType, target: DataType) -> str:
    if target.name == "Decimal":
        return _decimal_loss(name, source, target)
    if source.name == "String" and target.name != "String":
        # accurateCast from a nullable text answers NULL for what it cannot read.
        return f"isNotNull({name}) AND isNull({_call('accurateCastOrNull', name, target)})"
    if target.is_date and source.is_moment:
        return f"CAST(CAST({name}, 'Nullable(Date32)'), {sql.literal(str(source.or_null()))}) != {name}"
    if target.name == "Float32" and source.name == "Float64":
        return f"isFinite({name}) AND isInfinite({_call('CAST', name, target.or_null())})"
    return ""


def _decimal_loss(name: str, source: DataType, target: DataType) -> str:
    if source.name == "String":
        return f"isNotNull({name}) AND isNull({_call('accurateCastOrNull', name, target)})"
    limit = sql.literal("1" + "0" * (target.precision - target.scale))
    too_big = f"abs({name}) >= CAST({limit}, {sql.literal(_roomy(source))})"
    if source.name == "Decimal" and source.scale > target.scale:
        return f"{too_big} OR {_call('CAST', name, target.or_null())} != {name}"
    return too_big


def _roomy(source: DataType) -> str:
    return "Float64" if source.name.startswith("Float") else "Decimal(76, 0)"
