"""`contractctl lint`: what is wrong with contracts, before anything runs."""

from pathlib import Path
from typing import Annotated

import typer

from datacontract_api.errors import ContractUnreadable
from datacontract_runner.cli.console import document, out, print_error, print_json, shown
from datacontract_runner.cli.options import Output, OutputOption

FINDINGS, UNREADABLE = 1, 2


def lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Contracts, as YAML.")],
    output: OutputOption = Output.TEXT,
) -> None:
    """Check contracts: schema, rules, SQL, dbt. Exits with 0 when clean, 1 with findings, 2 when unreadable."""
    from datacontract_runner.lint import lint as find

    try:
        findings = find(files)
    except ContractUnreadable as error:
        print_error(error, as_json=output is Output.JSON)
        raise typer.Exit(UNREADABLE) from None
    if output is Output.JSON:
        print_json({"findings": [document(finding) | {"error": finding.error.reason} for finding in findings]})
    else:
        for finding in findings:
            out.print(shown(str(finding)))
    raise typer.Exit(FINDINGS if findings else 0)
