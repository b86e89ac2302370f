"""`spec.schema`: the tables promised to readers, as ODCS schema objects."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from datacontract_api.base import CrdKeywords, Model
from datacontract_api.quality import QualityRule
from datacontract_api.scalars import ClickHouseType, ColumnName, Label, Name, Text

PII_TAG = "pii"
"""The tag that makes a column personal data, for access and masking."""


class LogicalType(StrEnum):
    """ODCS logical types."""

    STRING = "string"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TIME = "time"
    NUMBER = "number"
    INTEGER = "integer"
    OBJECT = "object"
    ARRAY = "array"
    BOOLEAN = "boolean"


Tags = Annotated[list[Label], Field(max_length=64), CrdKeywords({"x-kubernetes-list-type": "set"})]
_ATOMIC = CrdKeywords({"x-kubernetes-list-type": "atomic"})
TableRules = Annotated[list[QualityRule], Field(max_length=200), _ATOMIC]
ColumnRules = Annotated[list[QualityRule], Field(max_length=16), _ATOMIC]
"""Sixteen, since the API server bounds the cost of their rules over 50 tables of 500 columns at most."""


class SchemaProperty(Model):
    """One promised column."""

    name: ColumnName = Field(description="Name of the column.")
    business_name: Label | None = Field(default=None, description="Name for people.")
    description: Text | None = Field(default=None, description="What the column means; becomes its comment.")
    logical_type: LogicalType | None = Field(default=None, description="ODCS logical type.")
    # Shorter than other types: the API server bounds the cost of comparing them with the promise before.
    physical_type: Annotated[ClickHouseType, StringConstraints(max_length=768)] = Field(
        description="ClickHouse data type that readers get."
    )
    primary_key: bool = Field(default=False, description="Part of the key: never null, unique together.")
    primary_key_position: int | None = Field(default=None, ge=1, le=16, description="Position in a compound key.")
    required: bool = Field(default=False, description="Never null.")
    unique: bool = Field(default=False, description="No value twice.")
    classification: Label | None = Field(default=None, description="Such as `public`, `restricted`, `confidential`.")
    tags: Tags = Field(default_factory=list, description="Free tags; `pii` makes the column personal data.")
    critical_data_element: bool = Field(default=False, description="ODCS: matters to the business.")
    quality: ColumnRules = Field(default_factory=list, description="Rules on this column.")

    @property
    def is_pii(self) -> bool:
        """Whether the column carries the `pii` tag."""
        return PII_TAG in self.tags


class SchemaObject(Model):
    """One promised table."""

    name: Name = Field(description="Logical name of the object.")
    physical_name: Name | None = Field(default=None, description="Table or view in the destination; `name` if absent.")
    description: Text | None = Field(default=None, description="What a row is; becomes the table's comment.")
    business_name: Label | None = Field(default=None, description="Name for people.")
    tags: Tags = Field(default_factory=list, description="Free tags.")
    properties: Annotated[
        list[SchemaProperty],
        Field(min_length=1, max_length=500),
        CrdKeywords({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}),
    ] = Field(description="The promised columns.")
    quality: TableRules = Field(default_factory=list, description="Rules on the table.")

    @property
    def table(self) -> str:
        """The table's name in the destination."""
        return self.physical_name or self.name

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Columns of the primary key, in key order; empty when none is promised."""
        keys = [column for column in self.properties if column.primary_key]
        return tuple(column.name for column in sorted(keys, key=lambda column: column.primary_key_position or 0))

    def column(self, name: str) -> SchemaProperty | None:
        """The property of this name, None when it is not promised."""
        return next((column for column in self.properties if column.name == name), None)
