"""What governance finds and leaves alone, said to people. Purely computational, no side effects."""

from collections.abc import Iterable, Iterator, Mapping

from datacontract_api.contract import DataContract
from datacontract_api.governance import PiiAccess
from datacontract_runner.governance.desired_access import Permission
from datacontract_runner.governance.model import Access, Column
from datacontract_runner.governance.observe_access import Observed
from datacontract_runner.governance.plan_policies import is_ours


def notes(
    contract: DataContract,
    permissions: Iterable[Permission],
    columns: Mapping[str, Iterable[Column]],
    observed: Observed,
    accounts: frozenset[str],
    prefix: str,
) -> tuple[str, ...]:
    """One line for each thing that somebody should know of.

    Args:
        contract: the contract.
        permissions: its rules, table by table.
        columns: real columns by table.
        observed: access as it is.
        accounts: our own: whoever connects, and the definer.
        prefix: of the roles that contracts manage.
    """
    wanted = tuple(permissions)
    return (
        *_foreign_grants(observed, accounts, prefix),
        *_foreign_policies(observed.access, prefix),
        *_inherited(observed, wanted),
        *(f"a row policy on all of {database} concerns its tables too" for database, _ in observed.database_policies),
        *_unpromised(contract, columns),
        *_mixed(wanted),
    )


def _foreign_grants(observed: Observed, accounts: frozenset[str], prefix: str) -> Iterator[str]:
    """Rights on our tables that are not ours to take away."""
    found = {
        (row.is_user, row.grantee, f"{row.database}.{row.table}")
        for row in observed.grants
        if (row.is_user or not row.grantee.startswith(prefix)) and not (row.is_user and row.grantee in accounts)
    }
    for is_user, grantee, target in sorted(found):
        who = "user" if is_user else "role"
        yield f"the {who} {grantee} holds rights on {target} outside of the contract; they stay"


def _foreign_policies(access: Access, prefix: str) -> Iterator[str]:
    for policy in sorted(access.policies, key=lambda p: p.key):
        if is_ours(policy, prefix):
            continue
        reached = [p.name for p in access.policies if p.object == policy.object and policy.reaches(p.name)]
        beyond = f" and shows its rows to {', '.join(sorted(reached))}" if reached and not policy.restrictive else ""
        yield f"the row policy {policy.name} on {policy.object} is not of the contract{beyond}; it stays"


def _inherited(observed: Observed, wanted: Iterable[Permission]) -> Iterator[str]:
    roles = {permission.role for permission in wanted}
    for held in observed.role_grants:
        if held.holder in roles:
            yield f"the role {held.holder} holds the role {held.role}, and reads what that one reads"


def _unpromised(contract: DataContract, columns: Mapping[str, Iterable[Column]]) -> Iterator[str]:
    for table in contract.spec.schema_:
        names = [column.name for column in columns.get(table.table, ()) if table.column(column.name) is None]
        if names:
            yield f"{table.table}: not promised, so only readers with pii: clear see {', '.join(names)}"


def _mixed(wanted: tuple[Permission, ...]) -> Iterator[str]:
    """Policies know rows and not columns: who holds both roles reads the columns of one with the rows of the other."""
    for clear in wanted:
        for open_ in wanted:
            same = clear.object == open_.object and clear.rule.pii is PiiAccess.CLEAR
            if same and clear.rule.rows and open_.rule.pii is PiiAccess.NONE and clear.rule.rows != open_.rule.rows:
                yield (
                    f"whoever holds both {clear.role} and {open_.role} reads personal data of {clear.object} "
                    "in the rows of either"
                )
