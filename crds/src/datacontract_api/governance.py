"""`spec.governance`: who may read what, how personal data are masked, how long rows are kept."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from datacontract_api.base import CrdKeywords, Model
from datacontract_api.scalars import ColumnName, Duration, Label, Name, Sql


class Access(StrEnum):
    """What a role may do."""

    READ = "read"


class PiiAccess(StrEnum):
    """What a role sees of columns tagged `pii`."""

    NONE = "none"
    """The columns are not granted."""
    MASKED = "masked"
    """The role reads a view, in the database `<database>_masked`, that masks them."""
    CLEAR = "clear"
    """The role reads the table as it is."""


class MaskingMethod(StrEnum):
    """How a masked column looks."""

    HASH = "hash"
    """A hash: equal values stay equal, so joins and counts work."""
    REDACT = "redact"
    """A constant of the column's type."""
    PARTIAL = "partial"
    """The last characters, the rest starred."""
    NULL = "null"
    """NULL."""


class Masking(Model):
    """How one column tagged `pii` is masked."""

    method: MaskingMethod = Field(description="How the column looks to roles with `pii: masked`.")


class AccessRule(Model):
    """What one role may read of this contract."""

    role: Name = Field(description="Role, without the Warehouse's prefix; created if absent.")
    tables: Annotated[
        list[Name], Field(min_length=1, max_length=50), CrdKeywords({"x-kubernetes-list-type": "set"})
    ] = Field(description="Promised tables that the rule is for.")
    access: Access = Field(description="What the role may do.")
    pii: PiiAccess = Field(default=PiiAccess.NONE, description="What it sees of columns tagged `pii`.")
    rows: Sql | None = Field(default=None, description="Row filter: one boolean SQL expression over the columns.")


class Retention(Model):
    """How long rows are kept, as a ClickHouse TTL."""

    column: ColumnName = Field(description="Date or DateTime column; tables that lack it are left alone.")
    period: Duration = Field(description="Age at which rows are deleted, such as `730d`.")


class Governance(Model):
    """Ownership, access, masking and retention."""

    owner: Label | None = Field(default=None, description="Who answers for the data: a person or a team.")
    access: Annotated[list[AccessRule], Field(max_length=64), CrdKeywords({"x-kubernetes-list-type": "atomic"})] = (
        Field(default_factory=list, description="Who may read what; whatever is not listed is revoked.")
    )
    masking: Annotated[dict[ColumnName, Masking], Field(max_length=500)] = Field(
        default_factory=dict, description="Method by column; a `pii` column without one is redacted."
    )
    retention: Retention | None = Field(default=None, description="How long rows are kept; for ever when absent.")
