"""`contractctl plan` where nothing has run yet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.contracts import contract_document, write
from support.servers.embedded import EmbeddedServer


def test_a_plan_needs_no_ledger_and_makes_none(contractctl: Callable[..., Any], tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "warehouse") as fresh:
        for _ in range(2):
            call = ("plan", write(tmp_path, contract_document()), "--warehouse", fresh.url, "--output", "json")
            ended = contractctl(*call)
            assert ended.code == 0, ended.out
            steps = ended.document["plans"][0]["data"]
            assert [(step["action"], step["object"]) for step in steps][-1] == ("create", "shop.orders")
