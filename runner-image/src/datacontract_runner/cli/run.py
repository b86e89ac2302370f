"""`contractctl run`: the five stages in one process, or one of them in a container of a pod."""

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from datacontract_api.contract import DataContract
from datacontract_api.documents import read_contracts
from datacontract_api.errors import InvalidValue
from datacontract_api.report import StageName
from datacontract_runner.cli.console import RunProgress, document, err, out, print_json
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
from datacontract_runner.cli.results import print_checks
from datacontract_runner.cli.surroundings import Surroundings, open_surroundings
from datacontract_runner.quality import CheckResult, check_results
from datacontract_runner.stages.run import RunOutcome, run_stages

StageOption = Annotated[
    list[StageName] | None,
    typer.Option("--stage", help="Only this stage (repeatable); all five in order without it.", show_default=False),
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option("--contract", metavar="NAME", help="Only this contract of FILE (repeatable).", show_default=False),
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option("--contract", metavar="NAME", help="Only this contract of FILE (repeatable).", show_default=False),
]
RunIdOption = Annotated[
    str | None,
    typer.Option("--run-id", help="Id of the run; a stage repeated with the same id ends in the same state."),
]
WorkdirOption = Annotated[Path, typer.Option("--workdir", metavar="DIR", help="Folder for dbt's files.")]
TerminationOption = Annotated[
    Path | None,
    typer.Option("--termination-log", metavar="FILE", help="Write the stage's report there, for Kubernetes."),
]


def run(
    file: ContractFile,
    only: OnlyOption = None,
    warehouse: WarehouseOption = None,
    data: DataOption = DATA,
    secrets: SecretsOption = SECRETS,
    stage: StageOption = None,
    run_id: RunIdOption = None,
    workdir: WorkdirOption = HOME / "work",
    termination_log: TerminationOption = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Ingest, transform, validate, publish and govern the contracts of FILE, in order."""
    contracts = _chosen(read_contracts(file), only, file)
    stages = stage or list(StageName)
    finished: list[dict[str, Any]] = []
    checks: list[CheckResult] = []
    code = 0
    with open_surroundings(warehouse, data, secrets) as surroundings:
        for contract in contracts:
            outcome = _run_one(surroundings, contract, file, stages, run_id, workdir, output)
            _write_termination(termination_log, outcome)
            found = check_results(surroundings.ledger, outcome.run_id) if outcome.validated else []
            checks += found
            finished.append(_document(contract, outcome, found))
            if code := outcome.exit_code:
                break
    if output is Output.JSON:
        print_json({"runs": finished})
    else:
        print_checks(checks)
    raise typer.Exit(code)


def _chosen(contracts: Sequence[DataContract], only: Sequence[str] | None, file: Path) -> Sequence[DataContract]:
    if missing := set(only or ()) - {contract.name for contract in contracts}:
        names = ", ".join(contract.name for contract in contracts)
        raise InvalidValue(f"{file} has no contract {min(missing)!r}, only {names}.", field="--contract")
    return [contract for contract in contracts if not only or contract.name in only]


def _run_one(
    surroundings: Surroundings,
    contract: DataContract,
    file: Path,
    stages: Sequence[StageName],
    run_id: str | None,
    workdir: Path,
    output: Output,
) -> RunOutcome:
    console = out if output is Output.TEXT else err
    progress = RunProgress(console)
    identity = run_id or str(uuid.uuid4())
    console.print(f"[bold]{contract.qualified_name}[/] {contract.spec.version}  run {identity}")
    context = surroundings.context(contract, file, identity, workdir, progress)
    return run_stages(context, stages, progress)


def _write_termination(path: Path | None, outcome: RunOutcome) -> None:
    if path is not None and outcome.reports:
        path.write_text(outcome.reports[-1].termination_message())


def _document(contract: DataContract, outcome: RunOutcome, checks: Sequence[CheckResult]) -> dict[str, Any]:
    return {
        "contract": contract.qualified_name,
        "version": contract.spec.version,
        "runId": outcome.run_id,
        "succeeded": outcome.succeeded,
        "exitCode": outcome.exit_code,
        "stages": [report.model_dump(mode="json", by_alias=True) for report in outcome.reports],
        "checks": [document(check) for check in checks],
    }
