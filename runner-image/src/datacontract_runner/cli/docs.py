"""`contractctl docs`: what the checks of a run found, as Great Expectations' Data Docs, and as JUnit XML for CI."""

from pathlib import Path
from typing import Annotated

import typer

from datacontract_api.errors import ContractUnreadable
from datacontract_runner.cli.console import out, print_json
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
from datacontract_runner.ledger import Ledger
from datacontract_runner.quality import CheckResult, check_results

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Contract, as NAME or NAMESPACE/NAME.")]
RunOption = Annotated[str | None, typer.Option("--run-id", help="The run; the newest one that was checked without it.")]
FolderOption = Annotated[Path, typer.Option("--folder", metavar="DIR", help="Where the pages go.")]
JunitOption = Annotated[
    Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML there, and no pages.")
]


def docs(
    name: NameArgument,
    run_id: RunOption = None,
    folder: FolderOption = Path("data-docs"),
    junit: JunitOption = None,
    warehouse: WarehouseOption = None,
    data: DataOption = DATA,
    secrets: SecretsOption = SECRETS,
    output: OutputOption = Output.TEXT,
) -> None:
    """Write what the checks of a run found as pages that load nothing from other hosts, or as JUnit XML."""
    contract = qualified(name)
    with open_surroundings(warehouse, data, secrets) as surroundings:
        surroundings.ledger.ensure()
        run, results = _checked(surroundings.ledger, contract, run_id)
    written = _junit(contract, results, junit) if junit else _pages(contract, run, results, folder)
    if output is Output.JSON:
        print_json({"run": run, "checks": len(results), "file": str(written)})
    else:
        out.print(f"{len(results)} checks of run {run}: {written}", soft_wrap=True)


def _checked(ledger: Ledger, contract: str, run_id: str | None) -> tuple[str, list[CheckResult]]:
    """A run and its check results.

    Raises:
        ContractUnreadable: there is no such run, or none that was checked.
    """
    for run in [run_id] if run_id else [record.run_id for record in ledger.runs(contract)]:
        if results := check_results(ledger, run):
            return run, results
    raise ContractUnreadable(
        f"the ledger knows no checked run {run_id} of {contract}." if run_id else f"no run of {contract} was checked.",
        remedy=f"`contractctl runs {contract}` lists them.",
    )


def _pages(contract: str, run: str, results: list[CheckResult], folder: Path) -> Path:
    from datacontract_runner.quality.gx.datadocs import write_docs

    return write_docs(contract, run, results, folder)


def _junit(contract: str, results: list[CheckResult], file: Path) -> Path:
    from datacontract_runner.quality.junit import junit_xml

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(junit_xml(contract, results))
    return file
