"""`spec.load` and `spec.schedule`: into which table, in which mode, and when."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from datacontract_api.base import CrdKeywords, Expected, Model, Rule
from datacontract_api.scalars import ClickHouseType, ColumnName, Name


class LoadMode(StrEnum):
    """What a load does with the rows that the table already holds."""

    REPLACE = "replace"
    """The table holds exactly what the source holds."""
    APPEND = "append"
    """Every row of the source is added."""
    INCREMENTAL = "incremental"
    """Rows whose cursor is past the highest value already held are added."""
    UPSERT = "upsert"
    """Rows replace those with the same key; new keys are added."""


class LoadColumn(Model):
    """One column of the load table, with the type to read it as."""

    name: ColumnName = Field(description="Name, as the source calls it.")
    type: ClickHouseType = Field(description="ClickHouse data type.")


class Load(Model):
    """How the source's rows reach the load table."""

    rules = (
        Rule(
            cel="self.mode != 'incremental' || has(self.cursor)",
            message="mode incremental needs spec.load.cursor: the column whose highest value marks what is loaded",
            holds=lambda load: load.mode is not LoadMode.INCREMENTAL or load.cursor is not None,
            field="cursor",
        ),
        Rule(
            cel="self.mode != 'upsert' || (has(self.key) && self.key.size() > 0)",
            message="mode upsert needs spec.load.key: the columns that identify a row",
            holds=lambda load: load.mode is not LoadMode.UPSERT or bool(load.key),
            field="key",
        ),
    )

    table: Name = Field(description="Table in the destination database that receives the rows.")
    mode: LoadMode = Field(description="What happens to the rows that the table already holds.")
    cursor: ColumnName | None = Field(
        default=None,
        description="mode incremental: only rows past the highest value already held are loaded; "
        "mode upsert: of the rows with one key the one with the highest value stays.",
    )
    key: Annotated[list[ColumnName], Field(max_length=16), CrdKeywords({"x-kubernetes-list-type": "atomic"})] = Field(
        default_factory=list, description="mode upsert: the columns that identify a row."
    )
    columns: Annotated[
        list[LoadColumn],
        Field(max_length=500),
        CrdKeywords({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}),
    ] = Field(
        default_factory=list,
        description="Columns to read and their types. Without it: those of the schema object with this table's name, "
        "else those that the table already has, else those that ClickHouse infers from the source.",
    )
    order_by: Annotated[list[ColumnName], Field(max_length=16), CrdKeywords({"x-kubernetes-list-type": "atomic"})] = (
        Field(
            default_factory=list,
            description="Sorting key of the load table. Without it: the key, else the cursor, else none.",
        )
    )


CronExpression = Annotated[
    str,
    StringConstraints(
        pattern=r"^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[0-9A-Za-z*/,?-]+( [0-9A-Za-z*/,?-]+){4})$",
        max_length=256,
    ),
    Expected("five fields as in cron, such as '0 6 * * *', or a macro such as @daily"),
]
TimeZone = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_+/-]*$", max_length=64),
    Expected("an IANA time zone, such as Europe/Berlin"),
]


class Schedule(Model):
    """When runs start by themselves, as a Kubernetes CronJob."""

    cron: CronExpression = Field(description="Five fields as in cron, or a macro such as `@daily`.")
    time_zone: TimeZone | None = Field(default=None, description="IANA time zone; UTC when absent.")
    starting_deadline_seconds: int = Field(
        default=3600, ge=10, le=86400 * 7, description="How late, in seconds, a missed start may still happen."
    )
