"""`contractctl teardown`: takes away what a contract made, for `deletionPolicy: Delete`."""

import time
import uuid
from pathlib import Path

from datacontract_api.contract import DataContract
from datacontract_api.documents import read_contract
from datacontract_api.errors import ContractError
from datacontract_api.report import StageName, StageReport
from datacontract_runner.cli.console import RunProgress, err, out, print_json
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
from datacontract_runner.cli.run import RunIdOption, TerminationOption
from datacontract_runner.cli.surroundings import Surroundings, open_surroundings
from datacontract_runner.governance.teardown import teardown as take_away


def teardown(
    file: ContractFile,
    warehouse: WarehouseOption = None,
    data: DataOption = DATA,
    secrets: SecretsOption = SECRETS,
    run_id: RunIdOption = None,
    termination_log: TerminationOption = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Drop the tables, views, grants and roles that the contract of FILE owns; its runs stay in the ledger."""
    identity, start = run_id or str(uuid.uuid4()), time.monotonic()
    try:
        contract = read_contract(file)
        with open_surroundings(warehouse, data, secrets) as surroundings:
            changes = _take_away(surroundings, contract, file, identity, output)
    except ContractError as error:
        _tell(termination_log, _report(identity, start, succeeded=False, message=str(error), reason=error.reason))
        raise
    message = f"{contract.qualified_name}: {changes} changes; its tables, views, grants and roles are gone."
    report = _report(identity, start, succeeded=True, message=message, counts={"changes": changes})
    _tell(termination_log, report)
    if output is Output.JSON:
        print_json(report.model_dump(mode="json", by_alias=True))
    else:
        out.print(message)


def _take_away(surroundings: Surroundings, contract: DataContract, file: Path, identity: str, output: Output) -> int:
    surroundings.ledger.ensure()
    progress = RunProgress(out if output is Output.TEXT else err)
    return take_away(surroundings.context(contract, file, identity, HOME / "work", progress))


def _report(identity: str, start: float, *, succeeded: bool, **more: object) -> StageReport:
    """A teardown undoes what govern and publish did; it reports as govern, which is the last to have a say."""
    millis = int((time.monotonic() - start) * 1000)
    told = {"stage": StageName.GOVERN, "run": identity, "succeeded": succeeded, "millis": millis}
    return StageReport.model_validate({**told, **more})


def _tell(termination_log: Path | None, report: StageReport) -> None:
    if termination_log is not None:
        termination_log.write_text(report.termination_message())
