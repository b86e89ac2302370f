"""The ledger's front: create it, write rows, and read and write what runs leave behind."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from datacontract_api.conditions import Reason
from datacontract_api.contract import DataContract
from datacontract_api.errors import Unsupported
from datacontract_api.report import CheckFailure, StageName, StageReport
from datacontract_runner import sql
from datacontract_runner.ledger import schema
from datacontract_runner.ledger.runs import COLUMNS, RunRecord, RunState, run_record
from datacontract_runner.ledger.table import LEDGER_DATABASE
from datacontract_runner.warehouse import Connection, Parameters

_STAGES = [stage.value for stage in StageName]


class Ledger:
    """The tables of the database `datacontract`. Where rows replace each other, the newest wins.

    Args:
        connection: to the warehouse that holds it.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def ensure(self) -> None:
        """Creates the ledger, or brings an older one up to date; does nothing to a current one.

        Raises:
            Unsupported: the ledger was written by a newer version of this program.
        """
        found = self._schema_version()
        if found and found[0] > schema.VERSION:
            raise Unsupported(
                f"the ledger in the warehouse has version {found[0]}, this program knows up to {schema.VERSION}.",
                remedy="Use the newer program.",
            )
        if found == (schema.VERSION, schema.fingerprint()):
            return
        self.connection.execute(f"CREATE DATABASE IF NOT EXISTS {sql.identifier(LEDGER_DATABASE)}")
        for statement in schema.plan_statements(found[0] if found else None):
            self.connection.execute(statement)
        self.insert("schema_version", [{"version": schema.VERSION, "fingerprint": schema.fingerprint()}])

    def _schema_version(self) -> tuple[int, str] | None:
        exists = self.connection.value(
            "SELECT count() FROM system.tables WHERE database = {d:String} AND name = 'schema_version'",
            {"d": LEDGER_DATABASE},
        )
        if not exists:
            return None
        table = schema.SCHEMA_VERSION.qualified
        rows = self.connection.rows(f"SELECT version, fingerprint FROM {table} ORDER BY applied_at DESC LIMIT 1")  # noqa: S608
        return (int(rows[0][0]), str(rows[0][1])) if rows else None

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes rows, all with the same columns; columns left out take their defaults.

        Args:
            table: a table of the ledger.
            rows: values by column.

        Raises:
            KeyError: no such table or column, or rows with different columns.
        """
        if not rows:
            return
        known = {column.name for column in schema.table(table).columns}
        names = list(rows[0])
        for name in {name for row in rows for name in row}:
            if name not in known or any(name not in row for row in rows):
                raise KeyError(f"{table}.{name}")
        self.connection.insert(LEDGER_DATABASE, table, names, [[row[name] for name in names] for row in rows])

    def select(
        self, table: str, columns: str, condition: str = "1", parameters: Parameters | None = None
    ) -> list[tuple[Any, ...]]:
        """Reads the newest rows of a table.

        Args:
            table: a table of the ledger whose newer rows replace older ones.
            columns: what stands after SELECT.
            condition: what stands after WHERE, and ORDER BY and LIMIT where wanted.
            parameters: values of ``{name:Type}`` in the condition.
        """
        source = schema.table(table).qualified
        return self.connection.rows(f"SELECT {columns} FROM {source} FINAL WHERE {condition}", parameters)  # noqa: S608

    def start_run(self, contract: DataContract, run_id: str) -> None:
        """Records that a run is under way, with the snapshot of its contract; repeating it keeps the first start."""
        first = self.run(run_id)
        started = {"started_at": first.started_at} if first else {}
        self.insert("runs", [_run_row(contract, run_id, RunState.RUNNING, Reason.RUNNING) | started])

    def finish_run(
        self, contract: DataContract, run_id: str, succeeded: bool, reason: Reason, message: str, rows: int
    ) -> None:
        """Records how a run ended.

        Args:
            contract: its contract.
            run_id: the run.
            succeeded: whether it published and governed.
            reason: as in the contract's conditions.
            message: what happened and what to do; no secrets.
            rows: rows of the promised tables.
        """
        first = self.run(run_id)
        state = RunState.SUCCEEDED if succeeded else RunState.FAILED
        row = _run_row(contract, run_id, state, reason) | {"message": message, "rows": rows}
        now = self.connection.value("SELECT now64(3, 'UTC')")
        self.insert("runs", [row | {"finished_at": now, "started_at": first.started_at if first else now}])

    def record_stage(self, contract_name: str, report: StageReport) -> None:
        """Records what a stage did; a repeated stage replaces its earlier report."""
        failures = json.dumps([failure.model_dump() for failure in report.failures])
        row = report.model_dump(mode="json", include={"stage", "succeeded", "reason", "message", "millis", "counts"})
        self.insert("stage_reports", [row | {"run_id": report.run, "contract": contract_name, "failures": failures}])

    def runs(self, contract_name: str | None = None, limit: int = 20) -> list[RunRecord]:
        """The latest runs, newest first.

        Args:
            contract_name: ``namespace/name``; every contract's runs when None.
            limit: at most so many.
        """
        condition = "({contract:String} = '' OR contract = {contract:String}) ORDER BY started_at DESC LIMIT {n:UInt32}"
        rows = self.select("runs", COLUMNS, condition, {"contract": contract_name or "", "n": limit})
        return [run_record(row) for row in rows]

    def run(self, run_id: str) -> RunRecord | None:
        """One run, None when it is not known."""
        rows = self.select("runs", COLUMNS, "run_id = {run:String}", {"run": run_id})
        return run_record(rows[0]) if rows else None

    def stage_reports(self, run_id: str) -> list[StageReport]:
        """Reports of a run's stages, in the order of the stages."""
        columns = "stage, succeeded, reason, message, millis, counts, failures"
        rows = self.select("stage_reports", columns, "run_id = {run:String}", {"run": run_id})
        return [_report(run_id, row) for row in sorted(rows, key=lambda row: _STAGES.index(row[0]))]


def _run_row(contract: DataContract, run_id: str, state: RunState, reason: Reason) -> dict[str, Any]:
    snapshot = contract.model_dump_json(by_alias=True, exclude_none=True, exclude={"status"})
    return {
        "run_id": run_id,
        "contract": contract.qualified_name,
        "version": contract.spec.version,
        "state": state.value,
        "reason": reason.value,
        "snapshot": snapshot,
    }


def _report(run_id: str, row: tuple[Any, ...]) -> StageReport:
    stage, succeeded, reason, message, millis, counts, failures = row
    return StageReport(
        stage=StageName(stage),
        run=run_id,
        succeeded=succeeded,
        reason=Reason(reason),
        message=message,
        millis=millis,
        counts=counts,
        failures=[CheckFailure.model_validate(failure) for failure in json.loads(failures)],
    )
