"""`contractctl gc`: stages that dead runs left behind."""

from datetime import timedelta
from typing import Annotated

import typer

from datacontract_api.errors import InvalidValue
from datacontract_api.scalars import duration
from datacontract_runner.cli.console import document, print_json, table
from datacontract_runner.cli.options import (
    DATA,
    SECRETS,
    DataOption,
    Output,
    OutputOption,
    SecretsOption,
    WarehouseOption,
)
from datacontract_runner.cli.surroundings import open_surroundings
from datacontract_runner.transaction import gc as clean


def gc(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be dropped.")] = False,
    older_than: Annotated[str, typer.Option("--older-than", help="Age from which a stage may go: 30m, 1h, 2d.")] = "1h",
    warehouse: WarehouseOption = None,
    data: DataOption = DATA,
    secrets: SecretsOption = SECRETS,
    output: OutputOption = Output.TEXT,
) -> None:
    """Drop the stage databases of dead runs; never a live one's, nor tables kept for a rollback."""
    with open_surroundings(warehouse, data, secrets) as surroundings:
        surroundings.ledger.ensure()
        removals = clean(surroundings.ledger, _age(older_than), dry_run=dry_run)
    if output is Output.JSON:
        print_json({"dryRun": dry_run, "removals": [document(removal) for removal in removals]})
    else:
        rows = [(removal.stage, removal.run_id, f"{removal.age_seconds} s", removal.reason) for removal in removals]
        table("Would drop" if dry_run else "Dropped", ("stage", "run", "age", "why"), rows)


def _age(text: str) -> timedelta:
    try:
        return duration(text)
    except (KeyError, ValueError, IndexError):
        raise InvalidValue(
            f"{text!r} is no age.", remedy="Write a whole number and s, m, h or d.", field="--older-than"
        ) from None
