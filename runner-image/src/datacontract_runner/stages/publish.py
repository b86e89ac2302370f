"""The stage publish: what was staged and validated becomes what readers see."""

from datacontract_api.report import StageName, StageReport
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction import PublishResult, publish_stage


class Publish:
    """Swaps every table of the stage in, as described in docs/transactions.md."""

    def run(self, context: RunContext) -> StageReport:
        """Publishes; repeated, it does what is left.

        Raises:
            WrittenMeanwhile: someone else wrote to the live tables, which are as they were.
            NotOwned: the stage holds a table whose name is someone else's.
            Unsupported: the stage holds something that cannot be published.
            RunInProgress: another run has taken over this contract.
        """
        result = publish_stage(context)
        return StageReport(
            stage=StageName.PUBLISH,
            run=context.run_id,
            succeeded=True,
            message=_message(context.contract.database, result),
            counts={"tables": result.tables, "rows": result.rows},
        )


def _message(database: str, result: PublishResult) -> str:
    text = f"published {_count(result.tables, 'table', 'tables')} to {database}"
    text += (
        f", with {_count(result.definitions, 'view or dictionary', 'views and dictionaries')}."
        if result.definitions
        else "."
    )
    if result.late:
        text += (
            f" Someone wrote during a swap; those rows are in {', '.join(result.late)}, in a database that is kept "
            "until you drop it: copy them to where they belong."
        )
    return text


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
