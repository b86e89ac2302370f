"""The stage ingest: opens the run's stage and loads the source into it."""

from datacontract_api.load import LoadMode
from datacontract_api.report import StageName, StageReport
from datacontract_runner.ingest import Loaded, load_into
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction import open_stage, publish_begun


class Ingest:
    """Rows of the source in the stage, where nobody else sees them."""

    def run(self, context: RunContext) -> StageReport:
        """Opens the stage anew and loads; once the run's publish has begun there is nothing left to do.

        Raises:
            ContractError: what `open_stage` and `load_into` raise; the live tables are as they were.
        """
        if publish_begun(context):
            return StageReport(
                stage=StageName.INGEST,
                run=context.run_id,
                succeeded=True,
                message="already loaded: this run has begun to publish",
            )
        loaded = load_into(context, open_stage(context))
        load = context.contract.spec.load
        return StageReport(
            stage=StageName.INGEST,
            run=context.run_id,
            succeeded=True,
            message=message(loaded, load.table, load.mode),
            counts=counts(loaded),
        )


def counts(loaded: Loaded) -> dict[str, int]:
    """What was counted, as far as it is known."""
    known = {"rows": loaded.rows, "files": loaded.files, "bytes": loaded.bytes}
    return {name: value for name, value in known.items() if value is not None}


def message(loaded: Loaded, table: str, mode: LoadMode) -> str:
    """What was loaded from where, for people."""
    text = f"{loaded.rows:,} rows into {table} ({mode}) from {loaded.source}."
    if loaded.ignored:
        text += f" Columns of the source that nobody asked for: {', '.join(loaded.ignored)}."
    if loaded.absent:
        text += f" Columns that the source did not show and that are NULL: {', '.join(loaded.absent)}."
    return text
