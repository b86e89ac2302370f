"""A contract, its live tables and its runs, without sources, dbt or governance: the transaction alone."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from datacontract_api.contract import DataContract
from datacontract_api.report import StageName, StageReport
from datacontract_api.warehouse import WarehouseSpec
from datacontract_runner.ledger import Ledger
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction import (
    PublishResult,
    RollbackResult,
    abandon_stage,
    open_stage,
    publish_stage,
    rollback,
)
from datacontract_runner.warehouse import Connection


@dataclass
class Notes:
    """Progress that remembers what it was told."""

    texts: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.texts.append(text)


class NoSecrets:
    """No Secrets."""

    def read(self, name: str) -> dict[str, str]:
        raise AssertionError(name)


def contract_of(name: str, database: str, tables: tuple[str, ...], load: str = "raw") -> DataContract:
    """A contract that loads `load` and promises `tables`."""
    promised = [{"name": table, "properties": [{"name": "k", "physicalType": "UInt64"}]} for table in tables]
    return DataContract.model_validate(
        {
            "apiVersion": "datacontract.dev/v1alpha1",
            "kind": "DataContract",
            "metadata": {"name": name},
            "spec": {
                "version": "1.0.0",
                "destination": {"database": database},
                "source": {"file": {"path": "rows.csv", "format": "CSVWithNames"}},
                "load": {"table": load, "mode": "append"},
                "schema": promised,
            },
        }
    )


@dataclass
class Dataset:
    """One contract in one fresh database."""

    connection: Connection
    ledger: Ledger
    database: str
    workdir: Path
    contract: DataContract

    def context(self, run_id: str = "", contract: DataContract | None = None) -> RunContext:
        """A run."""
        return RunContext(
            contract=contract or self.contract,
            folder=self.workdir,
            warehouse=WarehouseSpec(url="http://localhost:8123"),
            connection=self.connection,
            ledger=self.ledger,
            run_id=run_id or uuid.uuid4().hex,
            secrets=NoSecrets(),
            workdir=self.workdir,
            progress=Notes(),
        )

    def run(self, *statements: str, run_id: str = "", contract: DataContract | None = None) -> PublishResult:
        """A whole run: opens a stage, executes statements in it, publishes, ends."""
        context = self.context(run_id, contract)
        context.ledger.start_run(context.contract, context.run_id)
        try:
            self.fill(open_stage(context), *statements)
            result = publish_stage(context, no_governance)
        except BaseException:
            abandon_stage(context)
            self.end(context, succeeded=False)
            raise
        self.end(context)
        return result

    def end(self, context: RunContext, succeeded: bool = True) -> None:
        """Writes that a run has ended."""
        report = StageReport(stage=StageName.GOVERN, run=context.run_id, succeeded=succeeded)
        self.ledger.finish_run(context.contract, context.run_id, succeeded, report.reason, "", 0)

    def fill(self, stage: str, *statements: str) -> None:
        """Executes statements in which ``{db}`` stands for the stage."""
        for statement in statements:
            self.connection.execute(statement.replace("{db}", stage))

    def live(self, *statements: str) -> None:
        """Executes statements in which ``{db}`` stands for the live database."""
        self.fill(self.database, *statements)

    def value(self, query: str, database: str = "") -> Any:
        """One value, from the live database unless told."""
        return self.connection.value(query.replace("{db}", database or self.database))

    def rows(self, query: str, database: str = "") -> list[tuple[Any, ...]]:
        """Rows, from the live database unless told."""
        return self.connection.rows(query.replace("{db}", database or self.database))

    def rollback(self) -> RollbackResult:
        """Rolls the contract back."""
        return rollback(self.ledger, self.contract.qualified_name, Notes())

    def stages(self) -> list[str]:
        """Stage databases of this dataset that exist."""
        query = "SELECT name FROM system.databases WHERE startsWith(name, {p:String}) ORDER BY name"
        return [name for (name,) in self.connection.rows(query, {"p": f"{self.database}__run_"})]

    def engine(self, name: str) -> str:
        """Engine of a live object, empty when there is none."""
        query = "SELECT engine FROM system.tables WHERE database = {d:String} AND name = {n:String}"
        return self.connection.value(query, {"d": self.database, "n": name}) or ""


def no_governance(context: RunContext, stage: str) -> int:
    """Governance of a contract that declares none."""
    return 0


@pytest.fixture
def make_dataset(connection: Connection, ledger: Ledger, database: str, tmp_path: Path) -> Callable[..., Dataset]:
    """Makes datasets in one fresh database."""

    def make(*tables: str, name: str = "", load: str = "raw") -> Dataset:
        contract = contract_of(name or f"c-{database.replace('_', '-')}", database, tables or ("raw",), load)
        return Dataset(connection, ledger, database, tmp_path, contract)

    return make


@pytest.fixture
def dataset(make_dataset: Callable[..., Dataset]) -> Dataset:
    """A contract that loads and promises `raw`."""
    return make_dataset()


@pytest.fixture
def published(dataset: Dataset) -> Dataset:
    """The same after its first run: `raw` holds the numbers 0 to 9 in two partitions."""
    dataset.run(
        "CREATE TABLE {db}.raw (k UInt64, v String) ENGINE = MergeTree PARTITION BY k % 2 ORDER BY k",
        "INSERT INTO {db}.raw SELECT number, 'first' FROM numbers(10)",
    )
    return dataset
