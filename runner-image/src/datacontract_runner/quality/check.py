"""The neutral form of a rule: what is measured on which table, and what the measure is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from datacontract_api.quality import Severity
from datacontract_runner.quality.questions import Answers, Question


class Origin(StrEnum):
    """Where a check comes from."""

    IMPLIED = "implied"
    """From what a property promises: required, unique, primaryKey."""
    LIBRARY = "library"
    """An ODCS library metric."""
    SQL = "sql"
    """An ODCS sql rule."""
    EXPECTATION = "expectation"
    """Great Expectations, by name."""


@dataclass(frozen=True)
class Measured:
    """What the data show; the fields are those of a Great Expectations result.

    Args:
        element_count: rows looked at.
        missing_count: rows among them that the rule ignores because a value is missing.
        unexpected_count: rows that break the rule; for sets, values.
        observed: the measured value, for rules about one value.
        details: further findings, such as the values a set lacks.
        verdict: Great Expectations' own, where its engine evaluated the rule.
    """

    element_count: int | None = None
    missing_count: int | None = None
    unexpected_count: int | None = None
    observed: Any = None
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)
    verdict: bool | None = None

    @property
    def considered(self) -> int:
        """Rows that the rule applies to."""
        return (self.element_count or 0) - (self.missing_count or 0)


class Measure(Protocol):
    """What is measured. Frozen and pure: it says what to ask, and reads the answers."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What it needs to know."""

    def read(self, answers: Answers) -> Measured:
        """Makes a measurement of the answers, which come in the order of the questions."""


class Comparison(Protocol):
    """What a measurement is compared with. Frozen and pure."""

    @property
    def expected(self) -> str:
        """The promise in words, such as ``at most 5 % null``."""

    def holds(self, measured: Measured) -> bool:
        """Whether the data keep the promise."""

    def found(self, measured: Measured) -> str:
        """The finding in words, such as ``7.2 % null (2,430 of 33,677)``."""


@dataclass(frozen=True)
class Check:
    """One rule of the contract.

    Args:
        name: unique within the contract.
        table: promised table.
        columns: columns that it reads, as far as they are known.
        measure: what is measured.
        comparison: what the measure is compared with.
        severity: what a failure does to the run.
        origin: where it comes from.
        path: its place in the contract, such as ``spec.schema[0].quality[1]``.
        expectation: the name under which Great Expectations knows it, or the nearest one.
        kwargs: the arguments under which Great Expectations knows it.
        personal: it reads personal data, so no value of the data is shown or stored.
        reveals: what it observes is, or is computed from, values of the data.
        description: what the rule protects, in the author's words.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    measure: Measure
    comparison: Comparison
    severity: Severity
    origin: Origin
    path: str
    expectation: str
    kwargs: Mapping[str, Any] = field(hash=False)
    personal: bool = False
    reveals: bool = False
    description: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What it asks of the warehouse."""
        return self.measure.questions
