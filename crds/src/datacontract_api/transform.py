"""`spec.transform`: the dbt models between the load table and the promised tables."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from datacontract_api.base import CrdKeywords, Expected, Model, Rule
from datacontract_api.references import ConfigMapReference, SecretReference
from datacontract_api.scalars import ColumnName, Free, Name, Printable, Sql


class Materialization(StrEnum):
    """How a model written in the contract is kept; models of a project may use any that dbt-clickhouse has."""

    TABLE = "table"
    VIEW = "view"
    INCREMENTAL = "incremental"


class DbtModel(Model):
    """One dbt model written in the contract: one SELECT."""

    rules = (
        Rule(
            cel="!has(self.uniqueKey) || self.uniqueKey.size() == 0 || self.materialized == 'incremental'",
            message="uniqueKey has a meaning for materialized incremental only: remove it or change materialized",
            holds=lambda model: not model.unique_key or model.materialized is Materialization.INCREMENTAL,
            field="uniqueKey",
        ),
    )

    name: Name = Field(description="Name of the model, and of its table or view.")
    materialized: Materialization = Field(description="How the result is kept.")
    sql: Sql = Field(
        description="One SELECT, in dbt's Jinja: `{{ source('contract', 'raw_flights') }}`, `{{ ref('other') }}`."
    )
    unique_key: Annotated[list[ColumnName], Field(max_length=16), CrdKeywords({"x-kubernetes-list-type": "atomic"})] = (
        Field(default_factory=list, description="materialized incremental: rows with the same key are replaced.")
    )
    order_by: Annotated[list[ColumnName], Field(max_length=16), CrdKeywords({"x-kubernetes-list-type": "atomic"})] = (
        Field(default_factory=list, description="Sorting key of the table.")
    )


GitRevision = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=255),
    Expected("a branch, a tag or a commit"),
]
GitUrl = Annotated[
    str,
    StringConstraints(pattern=r"^(https://[^@\s\x00-\x1f]+|ssh://[^\s\x00-\x1f]+)$", max_length=2048),
    Expected("an address that begins with https:// or ssh://, without a password"),
]
RelativePath = Annotated[
    str,
    StringConstraints(pattern=r"^[^/\x00-\x1f][^\x00-\x1f]*$", max_length=1024),
    Expected("a path in the repository, without a '/' at its beginning"),
]


class GitProject(Model):
    """A dbt project in a git repository."""

    url: GitUrl = Field(description="Address of the repository.")
    revision: GitRevision = Field(description="Branch, tag or commit.")
    path: RelativePath = Field(default=".", description="Folder of the project in the repository.")
    credentials_secret_ref: SecretReference | None = Field(
        default=None, description="Secret with the keys `username` and `password`, or `sshPrivateKey`."
    )


class DbtProject(Model):
    """Where the models come from, when not from the project in the runner image."""

    rules = (
        Rule(
            cel="[has(self.configMap), has(self.git), has(self.path)].filter(set, set).size() == 1",
            message="spec.transform.dbt.project must have exactly one of: configMap, git, path",
            holds=lambda project: len(project.model_fields_set) == 1,
        ),
    )

    config_map: ConfigMapReference | None = Field(
        default=None, description="ConfigMap whose keys are model files such as `fct_departures.sql`."
    )
    git: GitProject | None = Field(default=None, description="A git repository.")
    path: Annotated[Printable, StringConstraints(max_length=1024)] | None = Field(
        default=None, description="A folder that the runner sees, absolute or relative to the contract's folder."
    )


DbtSelector = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_.+@*:,/=][A-Za-z0-9_.+@*:,/=-]*$", max_length=512),
    Expected("a dbt node selection such as fct_departures+ or tag:daily, one per item"),
]


class Dbt(Model):
    """What `dbt build` runs between ingest and validate."""

    project: DbtProject | None = Field(
        default=None, description="A dbt project; without it the one in the runner image, plus `models`."
    )
    select: Annotated[list[DbtSelector], Field(max_length=100), CrdKeywords({"x-kubernetes-list-type": "atomic"})] = (
        Field(
            default_factory=list,
            description="dbt node selection, as after `dbt build --select`; without it, everything of the contract.",
        )
    )
    vars: Annotated[dict[str, Free], Field(max_length=200)] = Field(default_factory=dict, description="dbt variables.")
    models: Annotated[
        list[DbtModel],
        Field(max_length=100),
        CrdKeywords({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}),
    ] = Field(default_factory=list, description="Models written here, one SELECT each.")


class Input(Model):
    """Tables of other contracts that the models read, as `{{ source('<database>', '<table>') }}`."""

    database: Name = Field(description="Database that holds the tables; also the name of the dbt source.")
    tables: Annotated[
        list[Name], Field(min_length=1, max_length=50), CrdKeywords({"x-kubernetes-list-type": "set"})
    ] = Field(description="Tables that are read there.")


class Transform(Model):
    """Transformations between the load table and the promised tables."""

    inputs: Annotated[
        list[Input],
        Field(max_length=20),
        CrdKeywords({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["database"]}),
    ] = Field(default_factory=list, description="Tables of other contracts that the models read, live.")
    dbt: Dbt = Field(description="dbt models to build.")
