"""The stage validate: the staged tables are what the contract promises."""

from collections.abc import Sequence

from datacontract_api.conditions import Reason
from datacontract_api.quality import Severity
from datacontract_api.report import StageName, StageReport
from datacontract_runner.quality import CheckResult, check_results, validate
from datacontract_runner.quality.recording import record
from datacontract_runner.stages.context import RunContext
from datacontract_runner.transaction import publish_begun, stage_of


class Validate:
    """Compares the schema, then runs the quality rules; severity warning is recorded and does not fail the run."""

    def run(self, context: RunContext) -> StageReport:
        """Checks the stage of this run; once its publish has begun, repeats the report from the ledger.

        Raises:
            SchemaMismatch: a staged table is not what is promised.
            ExpectationUnknown: an expectation that does not exist, or arguments that it does not take.
            InvalidValue: a rule that makes no sense where it stands.
        """
        if publish_begun(context):
            return report(check_results(context.ledger, context.run_id))
        context.progress.note("checking the staged tables against the contract")
        results = validate(context.connection, stage_of(context), context.contract)
        record(context.ledger, context.contract.qualified_name, context.run_id, results)
        return report(results)


def report(results: Sequence[CheckResult]) -> StageReport:
    """The stage's report: failed checks, errors first. Purely computational, no side effects."""
    failed = [result for result in results if not result.success]
    errors = [result for result in failed if result.severity is Severity.ERROR]
    warnings = [result for result in failed if result.severity is Severity.WARNING]
    return StageReport(
        stage=StageName.VALIDATE,
        succeeded=not errors,
        reason=Reason.CHECK_FAILED if errors else Reason.SUCCEEDED,
        message=_message(len(results), errors, warnings),
        counts={
            "checks": len(results),
            "passed": len(results) - len(failed),
            "warnings": len(warnings),
            "failed": len(errors),
            "compiled": sum(result.compiled for result in results),
        },
        failures=[result.failure for result in (*errors, *warnings)],
    )


def _message(total: int, errors: Sequence[CheckResult], warnings: Sequence[CheckResult]) -> str:
    warned = f", {len(warnings)} with a warning" if warnings else ""
    if not errors:
        return f"{total - len(warnings)} of {total} checks passed{warned}."
    worst = errors[0]
    others = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
    return (
        f"{len(errors)} of {total} checks failed{warned}: {worst.name}: expected {worst.expected}, "
        f"found {worst.found}{others}. Nothing was published: correct the data at their source, or the promise."
    )
