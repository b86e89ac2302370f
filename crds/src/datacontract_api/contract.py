"""`DataContract`: the one document that declares a dataset, from source to access."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from datacontract_api.base import CrdKeywords, Model, Rule
from datacontract_api.compatibility import NO_SILENT_BREAK
from datacontract_api.governance import Governance
from datacontract_api.load import Load, Schedule
from datacontract_api.metadata import API_VERSION, ObjectMeta
from datacontract_api.references import ObjectReference
from datacontract_api.scalars import Label, Name, Number, SemVer, Text, Url
from datacontract_api.schema import SchemaObject, Tags
from datacontract_api.sources import Source
from datacontract_api.status import DataContractStatus
from datacontract_api.transform import Transform


class ContractStatus(StrEnum):
    """ODCS life cycle of the promise."""

    PROPOSED = "proposed"
    DRAFT = "draft"
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


class DeletionPolicy(StrEnum):
    """What happens to tables, roles and grants with the contract."""

    RETAIN = "Retain"
    DELETE = "Delete"


class Description(Model):
    """ODCS description."""

    purpose: Text | None = Field(default=None, description="What the data are for.")
    usage: Text | None = Field(default=None, description="How they are meant to be used.")
    limitations: Text | None = Field(default=None, description="What they are not good for.")


class TeamMember(Model):
    """ODCS team member."""

    username: Label = Field(description="User name or address.")
    name: Label | None = Field(default=None, description="Name for people.")
    role: Label | None = Field(default=None, description="Such as `owner` or `data steward`.")


class Team(Model):
    """ODCS team."""

    name: Label | None = Field(default=None, description="Name of the team.")
    description: Text | None = Field(default=None, description="What the team does.")
    members: Annotated[list[TeamMember], Field(max_length=100), CrdKeywords({"x-kubernetes-list-type": "atomic"})] = (
        Field(default_factory=list, description="Its members.")
    )


class SupportChannel(Model):
    """ODCS support channel."""

    channel: Label = Field(description="Name of the channel, such as `#air-data`.")
    tool: Label | None = Field(default=None, description="Such as `slack`, `email`, `teams`.")
    url: Url | None = Field(default=None, description="Where it is found.")
    description: Text | None = Field(default=None, description="What it is for.")


class SlaProperty(Model):
    """ODCS service level."""

    property: Label = Field(description="Such as `freshness`, `latency`, `retention`.")
    value: Number = Field(description="The promised value.")
    unit: Label | None = Field(default=None, description="Unit of the value: `h`, `d`, `m`, `y`.")
    element: Annotated[str, StringConstraints(max_length=400)] | None = Field(
        default=None, description="`table.column` that the promise is measured on."
    )
    driver: Label | None = Field(default=None, description="ODCS: regulatory, analytics or operational.")


class Destination(Model):
    """Where the tables live."""

    rules = (
        Rule(
            cel="self == oldSelf",
            message="spec.destination is immutable: make a new contract for another database",
        ),
    )

    database: Name = Field(description="ClickHouse database, created if absent; its named tables become ours.")


_TABLES_PROMISED = (
    "!has(self.governance) || !has(self.governance.access) || self.governance.access.all(rule, "
    "rule.tables.all(t, self.schema.exists(o, (has(o.physicalName) ? o.physicalName : o.name) == t)))"
)


def _grants_name_promised_tables(spec: "DataContractSpec") -> bool:
    promised = {schema_object.table for schema_object in spec.schema_}
    return all(set(rule.tables) <= promised for rule in spec.governance.access)


class DataContractSpec(Model):
    """What the dataset shall be."""

    rules = (
        Rule(
            cel=_TABLES_PROMISED,
            message="spec.governance.access[].tables may only name tables promised in spec.schema: "
            "add the table to spec.schema or remove it from the rule",
            holds=_grants_name_promised_tables,
            field="governance.access",
        ),
        NO_SILENT_BREAK,
    )

    version: SemVer = Field(description="Semantic version of the promise; a breaking change needs a new major.")
    status: ContractStatus = Field(default=ContractStatus.ACTIVE, description="ODCS life cycle of the promise.")
    domain: Label | None = Field(default=None, description="Business domain.")
    data_product: Label | None = Field(default=None, description="Data product that this dataset belongs to.")
    tags: Tags = Field(default_factory=list, description="Free tags of the dataset.")
    description: Description = Field(default_factory=Description, description="Purpose, usage and limitations.")
    team: Team | None = Field(default=None, description="Who is behind the data.")
    support: Annotated[
        list[SupportChannel], Field(max_length=20), CrdKeywords({"x-kubernetes-list-type": "atomic"})
    ] = Field(default_factory=list, description="Where to ask.")

    warehouse: ObjectReference = Field(
        default_factory=lambda: ObjectReference(name="default"), description="A Warehouse in this namespace."
    )
    destination: Destination = Field(description="Where the tables live; immutable.")
    source: Source = Field(description="Where the data come from: exactly one kind.")
    load: Load = Field(description="How they reach the load table.")
    schedule: Schedule | None = Field(default=None, description="When runs start by themselves; never when absent.")
    suspend: bool = Field(default=False, description="No new run starts; a running one goes on.")
    transform: Transform | None = Field(default=None, description="Models between the load table and the promise.")
    schema_: Annotated[
        list[SchemaObject],
        Field(min_length=1, max_length=50),
        CrdKeywords({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}),
    ] = Field(alias="schema", description="The tables promised to readers.")
    governance: Governance = Field(default_factory=Governance, description="Owner, access, masking, retention.")
    sla_properties: Annotated[
        list[SlaProperty], Field(max_length=50), CrdKeywords({"x-kubernetes-list-type": "atomic"})
    ] = Field(default_factory=list, description="Service levels.")
    deletion_policy: DeletionPolicy = Field(
        default=DeletionPolicy.RETAIN, description="What happens to the tables when the contract is deleted."
    )


class DataContract(Model):
    """One dataset, from source to access."""

    kind_plural: ClassVar[str] = "datacontracts"
    kind_short: ClassVar[str] = "dc"

    api_version: Literal["datacontract.dev/v1alpha1"] = Field(default=API_VERSION, description="API group and version.")
    kind: Literal["DataContract"] = Field(default="DataContract", description="Kind of this object.")
    metadata: ObjectMeta = Field(description="Name, namespace, labels.")
    spec: DataContractSpec = Field(description="What the dataset shall be.")
    status: DataContractStatus | None = Field(default=None, description="What the operator found; not for people.")

    @property
    def name(self) -> str:
        """The contract's name."""
        return self.metadata.name

    @property
    def qualified_name(self) -> str:
        """``namespace/name``: the contract's identity in a warehouse that several namespaces share."""
        return f"{self.metadata.namespace}/{self.metadata.name}"

    @property
    def database(self) -> str:
        """The destination database."""
        return self.spec.destination.database

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables that this contract names: the load table, the models written in it, the promised ones; no doubles."""
        models = [model.name for model in self.spec.transform.dbt.models] if self.spec.transform else []
        promised = [schema_object.table for schema_object in self.spec.schema_]
        return tuple(dict.fromkeys([self.spec.load.table, *models, *promised]))
