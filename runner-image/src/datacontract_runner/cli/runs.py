"""`contractctl runs`: the runs that the ledger remembers."""

from typing import Annotated, Any

import typer

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
from datacontract_runner.ledger import RunRecord

NameArgument = Annotated[
    str | None, typer.Argument(metavar="NAME", help="Contract, as NAME or NAMESPACE/NAME; all without it.")
]


def qualified(name: str) -> str:
    """``namespace/name`` for a contract that may be named without its namespace."""
    return name if "/" in name else f"default/{name}"


def runs(
    name: NameArgument = None,
    limit: Annotated[int, typer.Option("--limit", help="How many, newest first.", min=1, max=10_000)] = 20,
    warehouse: WarehouseOption = None,
    data: DataOption = DATA,
    secrets: SecretsOption = SECRETS,
    output: OutputOption = Output.TEXT,
) -> None:
    """List runs, newest first."""
    with open_surroundings(warehouse, data, secrets) as surroundings:
        surroundings.ledger.ensure()
        found = surroundings.ledger.runs(qualified(name) if name else None, limit)
    if output is Output.JSON:
        print_json({"runs": [_document(record) for record in found]})
    else:
        table(
            "Runs", ("contract", "version", "run", "state", "started", "seconds", "rows", "message"), map(_row, found)
        )


def _document(record: RunRecord) -> dict[str, Any]:
    return {name: value for name, value in document(record).items() if name != "snapshot"}


def _row(record: RunRecord) -> tuple[str, ...]:
    seconds = f"{(record.finished_at - record.started_at).total_seconds():.1f}" if record.finished_at else ""
    started = record.started_at.strftime("%Y-%m-%d %H:%M:%S")
    rows = f"{record.rows:,}" if record.rows else ""
    return record.contract, record.version, record.run_id, record.state.value, started, seconds, rows, record.message
