"""The ledger in a real warehouse: created, brought up to date, refused when newer; newest rows win."""

import uuid
from typing import Any

import pytest

from datacontract_api.conditions import Reason
from datacontract_api.errors import Unsupported
from datacontract_api.report import CheckFailure, StageName, StageReport
from datacontract_runner.ledger import Ledger, RunState, schema


def _columns(ledger: Ledger, table: str) -> list[str]:
    query = "SELECT name FROM system.columns WHERE database = 'datacontract' AND table = {t:String}"
    return [name for (name,) in ledger.connection.rows(query, {"t": table})]


def test_every_declared_table_and_column_exists(ledger: Ledger) -> None:
    for table in schema.tables():
        assert _columns(ledger, table.name) == [column.name for column in table.columns]


def test_a_ledger_from_before_a_column_was_added_gets_it_and_keeps_its_rows(ledger: Ledger) -> None:
    record = uuid.uuid4().hex
    ledger.insert("table_parts", [_part(record)])
    ledger.connection.execute("ALTER TABLE datacontract.table_parts DROP COLUMN thinned SETTINGS mutations_sync = 2")
    ledger.insert("schema_version", [{"version": schema.VERSION, "fingerprint": "older"}])
    ledger.ensure()
    assert "thinned" in _columns(ledger, "table_parts")
    assert ledger.select("table_parts", "rows, thinned", "record = {r:String}", {"r": record}) == [(5, False)]


def _part(record: str) -> dict[str, Any]:
    where = {"record": record, "database": "d", "table": "t", "partition": "all"}
    return where | {"low": 1, "high": 1, "version": 1, "rows": 5, "ttl": 0}


def test_a_ledger_of_a_newer_program_is_refused(ledger: Ledger) -> None:
    ledger.insert("schema_version", [{"version": schema.VERSION + 1, "fingerprint": "newer"}])
    with pytest.raises(Unsupported, match="newer program"):
        ledger.ensure()
    ledger.insert("schema_version", [{"version": schema.VERSION, "fingerprint": schema.fingerprint()}])
    ledger.ensure()


def test_a_repeated_run_keeps_its_first_start_and_ends_with_its_last_state(dataset: Any) -> None:
    ledger, contract, run = dataset.ledger, dataset.contract, uuid.uuid4().hex
    ledger.start_run(contract, run)
    first = ledger.run(run)
    assert (first.state, first.finished_at) == (RunState.RUNNING, None)
    ledger.finish_run(contract, run, False, Reason.CHECK_FAILED, "it's `broken`\n", 0)
    assert (ledger.run(run).state, ledger.run(run).message) == (RunState.FAILED, "it's `broken`\n")
    ledger.start_run(contract, run)
    ledger.finish_run(contract, run, True, Reason.SUCCEEDED, "", 7)
    last = ledger.run(run)
    assert (last.state, last.rows, last.started_at) == (RunState.SUCCEEDED, 7, first.started_at)
    assert last.finished_at >= last.started_at
    assert [record.run_id for record in ledger.runs(contract.qualified_name)] == [run]


def test_reports_come_back_in_the_order_of_the_stages_and_the_last_one_of_each_counts(dataset: Any) -> None:
    ledger, run = dataset.ledger, uuid.uuid4().hex
    failure = CheckFailure(name="rows", expected="> 1", found="0")
    reports = [
        StageReport(stage=StageName.PUBLISH, run=run, succeeded=True, counts={"rows": 3}),
        StageReport(stage=StageName.INGEST, run=run, succeeded=False, reason=Reason.SOURCE_EMPTY, failures=[failure]),
        StageReport(stage=StageName.INGEST, run=run, succeeded=True, millis=12),
    ]
    for report in reports:
        ledger.record_stage(dataset.contract.qualified_name, report)
    assert ledger.stage_reports(run) == [reports[2], reports[0]]


def test_rows_with_unknown_or_different_columns_are_refused(ledger: Ledger) -> None:
    with pytest.raises(KeyError, match="nonsense"):
        ledger.insert("heartbeats", [{"lock": "a", "nonsense": 1}])
    with pytest.raises(KeyError, match="holder"):
        ledger.insert("heartbeats", [{"lock": "a"}, {"lock": "a", "holder": "b"}])
