"""`contractctl run`: the five stages in one process, or one of them in a container of a pod."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from datacontract_api.contract import DataContract
from datacontract_api.documents import read_contracts
from datacontract_api.errors import ContractError, ContractUnreadable, InvalidValue
from datacontract_api.report import StageName, StageReport
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
    stages = stage or list(StageName)
    with _telling(termination_log, stages[0]):
        contracts = _chosen(read_contracts(file), only, file, run_id)
        with open_surroundings(warehouse, data, secrets) as surroundings:
            finished = _run_all(surroundings, contracts, file, stages, run_id, workdir, output)
    last = finished[-1]
    if termination_log:
        _write_report(termination_log, last.outcome.reports[-1])
    if output is Output.JSON:
        print_json({"runs": [_document(one) for one in finished]})
    else:
        print_checks([check for one in finished for check in one.checks])
    raise typer.Exit(last.outcome.exit_code)


@dataclass(frozen=True)
class _Finished:
    """One contract's run and what its checks found."""

    contract: DataContract
    outcome: RunOutcome
    checks: Sequence[CheckResult]


@contextmanager
def _telling(termination_log: Path | None, stage: StageName) -> Iterator[None]:
    """Tells Kubernetes too of what goes wrong before a stage begins."""
    try:
        yield
    except ContractError as error:
        if termination_log:
            report = StageReport(stage=stage, succeeded=False, reason=error.reason, message=str(error))
            _write_report(termination_log, report)
        raise


def _run_all(
    surroundings: Surroundings,
    contracts: Sequence[DataContract],
    file: Path,
    stages: Sequence[StageName],
    run_id: str | None,
    workdir: Path,
    output: Output,
) -> list[_Finished]:
    """Runs contracts in order until one fails."""
    finished: list[_Finished] = []
    for contract in contracts:
        outcome = _run_one(surroundings, contract, file, stages, run_id, workdir, output)
        checks = check_results(surroundings.ledger, outcome.run_id) if outcome.validated else []
        finished.append(_Finished(contract, outcome, checks))
        if not outcome.succeeded:
            break
    return finished


def _chosen(
    contracts: Sequence[DataContract], only: Sequence[str] | None, file: Path, run_id: str | None
) -> Sequence[DataContract]:
    names = ", ".join(contract.name for contract in contracts)
    if missing := set(only or ()) - {contract.name for contract in contracts}:
        raise InvalidValue(f"{file} has no contract {min(missing)!r}, only {names}.", field="--contract")
    chosen = [contract for contract in contracts if not only or contract.name in only]
    if not chosen:
        raise ContractUnreadable(f"{file} has no DataContract.", remedy="Give a file with at least one.")
    if run_id and len(chosen) > 1:
        raise InvalidValue(
            f"one run id cannot stand for {len(chosen)} contracts.", remedy="Choose with --contract.", field="--run-id"
        )
    return chosen


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


def _write_report(path: Path, report: StageReport) -> None:
    path.write_text(report.termination_message())


def _document(finished: _Finished) -> dict[str, Any]:
    contract, outcome = finished.contract, finished.outcome
    return {
        "contract": contract.qualified_name,
        "version": contract.spec.version,
        "runId": outcome.run_id,
        "succeeded": outcome.succeeded,
        "exitCode": outcome.exit_code,
        "stages": [report.model_dump(mode="json", by_alias=True) for report in outcome.reports],
        "checks": [document(check) for check in finished.checks],
    }
