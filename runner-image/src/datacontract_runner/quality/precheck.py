"""What can be said about a contract's rules without its data."""

from datacontract_api.contract import DataContract
from datacontract_runner.quality.rules.contract import plan_checks


def verify(contract: DataContract) -> None:
    """Refuses a contract with a rule that could never be evaluated; reads no data, imports no Great Expectations.

    Expectations by import path are looked at when they run: their packages may be in the runner's image alone.

    Raises:
        ExpectationUnknown: an expectation that does not exist, arguments that it does not take, a column that its
            table does not promise, a regular expression that ClickHouse cannot run.
        InvalidValue: an ODCS rule that makes no sense where it stands.
    """
    plan_checks(contract)
