"""Strings and numbers of the API with their patterns: identifiers, ClickHouse types, durations, decimals."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from datacontract_api.base import CrdKeywords, Expected

STAGE_INFIX = "__run_"
"""Every stage database is named ``<database>__run_<random>``; no contract may use the infix itself."""

NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*$"
NAME_WORDS = "a letter or '_', then letters, digits and '_'"


def _refuse_stage_names(value: str) -> str:
    if STAGE_INFIX in value:
        raise PydanticCustomError(
            "reserved", f"uses '{STAGE_INFIX}', which is reserved for the stages of runs: choose another name"
        )
    return value


_NO_STAGE_NAME = {
    "rule": f"!self.contains('{STAGE_INFIX}')",
    "message": f"names with '{STAGE_INFIX}' are reserved for the stages of runs: choose another",
}

Name = Annotated[
    str,
    StringConstraints(pattern=NAME_PATTERN, min_length=1, max_length=128),
    Expected(NAME_WORDS),
    AfterValidator(_refuse_stage_names),
    CrdKeywords({"x-kubernetes-validations": [_NO_STAGE_NAME]}),
]
"""A database, table, model or role: a letter or underscore, then letters, digits and underscores."""

Printable = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f]+$", min_length=1),
    Expected("one line, without control characters"),
]
"""One line of anything printable; its length is bounded where it is used."""

ColumnName = Annotated[Printable, StringConstraints(max_length=200)]
"""A column, as the source calls it: anything printable; it is quoted wherever it is used."""

Text = Annotated[str, StringConstraints(max_length=16384)]
"""Prose: stored as data, never interpreted."""

Short = Annotated[str, StringConstraints(max_length=1024)]
"""A value of Kubernetes' own, checked by it."""

Label = Annotated[str, StringConstraints(min_length=1, max_length=256)]
"""A short human word or handle: a tag, an owner, a channel."""

Sql = Annotated[str, StringConstraints(min_length=1, max_length=65536)]
"""SQL written by the contract's author; run with the rights of the run, never concatenated into other SQL unparsed."""

SemVer = Annotated[
    str,
    StringConstraints(pattern=r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$", max_length=64),
    Expected("a semantic version of three numbers, such as 1.0.0"),
]
"""MAJOR.MINOR.PATCH as in semver.org 2.0.0."""

Duration = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]*(s|m|h|d)$", max_length=16),
    Expected("a whole number and one of s, m, h, d, such as 730d"),
]
"""A whole number and a unit: s, m, h or d."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(value: str) -> timedelta:
    """Reads a `Duration`, such as ``730d``."""
    return timedelta(**{_UNITS[value[-1]]: int(value[:-1])})


DECIMAL_PATTERN = r"^-?[0-9]+(\.[0-9]+)?$"
DECIMAL_LENGTH = 64


def _refuse_float(value: Any) -> Any:
    if isinstance(value, float):
        raise PydanticCustomError(
            "float", f"is a fraction, which the Kubernetes API has not: write '{value}', in quotes"
        )
    return value


def _check_decimal(value: int | str) -> int | str:
    if isinstance(value, str) and not (len(value) <= DECIMAL_LENGTH and re.fullmatch(DECIMAL_PATTERN, value)):
        raise PydanticCustomError("decimal", "must be a whole number, or a decimal fraction in quotes such as '0.5'")
    return value


Number = Annotated[
    int | str,
    Field(union_mode="left_to_right"),
    BeforeValidator(_refuse_float),
    AfterValidator(_check_decimal),
    CrdKeywords({"x-kubernetes-int-or-string": True, "pattern": DECIMAL_PATTERN, "maxLength": DECIMAL_LENGTH}),
]
"""A whole number, or a decimal fraction in quotes: the Kubernetes API has no floats."""


def decimal(value: int | str) -> Decimal:
    """The exact value of a `Number`."""
    return Decimal(value)


_TYPE_TOKEN = re.compile(
    r"\s*(?:([A-Za-z_][A-Za-z0-9_.]*)|(-?[0-9]+(?:\.[0-9]+)?)"
    r"|('(?:[^'\\\x00-\x1f]|\\['\\])*'|`(?:[^`\\\x00-\x1f]|\\[`\\])*`)|([(),=]))"
)

_NO_TYPES = frozenset(
    (
        *("alias", "auto_increment", "codec", "collate", "comment", "default", "ephemeral", "materialized"),
        *("not", "null", "primary", "settings", "statistics", "ttl"),
    )
)
"""Words that stand where a type may be left out: ``x DEFAULT(now())`` is a column with an expression."""


def _check_type(value: str) -> str:
    if value != value.strip():
        raise PydanticCustomError("type", "begins or ends with a space or a line break")
    position, depth, tokens = 0, 0, 0
    while position < len(value):
        match = _TYPE_TOKEN.match(value, position)
        if not match or (tokens == 0 and not match[1]):
            raise PydanticCustomError("type", f"is no ClickHouse data type from character {position + 1} on")
        depth += {"(": 1, ")": -1}.get(match[4] or "", 0)
        if depth < 0 or (depth == 0 and tokens and match[4] != ")"):
            raise PydanticCustomError("type", f"is no ClickHouse data type from character {position + 1} on")
        position, tokens = match.end(), tokens + 1
    if (word := value.split("(")[0].strip().lower()) in _NO_TYPES:
        raise PydanticCustomError("type", f"is no ClickHouse data type: {word} begins an expression")
    if depth:
        raise PydanticCustomError("type", "is no ClickHouse data type: a closing parenthesis is missing")
    return value


ClickHouseType = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4096),
    AfterValidator(_check_type),
    # What the API server can tell; the rest is found when the contract is read.
    CrdKeywords({"pattern": r"^[A-Za-z_][A-Za-z0-9_.]*(\s*\([\s\S]*\))?$"}),
]
"""A ClickHouse data type such as ``Nullable(Float64)`` or ``DateTime64(3, 'UTC')``."""

Url = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9+.-]*://[^\s\x00-\x1f]+$", max_length=2048),
    Expected("an absolute address such as https://example.org"),
]
"""An absolute URL; credentials in it are refused where a Secret can hold them."""

Free = Annotated[Any, CrdKeywords({"x-kubernetes-preserve-unknown-fields": True})]
"""Any JSON value, kept as it is."""
