"""What is left to Great Expectations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from datacontract_runner.quality.check import Measured
from datacontract_runner.quality.questions import Answers, Expectation, Question


@dataclass(frozen=True)
class Delegated:
    """Whatever Great Expectations' own engine makes of an expectation.

    Args:
        type: name or import path.
        kwargs: its arguments.
    """

    type: str
    kwargs: Mapping[str, Any] = field(hash=False)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The expectation."""
        return (Expectation(self.type, self.kwargs),)

    def read(self, answers: Answers) -> Measured:
        """Its result's own fields."""
        document = answers[0]
        result = document.get("result") or {}
        return Measured(
            element_count=result.get("element_count"),
            missing_count=result.get("missing_count"),
            unexpected_count=result.get("unexpected_count"),
            observed=result.get("observed_value"),
            details=result.get("details") or {},
            verdict=bool(document["success"]),
        )
