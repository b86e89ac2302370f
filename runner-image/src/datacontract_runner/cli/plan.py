"""`contractctl plan`: what a run would change, changing nothing."""

from pathlib import Path
from typing import Any

from datacontract_api.documents import read_contracts
from datacontract_runner.cli.console import RunProgress, document, err, out, print_json, shown, table
from datacontract_runner.cli.options import (
    DATA,
    HOME,
    SECRETS,
    ContractFile,
    DataOption,
    Output,
    OutputOption,
    SecretsOption,
    WarehouseOption,
)
from datacontract_runner.cli.surroundings import Surroundings, open_surroundings
from datacontract_runner.planning import RunPlan, Step, plan_contract


def plan(
    file: ContractFile,
    warehouse: WarehouseOption = None,
    data: DataOption = DATA,
    secrets: SecretsOption = SECRETS,
    output: OutputOption = Output.TEXT,
) -> None:
    """Show what a run of FILE and its governance would change."""
    contracts = read_contracts(file)
    with open_surroundings(warehouse, data, secrets) as surroundings:
        plans = [_plan_one(surroundings, contract, file) for contract in contracts]
    if output is Output.JSON:
        print_json({"plans": [_document(plan) for plan in plans]})
    else:
        for made in plans:
            _print(made)


def _plan_one(surroundings: Surroundings, contract: Any, file: Path) -> RunPlan:
    context = surroundings.context(contract, file, "plan", HOME / "work", RunProgress(err))
    return plan_contract(context)


def _document(made: RunPlan) -> dict[str, Any]:
    steps = {"data": [document(step) for step in made.data], "governance": [document(step) for step in made.governance]}
    return {**document(made), **steps}


def _print(made: RunPlan) -> None:
    out.print(f"[bold]{made.contract}[/] {made.version}")
    table("Data", ("", "object", ""), map(_row, made.data))
    table("Governance", ("", "object", ""), map(_row, made.governance))
    if not made.governance:
        out.print("Governance: nothing to change")
    for note in made.notes:
        out.print(shown(f"note: {note}"))
    out.print()


def _row(step: Step) -> tuple[str, str, str]:
    return step.action, step.object, step.description
