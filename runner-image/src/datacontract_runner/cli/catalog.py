"""`contractctl catalog`: what is known of datasets, columns, grants and lineage."""

from typing import Annotated

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
from datacontract_runner.cli.runs import qualified
from datacontract_runner.cli.surroundings import open_surroundings
from datacontract_runner.governance import Catalog
from datacontract_runner.governance import catalog as read_catalog


def catalog(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Contract, as NAME or NAMESPACE/NAME; all without it.")
    ] = None,
    warehouse: WarehouseOption = None,
    data: DataOption = DATA,
    secrets: SecretsOption = SECRETS,
    output: OutputOption = Output.TEXT,
) -> None:
    """Show datasets, columns, grants and lineage."""
    with open_surroundings(warehouse, data, secrets) as surroundings:
        surroundings.ledger.ensure()
        found = read_catalog(surroundings.ledger, qualified(name) if name else "")
    if output is Output.JSON:
        print_json({room: [document(row) for row in getattr(found, room)] for room in document(found)})
    else:
        _print(found)


def _print(found: Catalog) -> None:
    datasets = (
        (f"{d.database}.{d.table}", d.version, d.owner, ", ".join(d.tags), d.description) for d in found.datasets
    )
    table("Datasets", ("table", "version", "owner", "tags", "description"), datasets)
    columns = (
        (f"{c.database}.{c.table}", c.column, c.type, c.classification, ", ".join(c.tags), c.masking, c.description)
        for c in sorted(found.columns, key=lambda c: (c.table, c.position))
    )
    table("Columns", ("table", "column", "type", "classification", "tags", "masking", "description"), columns)
    grants = ((g.role, g.reads, g.pii, g.rows, ", ".join(g.columns)) for g in found.grants)
    table("Grants", ("role", "reads", "pii", "rows", "columns"), grants)
    table("Lineage", ("from", "to", "by"), ((e.upstream, e.downstream, e.step) for e in found.lineage))
