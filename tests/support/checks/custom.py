"""An expectation that somebody wrote, in a package of their own."""

from typing import Any

from great_expectations.expectations.expectation import ColumnAggregateExpectation


class ExpectColumnSpanToBeAtLeast(ColumnAggregateExpectation):
    """The largest value is so much larger than the smallest."""

    span: float

    metric_dependencies = ("column.max", "column.min")
    success_keys = ("span",)

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        span = metrics["column.max"] - metrics["column.min"]
        return {"success": span >= self.span, "result": {"observed_value": span}}
