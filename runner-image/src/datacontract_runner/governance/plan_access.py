"""The whole difference of access, in an order that never shows what shall be hidden. Purely computational."""

from collections.abc import Iterator

from datacontract_runner.governance.model import Access, Change, ChangeKind
from datacontract_runner.governance.plan_policies import plan_dropped_policies, plan_policies
from datacontract_runner.governance.plan_rights import plan_rights
from datacontract_runner.governance.plan_views import plan_completed_views, plan_dropped_views, plan_tightened_views
from datacontract_runner.governance.statements import Statements


def plan_access(desired: Access, observed: Access, prefix: str, cluster: str | None = None) -> list[Change]:
    """What makes the warehouse's access the contract's. Empty when nothing differs.

    First what restricts: filters, masks, revokes. Then what widens: views, policies of roles that are new here, grants,
    and last what nobody needs any more, for a policy must outlive the grant that it limits.

    Args:
        desired: what the contract wants.
        observed: what the warehouse has, on the objects that the contract owns.
        prefix: of the roles that contracts manage; no other role is touched.
        cluster: ClickHouse cluster to run on.
    """
    write = Statements(cluster)
    policies = list(plan_policies(desired, observed, write))
    dropped = list(plan_dropped_policies(desired, observed, prefix, write))
    rights = list(plan_rights(desired, observed, prefix, write))
    restricting = [
        *_only(policies, True),
        *_only(dropped, True),
        *plan_tightened_views(desired, observed, write),
        *_only(rights, True),
    ]
    return [
        *_plan_roles(desired, observed, write),
        *restricting,
        *_plan_databases(desired, observed, write),
        *plan_completed_views(desired, observed, write),
        *_only(policies, False),
        *_only(rights, False),
        *_only(dropped, False),
        *plan_dropped_views(desired, observed, write),
    ]


def _only(changes: list[Change], restricts: bool) -> list[Change]:
    return [change for change in changes if change.restricts is restricts]


def _plan_roles(desired: Access, observed: Access, write: Statements) -> Iterator[Change]:
    for role in sorted(desired.roles - observed.roles):
        yield Change(ChangeKind.ROLE, role, False, (write.create_role(role),), f"the role {role} is created")


def _plan_databases(desired: Access, observed: Access, write: Statements) -> Iterator[Change]:
    for name in sorted(desired.databases - observed.databases):
        text = f"the database {name} is created for masking views"
        yield Change(ChangeKind.DATABASE, name, False, (write.create_database(name),), text)
