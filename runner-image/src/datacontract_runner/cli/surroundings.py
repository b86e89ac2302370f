"""What a call works in: the warehouse it speaks to, the folder it keeps files in, the secrets it may read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from datacontract_api.contract import DataContract
from datacontract_api.documents import read_warehouse
from datacontract_api.warehouse import Warehouse, WarehouseSpec
from datacontract_runner.ledger import Ledger
from datacontract_runner.secrets import FolderSecrets
from datacontract_runner.stages.context import Progress, RunContext
from datacontract_runner.warehouse import Connection, Target, parse_url


@dataclass(frozen=True)
class Surroundings:
    """An open warehouse and what belongs to it.

    Args:
        connection: to the warehouse.
        ledger: in it.
        warehouse: its spec: prefix, allowed databases, definer.
        secrets: values of referenced Secrets.
        shares_disk: the warehouse reads this process's disk.
    """

    connection: Connection
    ledger: Ledger
    warehouse: WarehouseSpec
    secrets: FolderSecrets
    shares_disk: bool

    def context(self, contract: DataContract, file: Path, run_id: str, workdir: Path, progress: Progress) -> RunContext:
        """The context of one run.

        Args:
            contract: the contract to run.
            file: the file it was read from; its relative paths start there.
            run_id: id of the run.
            workdir: for dbt's files; one folder per contract, so that dbt's second parse is partial.
            progress: where stages say what they do.
        """
        folder = workdir / contract.metadata.namespace / contract.metadata.name
        folder.mkdir(parents=True, exist_ok=True)
        return RunContext(
            contract=contract,
            folder=file.resolve().parent,
            warehouse=self.warehouse,
            connection=self.connection,
            ledger=self.ledger,
            run_id=run_id,
            secrets=self.secrets,
            workdir=folder.resolve(),
            progress=progress,
            shares_disk=self.shares_disk,
        )


@contextmanager
def open_surroundings(warehouse: str | None, data: Path, secrets: Path) -> Iterator[Surroundings]:
    """Opens the warehouse that the options name: an address, a file with a Warehouse, or the embedded one.

    Raises:
        WarehouseUnreachable, WarehouseDenied: as a connection does.
        ContractUnreadable and its siblings: for a file that is no Warehouse.
    """
    if warehouse is None:
        with _embedded_url(data) as url:
            yield _surroundings(parse_url(url), WarehouseSpec(url=url), secrets, shares_disk=True)
    elif "://" in warehouse:
        target = parse_url(warehouse, os.environ.get("CLICKHOUSE_USER", ""), os.environ.get("CLICKHOUSE_PASSWORD", ""))
        yield _surroundings(target, WarehouseSpec(url=target.url), secrets, shares_disk=False)
    else:
        declared = read_warehouse(Path(warehouse))
        yield _surroundings(_declared_target(declared, secrets), declared.spec, secrets, shares_disk=False)


@contextmanager
def _embedded_url(data: Path) -> Iterator[str]:
    """The address of the embedded warehouse on a folder: of the process that serves it, or of a server of our own."""
    from datacontract_runner.embedded.lock import running_at
    from datacontract_runner.embedded.server import EmbeddedWarehouse

    if running := running_at(data):
        yield running
        return
    with EmbeddedWarehouse(data) as warehouse:
        yield warehouse.url


def _surroundings(target: Target, spec: WarehouseSpec, secrets: Path, *, shares_disk: bool) -> Surroundings:
    connection = Connection(target)
    return Surroundings(connection, Ledger(connection), spec, FolderSecrets(secrets), shares_disk)


def _declared_target(warehouse: Warehouse, secrets: Path) -> Target:
    spec, folder = warehouse.spec, FolderSecrets(secrets)
    account = folder.read(spec.credentials_secret_ref.name) if spec.credentials_secret_ref else {}
    target = parse_url(spec.url, account.get("username", ""), account.get("password", ""))
    verify: bool | str = not (spec.tls and spec.tls.insecure_skip_verify)
    if spec.tls and spec.tls.ca_secret_ref:
        verify = str(secrets / spec.tls.ca_secret_ref.name / "ca.crt")
    return Target(target.host, target.port, target.secure, target.username, target.password, verify)
