"""`contractctl rollback`: the tables before the last publish become live again."""

from typing import Annotated

import typer

from datacontract_runner.cli.console import RunProgress, document, err, out, print_json
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
from datacontract_runner.transaction import rollback as take_back


def rollback(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Contract, as NAME or NAMESPACE/NAME.")],
    warehouse: WarehouseOption = None,
    data: DataOption = DATA,
    secrets: SecretsOption = SECRETS,
    output: OutputOption = Output.TEXT,
) -> None:
    """Take the last publish of a contract back; a second rollback takes the first one back."""
    with open_surroundings(warehouse, data, secrets) as surroundings:
        surroundings.ledger.ensure()
        result = take_back(surroundings.ledger, qualified(name), RunProgress(err))
    if output is Output.JSON:
        print_json(document(result))
        return
    out.print(f"[green]✔[/] took back {result.run_id} in {result.millis} ms: {', '.join(result.tables)}")
