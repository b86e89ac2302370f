"""Quality rules: ODCS library metrics, ODCS sql, and Great Expectations by their own names.

The vocabulary is ODCS v3.1, section "Data quality": https://bitol-io.github.io/open-data-contract-standard/
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from datacontract_api.base import CrdKeywords, Expected, Model, Rule
from datacontract_api.scalars import Free, Label, Number, Sql, Text


class QualityType(StrEnum):
    """ODCS `type` of a rule."""

    LIBRARY = "library"
    SQL = "sql"
    CUSTOM = "custom"
    TEXT = "text"
    """Prose for people; nothing is checked."""


class Metric(StrEnum):
    """ODCS library metrics."""

    ROW_COUNT = "rowCount"
    NULL_VALUES = "nullValues"
    MISSING_VALUES = "missingValues"
    INVALID_VALUES = "invalidValues"
    DUPLICATE_VALUES = "duplicateValues"


class Unit(StrEnum):
    """ODCS `unit` of a metric."""

    ROWS = "rows"
    PERCENT = "percent"


class Severity(StrEnum):
    """What a failed rule does to the run."""

    ERROR = "error"
    """Nothing is published."""
    WARNING = "warning"
    """Recorded; the run goes on."""


class Implementation(Model):
    """An expectation by Great Expectations' own name and arguments."""

    type: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$", max_length=256),
        Expected("an expectation's name, such as expect_column_values_to_be_between"),
    ] = Field(description="Name such as `expect_column_values_to_be_between`.")
    kwargs: Annotated[dict[str, Free], Field(max_length=64)] = Field(
        default_factory=dict, description="Its arguments, by its own names."
    )


COMPARISONS: Mapping[str, str] = {
    "must_be": "mustBe",
    "must_not_be": "mustNotBe",
    "must_be_greater_than": "mustBeGreaterThan",
    "must_be_greater_or_equal_to": "mustBeGreaterOrEqualTo",
    "must_be_less_than": "mustBeLessThan",
    "must_be_less_or_equal_to": "mustBeLessOrEqualTo",
    "must_be_between": "mustBeBetween",
    "must_not_be_between": "mustNotBeBetween",
}
"""ODCS comparison operators: field in Python to word on the wire."""

# As a sum: a list and a filter cost the API server ten times as much.
_COUNT_COMPARISONS = " + ".join(f"(has(self.{word}) ? 1 : 0)" for word in COMPARISONS.values())


def _comparisons(rule: "QualityRule") -> int:
    return sum(getattr(rule, name) is not None for name in COMPARISONS)


Bounds = Annotated[list[Number], Field(min_length=2, max_length=2), CrdKeywords({"x-kubernetes-list-type": "atomic"})]


class QualityRule(Model):
    """One rule. On a property it concerns that column, on a schema object the table."""

    rules = (
        Rule(
            cel="self.type != 'library' || has(self.metric)",
            message="type library needs metric: rowCount, nullValues, missingValues, invalidValues or duplicateValues",
            holds=lambda rule: rule.type is not QualityType.LIBRARY or rule.metric is not None,
            field="metric",
        ),
        Rule(
            cel="self.type != 'sql' || has(self.query)",
            message="type sql needs query: one SELECT that returns one number",
            holds=lambda rule: rule.type is not QualityType.SQL or rule.query is not None,
            field="query",
        ),
        Rule(
            cel="self.type != 'custom' || (has(self.engine) && self.engine == 'greatExpectations' "
            "&& has(self.implementation))",
            message="type custom needs engine: greatExpectations and implementation: {type, kwargs}",
            holds=lambda rule: (
                rule.type is not QualityType.CUSTOM
                or (rule.engine == "greatExpectations" and rule.implementation is not None)
            ),
            field="implementation",
        ),
        Rule(
            cel=f"(self.type != 'library' && self.type != 'sql') || {_COUNT_COMPARISONS} == 1",
            message="types library and sql need exactly one comparison, such as mustBe: 0 or mustBeLessThan: 5",
            holds=lambda rule: rule.type not in (QualityType.LIBRARY, QualityType.SQL) or _comparisons(rule) == 1,
        ),
    )

    type: QualityType = Field(description="ODCS kind of rule.")
    name: Label | None = Field(default=None, description="Name in reports; derived when absent.")
    description: Text | None = Field(default=None, description="What the rule protects, for people.")
    metric: Metric | None = Field(default=None, description="type library: what is measured.")
    arguments: Annotated[dict[str, Free], Field(max_length=16)] = Field(
        default_factory=dict,
        description="type library: `validValues`, `pattern`, `missingValues` and, on a schema object, `properties`.",
    )
    query: Sql | None = Field(
        default=None, description="type sql: one SELECT of one number; `{object}` and `{property}` are filled in."
    )
    engine: Annotated[str, StringConstraints(max_length=64)] | None = Field(
        default=None, description="type custom: `greatExpectations`."
    )
    implementation: Implementation | None = Field(default=None, description="type custom: the expectation.")
    must_be: Number | None = Field(default=None, description="The measure equals this.")
    must_not_be: Number | None = Field(default=None, description="The measure differs from this.")
    must_be_greater_than: Number | None = Field(default=None, description="The measure is greater.")
    must_be_greater_or_equal_to: Number | None = Field(default=None, description="The measure is greater or equal.")
    must_be_less_than: Number | None = Field(default=None, description="The measure is less.")
    must_be_less_or_equal_to: Number | None = Field(default=None, description="The measure is less or equal.")
    must_be_between: Bounds | None = Field(default=None, description="The measure lies within, both ends included.")
    must_not_be_between: Bounds | None = Field(default=None, description="The measure lies outside, ends excluded.")
    unit: Unit = Field(default=Unit.ROWS, description="type library: rows, or percent of the table's rows.")
    severity: Severity = Field(default=Severity.ERROR, description="error stops the run, warning is recorded.")
    dimension: Label | None = Field(default=None, description="ODCS quality dimension, for catalogs.")
    business_impact: Text | None = Field(default=None, description="ODCS business impact, for people.")

    def comparison(self) -> tuple[str, Any] | None:
        """The comparison that is set, as its word on the wire and its value(s); None for types without one."""
        for name, word in COMPARISONS.items():
            if (value := getattr(self, name)) is not None:
                return word, value
        return None
