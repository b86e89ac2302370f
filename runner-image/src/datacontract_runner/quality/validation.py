"""Validates one staged database: structure first, then every check of the contract."""

from dataclasses import replace

from datacontract_api.contract import DataContract
from datacontract_api.schema import SchemaObject
from datacontract_runner.quality.check import Check
from datacontract_runner.quality.documents import validation_result
from datacontract_runner.quality.execute import Delegate, Examiner, answers
from datacontract_runner.quality.plan import plan_tables
from datacontract_runner.quality.promised import check_structure
from datacontract_runner.quality.questions import Unanswered
from datacontract_runner.quality.result import CheckResult, judge
from datacontract_runner.quality.rules.contract import plan_checks
from datacontract_runner.quality.samples import plan_samples
from datacontract_runner.warehouse import Connection


def validate(connection: Connection, database: str, contract: DataContract) -> list[CheckResult]:
    """Checks the tables of a database against a contract.

    Args:
        connection: to the warehouse.
        database: where the promised tables are: the stage of a run.
        contract: what is promised.

    Returns:
        One result per check, in the order in which the contract asks for them.

    Raises:
        SchemaMismatch: a table is not what is promised, so no check would make sense.
        ExpectationUnknown: an expectation that does not exist, or arguments that it does not take.
        InvalidValue: a rule that makes no sense where it stands.
    """
    checks = plan_checks(contract)
    check_structure(connection, database, contract)
    examiner = Examiner(connection, database, _delegate(connection, database))
    found = {table.table: examiner.examine(table) for table in plan_tables(checks)}
    results = [judge(check, answers(check, found[check.table])) for check in checks]
    promised = {schema_object.table: schema_object for schema_object in contract.spec.schema_}
    return [
        _documented(check, _sampled(examiner, check, promised[check.table], result))
        for check, result in zip(checks, results, strict=True)
    ]


def _sampled(examiner: Examiner, check: Check, promised: SchemaObject, result: CheckResult) -> CheckResult:
    """A failed result with some of the rows that failed it."""
    plan = None if result.success or result.error else plan_samples(check, promised)
    if plan is None:
        return result
    rows = examiner.ask(check.table, plan.query)
    return result if isinstance(rows, Unanswered) else replace(result, samples=plan.read(rows))


def _documented(check: Check, result: CheckResult) -> CheckResult:
    return replace(result, document=validation_result(check, result))


def _delegate(connection: Connection, database: str) -> Delegate:
    """Great Expectations' engine; the package itself is imported when the first expectation comes to it."""
    from datacontract_runner.quality.gx.engine import GreatExpectations

    return GreatExpectations(connection.target, database)
