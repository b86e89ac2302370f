"""`transform`: `dbt build` between the load table and the promised tables, inside the stage."""

from datacontract_api.report import StageName, StageReport
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction import publish_begun, stage_of
from datacontract_runner.transform.build import Build, build


class Transform:
    """Builds the contract's dbt models in the stage database."""

    def run(self, context: RunContext) -> StageReport:
        """Raises ModelInvalid, ModelFailed or WarehouseUnreachable; the stage stays as far as it was built."""
        if context.contract.spec.transform is None:
            return _report(context, "no transformations declared", {})
        if publish_begun(context):
            return _report(context, "already built: this run has begun to publish", {})
        context.progress.note("dbt build")
        result = build(
            Build(
                contract=context.contract,
                folder=context.folder,
                workdir=context.workdir / "dbt",
                target=context.connection.target,
                schema=stage_of(context),
            )
        )
        counts = {"models": len(result.models), "tests": result.tests, "warnings": len(result.warnings)}
        message = f"built {', '.join(result.models)}" + "".join(f"; warning: {text}" for text in result.warnings)
        return _report(context, message, counts)


def _report(context: RunContext, message: str, counts: dict[str, int]) -> StageReport:
    return StageReport(stage=StageName.TRANSFORM, run=context.run_id, succeeded=True, message=message, counts=counts)
