"""Views: what the plan needs to know of each object, frozen and without Kubernetes' own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from datacontract_api.contract import DataContract
from datacontract_api.report import StageReport
from datacontract_api.status import DataContractStatus, WarehouseStatus
from datacontract_api.warehouse import Warehouse


class Trigger(StrEnum):
    """What started a run."""

    SPEC = "spec"
    """A change of the contract, its creation included."""
    REQUESTED = "requested"
    """The annotation `datacontract.dev/requested-at`."""
    SCHEDULE = "schedule"
    """The CronJob."""
    TEARDOWN = "teardown"
    """The deletion of a contract with `deletionPolicy: Delete`."""


class JobEnd(StrEnum):
    """How a Job ended, by the type of its condition."""

    COMPLETE = "Complete"
    FAILED = "Failed"


@dataclass(frozen=True)
class ContractView:
    """A DataContract.

    Args:
        contract: the parsed contract; None when it cannot be read, then `problem` says why.
        status: its status as stored, empty when it has none.
        requested_at: value of the annotation that asks for a run, empty when absent.
        deleting: whether its deletion was asked for.
    """

    namespace: str
    name: str
    uid: str
    generation: int
    created: datetime
    contract: DataContract | None
    status: DataContractStatus
    problem: str = ""
    requested_at: str = ""
    kueue_queue: str = ""
    deleting: bool = False
    has_finalizer: bool = False

    @property
    def qualified_name(self) -> str:
        """``namespace/name``."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True)
class WarehouseView:
    """A Warehouse; `warehouse` is None when it cannot be read, then `problem` says why."""

    namespace: str
    name: str
    uid: str
    generation: int
    warehouse: Warehouse | None
    status: WarehouseStatus
    problem: str = ""


@dataclass(frozen=True)
class JobView:
    """A Job with our label.

    Args:
        token: which occasion of the trigger it is for.
        input_hash: digest of what the run depends on.
        snapshot: name of its ConfigMap.
        queued_at: since when it waits.
        started: when it was admitted and its pod could start; None before.
        end: how it ended; None before.
        message: of the condition that ended it.
        failed_pods: attempts that failed so far.
        kueue: whether Kueue admits it.
    """

    namespace: str
    name: str
    uid: str
    contract_uid: str
    contract_name: str
    warehouse: str
    trigger: Trigger
    token: str
    input_hash: str
    snapshot: str
    generation: int
    created: datetime
    queued_at: datetime
    suspended: bool
    started: datetime | None = None
    end: JobEnd | None = None
    ended_at: datetime | None = None
    reason: str = ""
    message: str = ""
    failed_pods: int = 0
    backoff_limit: int = 0
    kueue: bool = False
    deleting: bool = False

    @property
    def waiting(self) -> bool:
        """Born suspended and never admitted."""
        return self.suspended and self.end is None and self.started is None and not self.deleting

    @property
    def active(self) -> bool:
        """Admitted and not ended."""
        return self.end is None and not self.waiting


@dataclass(frozen=True)
class CronJobView:
    """A CronJob with our label; `manifest_hash` tells which manifest was applied."""

    namespace: str
    name: str
    contract_uid: str
    manifest_hash: str
    schedule: str
    time_zone: str
    suspended: bool


@dataclass(frozen=True)
class ContainerView:
    """One container of a run's pod.

    Args:
        name: name of the stage.
        waiting: why it does not start, such as ``ImagePullBackOff``; empty when it just waits for its turn.
        exit_code: None while it has not ended.
        report: its termination message, None when there is none that can be read.
    """

    name: str
    waiting: str = ""
    waiting_message: str = ""
    running: bool = False
    exit_code: int | None = None
    report: StageReport | None = None


@dataclass(frozen=True)
class PodView:
    """A pod of a run; kept after the pod is gone, as long as its Job is there."""

    uid: str
    name: str
    job_uid: str
    created: datetime
    containers: tuple[ContainerView, ...] = ()
    reason: str = ""
    message: str = ""


@dataclass(frozen=True)
class Owner:
    """Who owns a table that another contract claims."""

    table: str
    contract: str


@dataclass(frozen=True)
class World:
    """Everything that the plan for one contract depends on, but the clock.

    Args:
        warehouse: the Warehouse that it names, None when there is none.
        jobs: its Jobs, oldest first.
        pods: pods by their Job's UID, oldest first.
        owner: the earlier contract that claims one of its tables, None when there is none.
        awaited: a contract whose table it reads and that has never published, None when there is none.
    """

    contract: ContractView
    warehouse: WarehouseView | None
    jobs: tuple[JobView, ...] = ()
    pods: Mapping[str, tuple[PodView, ...]] = field(default_factory=dict)
    cronjob: CronJobView | None = None
    owner: Owner | None = None
    awaited: Owner | None = None
