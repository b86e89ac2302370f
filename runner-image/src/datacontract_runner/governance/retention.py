"""Retention as a ClickHouse TTL. Purely computational, no side effects."""

from collections.abc import Iterable

from datacontract_api.errors import InvalidValue
from datacontract_api.governance import Retention
from datacontract_runner import sql
from datacontract_runner.governance.masking.column_type import ColumnType
from datacontract_runner.governance.model import Column

_INTERVALS = {"s": "toIntervalSecond", "m": "toIntervalMinute", "h": "toIntervalHour", "d": "toIntervalDay"}
_TIMES = ("Date", "Date32", "DateTime", "DateTime64")
_NEVER = 4294967295
"""The last second that a DateTime can hold: rows without a time are kept."""


def ttl_expression(retention: Retention, columns: Iterable[Column]) -> str | None:
    """The TTL of a table, None when it has not the column.

    Raises:
        InvalidValue: the column is no date and no time.
    """
    column = next((column for column in columns if column.name == retention.column), None)
    if column is None:
        return None
    kind = ColumnType(column.type)
    if kind.name not in _TIMES:
        raise InvalidValue(
            f"expected a Date or DateTime column for retention, {column.name} is of type {column.type}.",
            remedy="Name another column.",
            field="spec.governance.retention.column",
        )
    expires = f"{sql.identifier(column.name)} + {_INTERVALS[retention.period[-1]]}({retention.period[:-1]})"
    nullable = kind.text.startswith(("Nullable(", "LowCardinality(Nullable("))
    return f"ifNull({expires}, toDateTime({_NEVER}))" if nullable else expires
