"""`Warehouse`: a ClickHouse that contracts of its namespace publish to."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from datacontract_api.base import CrdKeywords, Expected, Model
from datacontract_api.metadata import API_VERSION, ObjectMeta
from datacontract_api.references import SecretReference
from datacontract_api.scalars import NAME_PATTERN, NAME_WORDS, Free, Name, Short, Text
from datacontract_api.status import WarehouseStatus

WarehouseUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^@/\s\x00-\x1f]+/?$", max_length=512),
    Expected("http:// or https://, host and port, without path or credentials"),
]
DatabaseGlob = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_*?]+$", min_length=1, max_length=128),
    Expected("a database name with * and ? as in a shell"),
]
RolePrefix = Annotated[str, StringConstraints(pattern=NAME_PATTERN, min_length=1, max_length=64), Expected(NAME_WORDS)]


class Tls(Model):
    """How the server's certificate is checked."""

    ca_secret_ref: SecretReference | None = Field(
        default=None, description="Secret with the key `ca.crt`, when the certificate is not publicly trusted."
    )
    insecure_skip_verify: bool = Field(default=False, description="Accept any certificate. Not for production.")


class Toleration(Model):
    """A Kubernetes toleration for runner pods."""

    key: Short | None = Field(default=None, description="Taint key.")
    operator: Literal["Exists", "Equal"] | None = Field(default=None, description="Exists or Equal.")
    value: Short | None = Field(default=None, description="Taint value.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = Field(
        default=None, description="NoSchedule, PreferNoSchedule or NoExecute."
    )


class EnvVar(Model):
    """An environment variable of runner pods; not for secrets."""

    name: Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=256), Expected(NAME_WORDS)] = Field(
        description="Name of the variable."
    )
    value: Text = Field(description="Its value.")


class Runner(Model):
    """The pods that run contracts against this Warehouse."""

    image: (
        Annotated[
            str,
            StringConstraints(pattern=r"^[^\s\x00-\x1f]+$", max_length=512),
            Expected("an image name without spaces"),
        ]
        | None
    ) = Field(default=None, description="Runner image; the operator's default when absent.")
    resources: Annotated[dict[str, Free], Field(max_length=16)] = Field(
        default_factory=dict, description="Kubernetes requests and limits per stage."
    )
    node_selector: Annotated[dict[str, Short], Field(max_length=64)] = Field(
        default_factory=dict, description="Kubernetes node selector."
    )
    tolerations: Annotated[
        list[Toleration], Field(max_length=64), CrdKeywords({"x-kubernetes-list-type": "atomic"})
    ] = Field(default_factory=list, description="Kubernetes tolerations.")
    env: Annotated[
        list[EnvVar],
        Field(max_length=100),
        CrdKeywords({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}),
    ] = Field(default_factory=list, description="Environment variables.")


class WarehouseSpec(Model):
    """Where the ClickHouse is and what contracts may do there."""

    url: WarehouseUrl = Field(description="HTTP interface, such as `http://clickhouse:8123`.")
    credentials_secret_ref: SecretReference | None = Field(
        default=None, description="Secret with the keys `username` and `password`; user `default` when absent."
    )
    tls: Tls | None = Field(default=None, description="How an https certificate is checked.")
    cluster: Name | None = Field(default=None, description="ClickHouse cluster: statements run ON CLUSTER.")
    allowed_databases: Annotated[
        list[DatabaseGlob], Field(max_length=100), CrdKeywords({"x-kubernetes-list-type": "set"})
    ] = Field(
        default_factory=lambda: ["*"],
        description="Globs of databases that contracts may own. Reading is limited by the account's privileges only.",
    )
    role_prefix: RolePrefix = Field(default="dc_", description="Prefix of the roles that contracts may manage.")
    definer: Name | None = Field(
        default=None, description="Account whose rights masking views read with; the connecting one when absent."
    )
    max_concurrent_runs: int = Field(default=4, ge=1, le=1000, description="Runs admitted at the same time.")
    runner: Runner = Field(default_factory=Runner, description="The pods that run contracts.")


class Warehouse(Model):
    """A ClickHouse that contracts of its namespace publish to."""

    kind_plural: ClassVar[str] = "warehouses"
    kind_short: ClassVar[str] = "wh"

    api_version: Literal["datacontract.dev/v1alpha1"] = Field(default=API_VERSION, description="API group and version.")
    kind: Literal["Warehouse"] = Field(default="Warehouse", description="Kind of this object.")
    metadata: ObjectMeta = Field(description="Name, namespace, labels.")
    spec: WarehouseSpec = Field(description="Where it is and what contracts may do there.")
    status: WarehouseStatus | None = Field(default=None, description="What the operator found; not for people.")
