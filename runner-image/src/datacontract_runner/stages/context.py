"""What every stage of a run is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from datacontract_api.contract import DataContract
from datacontract_api.report import StageReport
from datacontract_api.warehouse import WarehouseSpec
from datacontract_runner.ledger import Ledger
from datacontract_runner.warehouse import Connection


class Progress(Protocol):
    """Where a stage says what it is doing, for a person who waits."""

    def note(self, text: str) -> None:
        """One line about what is going on now; no secrets."""


class Secrets(Protocol):
    """Where the values of referenced Secrets come from: mounted files in a pod, a folder on a laptop."""

    def read(self, name: str) -> Mapping[str, str]:
        """The keys and values of one Secret.

        Raises:
            SecretMissing: there is no such Secret; the message says where it was looked for.
        """


@dataclass(frozen=True)
class RunContext:
    """One run of one contract against one warehouse.

    Args:
        contract: the snapshot that this run follows from start to end.
        folder: where relative paths of the contract start.
        warehouse: the Warehouse's spec: role prefix, allowed databases, cluster, definer.
        connection: the connection to it, as an account that may do what the run needs.
        ledger: the run's memory, in the warehouse; everything that one stage leaves for the next is there.
        run_id: identifies the run; repeating a stage with it ends in the same state.
        secrets: values of referenced Secrets.
        workdir: a folder for files that live as long as the run (dbt's project and target).
        progress: where to say what is going on.
        shares_disk: the warehouse reads this process's disk (the embedded engine does), so ``file()`` works.
    """

    contract: DataContract
    folder: Path
    warehouse: WarehouseSpec
    connection: Connection
    ledger: Ledger
    run_id: str
    secrets: Secrets
    workdir: Path
    progress: Progress
    shares_disk: bool = False


class Stage(Protocol):
    """One of the five stages."""

    def run(self, context: RunContext) -> StageReport:
        """Does the stage's work; any error of the tree may come out, and leaves the live tables as they were."""
