"""`contractctl docs` shows what the checks of a run found."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from datacontract_runner import sql
from datacontract_runner.ledger import Ledger
from datacontract_runner.quality import validate
from datacontract_runner.quality.recording import record
from datacontract_runner.warehouse import Connection
from support.checks.rules import PROPERTIES, metric, promising


def _run(connection: Connection, ledger: Ledger, database: str) -> str:
    """A recorded run of a contract ``default/rules`` with one failed check and one that passed."""
    columns = ", ".join(f"{p['name']} {p['physicalType']}" for p in PROPERTIES)
    connection.execute(f"CREATE TABLE {sql.qualified(database, 't')} ({columns}) ENGINE = MergeTree ORDER BY id")
    contract = promising(PROPERTIES, [metric("rowCount", mustBe=1), metric("rowCount", mustBe=0)])
    run = f"run-{database}"
    ledger.start_run(contract, run)
    record(ledger, contract.qualified_name, run, validate(connection, database, contract))
    return run


def test_docs_writes_pages_and_junit_of_the_newest_run(
    connection: Connection, ledger: Ledger, database: str, contractctl: Callable[..., Any], tmp_path: Path
) -> None:
    run = _run(connection, ledger, database)
    pages = contractctl("docs", "rules", "--folder", tmp_path / "pages", "--output", "json")
    assert pages.document == {"run": run, "checks": 2, "file": str(tmp_path / "pages" / "index.html")}
    assert run in (tmp_path / "pages" / "index.html").read_text()
    ended = contractctl("docs", "rules", "--run-id", run, "--junit", tmp_path / "ci" / "checks.xml")
    assert ended.code == 0
    root = ElementTree.parse(tmp_path / "ci" / "checks.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "1")


def test_docs_of_a_run_that_was_never_checked_say_so(contractctl: Callable[..., Any]) -> None:
    ended = contractctl("docs", "nobody/nothing")
    assert ended.code == 30
    assert "no run of nobody/nothing was checked" in ended.err
