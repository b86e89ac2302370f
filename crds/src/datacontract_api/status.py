"""What the operator reports: conditions, runs, and the state of a Warehouse."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from datacontract_api.base import CrdKeywords, Model
from datacontract_api.report import StageReport

Timestamp = Annotated[str, CrdKeywords({"format": "date-time"})]


class StatusModel(Model):
    """Status is read leniently: an older operator must not choke on a newer one's fields."""

    model_config = ConfigDict(extra="ignore")


class Condition(StatusModel):
    """metav1.Condition of the Kubernetes API conventions."""

    type: str = Field(description="Condition type, see docs/reference.md.")
    status: Literal["True", "False", "Unknown"] = Field(description="True, False or Unknown.")
    reason: str = Field(description="One CamelCase word, see docs/reference.md.")
    message: str = Field(description="What happened and what to do.")
    last_transition_time: Timestamp = Field(description="When `status` last changed.")
    observed_generation: int = Field(default=0, description="The generation that this speaks of.")


class RunStatus(StatusModel):
    """One run, from its stages' reports."""

    id: str = Field(description="Run id: the UID of its Job.")
    job: str = Field(default="", description="Name of its Job.")
    trigger: str = Field(default="", description="What started it: spec, requested, schedule or teardown.")
    input_hash: str = Field(default="", description="Digest of what the run depends on; another digest, another run.")
    generation: int = Field(default=0, description="Generation of the contract that it ran.")
    outcome: str = Field(default="", description="Succeeded, Failed or Running.")
    started_at: Timestamp | None = Field(default=None, description="When its pod started.")
    finished_at: Timestamp | None = Field(default=None, description="When it ended.")
    stages: Annotated[
        list[StageReport],
        CrdKeywords({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["stage"]}),
    ] = Field(default_factory=list, description="Reports of its stages.")


Conditions = Annotated[
    list[Condition], CrdKeywords({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]})
]


class DataContractStatus(StatusModel):
    """What the operator found about a contract."""

    observed_generation: int = Field(default=0, description="The generation that this speaks of.")
    conditions: Conditions = Field(default_factory=list, description="Ready first.")
    rows: int | None = Field(default=None, description="Rows in the promised tables after the last publish.")
    quality: str = Field(default="", description="Checks passed of all, such as `12/12`.")
    last_run: RunStatus | None = Field(default=None, description="The latest run.")
    history: Annotated[list[RunStatus], Field(max_length=5), CrdKeywords({"x-kubernetes-list-type": "atomic"})] = Field(
        default_factory=list, description="The last runs, newest first."
    )
    last_handled_request: str = Field(
        default="", description="The value of `datacontract.dev/requested-at` that a run was started for."
    )
    next_run_at: Timestamp | None = Field(default=None, description="When the schedule starts the next run.")


class WarehouseStatus(StatusModel):
    """What the operator found about a Warehouse."""

    observed_generation: int = Field(default=0, description="The generation that this speaks of.")
    conditions: Conditions = Field(default_factory=list, description="Ready first.")
    version: str = Field(default="", description="ClickHouse version.")
    missing_privileges: Annotated[list[str], CrdKeywords({"x-kubernetes-list-type": "set"})] = Field(
        default_factory=list, description="Privileges that the account lacks."
    )
