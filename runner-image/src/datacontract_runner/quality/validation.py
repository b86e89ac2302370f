"""Validates one staged database: structure first, then every check of the contract."""

from datacontract_api.contract import DataContract
from datacontract_runner.quality.execute import Delegate, Examiner, answers
from datacontract_runner.quality.plan import plan_tables
from datacontract_runner.quality.promised import check_structure
from datacontract_runner.quality.result import CheckResult, judge
from datacontract_runner.quality.rules.contract import plan_checks
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
    return [judge(check, answers(check, found[check.table])) for check in checks]


def _delegate(connection: Connection, database: str) -> Delegate:
    """Great Expectations' engine; the package itself is imported when the first expectation comes to it."""
    from datacontract_runner.quality.gx.engine import GreatExpectations

    return GreatExpectations(connection.target, database)
