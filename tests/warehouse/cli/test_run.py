"""What `contractctl run` tells programs and Kubernetes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datacontract_api.report import MAX_BYTES, StageName
from support.contracts import changed, contract_document, write

ROWS = "id,email,amount,placed_at\n1,a@example.org,9.50,2026-01-01 00:00:00\n"


def a_contract(folder: Path, database: str, **metadata: str) -> Path:
    """A contract and its data."""
    (folder / "orders.csv").write_text(ROWS)
    document = changed(contract_document(), ("spec", "destination", "database"), database)
    return write(folder, {**document, "metadata": {**document["metadata"], **metadata}})


def test_the_stages_of_a_run_may_be_separate_processes(
    contractctl: Callable[..., Any], database: str, tmp_path: Path
) -> None:
    contract, log = a_contract(tmp_path, database), tmp_path / "termination-log"
    for stage in StageName:
        ended = contractctl("run", contract, "--stage", stage, "--run-id", f"{database}-1", "--termination-log", log)
        assert ended.code == 0, ended.out + ended.err
        report = json.loads(log.read_text())
        assert (report["stage"], report["run"], report["succeeded"]) == (stage.value, f"{database}-1", True)
        assert len(log.read_bytes()) <= MAX_BYTES
    listed = contractctl("runs", "shop/orders", "--limit", "1", "--output", "json").document["runs"]
    assert [(run["runId"], run["state"], run["rows"]) for run in listed] == [(f"{database}-1", "succeeded", 1)]


def test_a_run_that_is_repeated_with_its_id_changes_nothing(
    contractctl: Callable[..., Any], database: str, tmp_path: Path
) -> None:
    contract = a_contract(tmp_path, database)
    call = ("run", contract, "--run-id", f"{database}-1", "--output", "json")
    first, second = (contractctl(*call).document["runs"][0] for _ in range(2))
    assert first["succeeded"]
    assert second["succeeded"], second
    assert "already" in second["stages"][0]["message"]


def test_kubernetes_is_told_of_what_goes_wrong_before_a_stage(
    contractctl: Callable[..., Any], database: str, tmp_path: Path
) -> None:
    contract, log = a_contract(tmp_path, database), tmp_path / "termination-log"
    ended = contractctl("run", contract, "--warehouse", "http://127.0.0.1:1", "--termination-log", log)
    report = json.loads(log.read_text())
    assert ended.code == 60
    assert (report["stage"], report["succeeded"], report["reason"]) == ("ingest", False, "WarehouseUnreachable")


def test_one_run_id_stands_for_one_contract(contractctl: Callable[..., Any], database: str, tmp_path: Path) -> None:
    document = changed(contract_document(), ("spec", "destination", "database"), database)
    other = changed(document, ("metadata", "name"), "other")
    ended = contractctl("run", write(tmp_path, document, other), "--run-id", "x")
    assert ended.code == 32
    assert "--run-id" in ended.err


def test_a_contract_that_is_not_in_the_file_is_named(
    contractctl: Callable[..., Any], database: str, tmp_path: Path
) -> None:
    ended = contractctl("run", a_contract(tmp_path, database), "--contract", "ordres")
    assert ended.code == 32
    assert "'ordres'" in ended.err
    assert "orders" in ended.err
