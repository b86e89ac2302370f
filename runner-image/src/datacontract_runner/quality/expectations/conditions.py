"""`row_condition`: which rows an expectation looks at, as SQL.

Both spellings of Great Expectations: the string ``col("a") > 5`` and the object
``{type: comparison, column: {name: a}, operator: ">", parameter: 5}``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from datacontract_runner import sql
from datacontract_runner.quality import literals

_TEXT = re.compile(
    r"""\s*col\("(?P<column>[^"]+)"\)\s*(?:(?P<present>\.notnull\(\))|"""
    r"""(?P<operator>==|!=|<=|>=|<|>)\s*(?:(?P<number>[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)"""
    r"""|(?:date\()?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')\)?))\s*""",
    re.IGNORECASE,
)

_OPERATORS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_SETS = {"IN": "IN", "NOT_IN": "NOT IN"}


class ConditionUnreadable(ValueError):
    """The condition is neither of the two spellings."""


@dataclass(frozen=True)
class Condition:
    """A filter of rows.

    Args:
        sql: the SQL condition.
        columns: columns that it reads.
    """

    sql: str
    columns: tuple[str, ...]


def parse(condition: Any) -> Condition:
    """Reads a row condition.

    Args:
        condition: a string or an object.

    Raises:
        ConditionUnreadable: it is neither.
    """
    if isinstance(condition, str):
        return _from_text(condition)
    if isinstance(condition, Mapping) and condition.get("type") in _KINDS:
        try:
            return _KINDS[condition["type"]](condition)
        except (KeyError, TypeError) as error:
            raise ConditionUnreadable(f"the row_condition lacks {error}") from None
    raise ConditionUnreadable(
        f'expected a row_condition such as col("a") > 5 or {{type: nullity, ...}}, found {condition!r}'
    )


def _from_text(text: str) -> Condition:
    match = _TEXT.fullmatch(text)
    if not match:
        raise ConditionUnreadable(f'expected a row_condition such as col("a") > 5, found {text!r}')
    column, operator = match["column"], match["operator"]
    if match["present"]:
        return Condition(f"isNotNull({sql.identifier(column)})", (column,))
    if match["number"]:
        number = match["number"]
        return _compare(column, operator, int(number) if re.fullmatch(r"[+-]?\d+", number) else float(number))
    return _compare(column, operator, match["double"] if match["double"] is not None else match["single"])


def _compare(column: str, operator: str, value: Any) -> Condition:
    return Condition(f"{sql.identifier(column)} {_OPERATORS[operator]} {literals.scalar(value)}", (column,))


def _column(condition: Mapping[str, Any]) -> str:
    column = condition["column"]
    return str(column["name"] if isinstance(column, Mapping) else column)


def _comparison(condition: Mapping[str, Any]) -> Condition:
    column, operator, value = _column(condition), condition["operator"], condition["parameter"]
    if operator in _SETS:
        listed = literals.scalars(value)
        test = f"{sql.identifier(column)} {_SETS[operator]} ({listed})" if listed else str(operator == "NOT_IN").lower()
        return Condition(test, (column,))
    if value is None:
        raise ConditionUnreadable("a row_condition compares with null by {type: nullity, ..., is_null: true}")
    return _compare(column, operator, value)


def _nullity(condition: Mapping[str, Any]) -> Condition:
    column = _column(condition)
    return Condition(f"{'isNull' if condition['is_null'] else 'isNotNull'}({sql.identifier(column)})", (column,))


def _joined(condition: Mapping[str, Any]) -> Condition:
    parts = [parse(part) for part in condition["conditions"]]
    if not parts:
        raise ConditionUnreadable(f"the row_condition of type {condition['type']} has no conditions")
    word = f" {condition['type'].upper()} "
    return Condition(
        word.join(f"({part.sql})" for part in parts), tuple(column for part in parts for column in part.columns)
    )


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Condition]] = {
    "comparison": _comparison,
    "nullity": _nullity,
    "and": _joined,
    "or": _joined,
}
