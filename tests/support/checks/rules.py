"""Contracts around one rule."""

from typing import Any

from datacontract_api.contract import DataContract

PROPERTIES: tuple[dict[str, Any], ...] = (
    {"name": "id", "physicalType": "Int64"},
    {"name": "a", "physicalType": "Nullable(Int64)"},
    {"name": "b", "physicalType": "Nullable(Int64)"},
    {"name": "s", "physicalType": "Nullable(String)"},
    {"name": "mail", "physicalType": "String", "tags": ["pii"]},
)
"""Columns of the promised table ``t``."""


def promising(properties: tuple[dict[str, Any], ...], quality: list[dict[str, Any]] | None = None) -> DataContract:
    """A contract that promises one table ``t``.

    Args:
        properties: its properties.
        quality: rules on the table.
    """
    return DataContract.model_validate(
        {
            "apiVersion": "datacontract.dev/v1alpha1",
            "kind": "DataContract",
            "metadata": {"name": "rules"},
            "spec": {
                "version": "1.0.0",
                "destination": {"database": "d"},
                "source": {"file": {"path": "x.csv", "format": "CSVWithNames"}},
                "load": {"table": "t", "mode": "replace"},
                "schema": [{"name": "t", "properties": list(properties), "quality": quality or []}],
            },
        }
    )


def with_rule(rule: dict[str, Any], column: str | None = None) -> DataContract:
    """A contract with one rule, on the table or on one of its columns."""
    if column is None:
        return promising(PROPERTIES, [rule])
    return promising(tuple({**p, "quality": [rule]} if p["name"] == column else p for p in PROPERTIES))


def expectation(name: str, **kwargs: Any) -> dict[str, Any]:
    """A rule by Great Expectations' name."""
    return {"type": "custom", "engine": "greatExpectations", "implementation": {"type": name, "kwargs": kwargs}}


def metric(name: str, **more: Any) -> dict[str, Any]:
    """An ODCS library rule; ``mustBe: 0`` when no comparison is given."""
    comparison = {} if any(key.startswith("must") for key in more) else {"mustBe": 0}
    return {"type": "library", "metric": name, **comparison, **more}
