"""Some of the rows that break a rule, with the primary key to find them by. Personal data are never among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datacontract_api.schema import SchemaObject
from datacontract_runner import sql
from datacontract_runner.quality import words
from datacontract_runner.quality.check import Check, Measure
from datacontract_runner.quality.measures import Duplicates, Rows, RowsAgainst, all_of, negated
from datacontract_runner.quality.questions import TABLE, Query

LIMIT = 10
"""Rows per failed check."""

_TEXT_LIMIT = 200


@dataclass(frozen=True)
class Sample:
    """One row that breaks a rule.

    Args:
        key: its primary key, as far as it is no personal data.
        values: the other columns that the rule reads, as far as they are no personal data.
    """

    key: Mapping[str, Any]
    values: Mapping[str, Any]

    def __str__(self) -> str:
        named = {**self.key, **self.values}
        return " ".join(f"{name} {words.quoted(value)}" for name, value in named.items())


@dataclass(frozen=True)
class SamplePlan:
    """How a check's samples are fetched.

    Args:
        query: returns at most `LIMIT` rows.
        key: columns of the primary key, which come first in a row.
        values: the other columns, which come after.
    """

    query: Query
    key: tuple[str, ...]
    values: tuple[str, ...]

    def read(self, rows: list[tuple[Any, ...]]) -> tuple[Sample, ...]:
        """Samples of the query's rows."""
        split = len(self.key)
        return tuple(
            Sample(_named(self.key, row[:split]), _named(self.values, row[split:])) for row in map(tuple, rows)
        )


def plan_samples(check: Check, promised: SchemaObject) -> SamplePlan | None:
    """The statement for a failed check's samples. Purely computational, no side effects.

    Args:
        check: the check.
        promised: its table.

    Returns:
        None for a rule that is not about rows, and where nothing may be shown.
    """
    personal = {column.name for column in promised.properties if column.is_pii}
    key = tuple(name for name in promised.primary_key if name not in personal)
    values = tuple(name for name in dict.fromkeys(check.columns) if name not in personal and name not in key)
    culprits = _culprits(check.measure)
    if culprits is None or not (key or values):
        return None
    prelude, condition = culprits
    select = f"SELECT {sql.columns((*key, *values))} FROM {TABLE} WHERE {condition} LIMIT {LIMIT}"  # noqa: S608
    return SamplePlan(Query(prelude + select), key, values)


def _culprits(measure: Measure) -> tuple[str, str] | None:
    """What comes before the SELECT of the rows that break the rule, and their SQL condition."""
    if isinstance(measure, Rows):
        return "", all_of(measure.where, negated(measure.missing), measure.unexpected)
    if isinstance(measure, RowsAgainst):
        return measure.prelude, measure.unexpected
    if isinstance(measure, Duplicates):
        return "", all_of(f"({sql.columns(measure.columns)}) IN ({measure.keys})", measure.where)
    return None


def _named(names: tuple[str, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    return {name: _short(value) for name, value in zip(names, values, strict=True)}


def _short(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if len(text) <= _TEXT_LIMIT else text[:_TEXT_LIMIT] + "…"
