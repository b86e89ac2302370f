"""What an access statement changes. Purely computational: a state and a statement give the next state."""

from datacontract_runner.embedded.access.changes import plan_entity_change
from datacontract_runner.embedded.access.changes_policies import plan_policy_change
from datacontract_runner.embedded.access.model import Access
from datacontract_runner.embedded.access.statements import AlterPolicy, Change, CreatePolicy, DropPolicy


def plan_change(access: Access, statement: Change) -> Access:
    """Works out the state after a statement.

    Raises:
        Rejection: with ClickHouse's code for what exists already, does not exist, or cannot be kept here.
    """
    if isinstance(statement, CreatePolicy | AlterPolicy | DropPolicy):
        return plan_policy_change(access, statement)
    return plan_entity_change(access, statement)
