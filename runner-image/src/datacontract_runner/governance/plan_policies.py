"""The difference of row policies. Purely computational, no side effects."""

from collections.abc import Iterator

from datacontract_runner.governance.model import ALL_ROWS, Access, Change, ChangeKind, Holding, Policy
from datacontract_runner.governance.statements import Statements


def plan_policies(desired: Access, observed: Access, write: Statements) -> Iterator[Change]:
    """Policies to make, those that show all rows first: at no moment are rows hidden from whom no filter is meant for.

    What is not made yet for a role that may not read the object is no restriction: it comes just before the grant.
    """
    have = {policy.key: policy for policy in observed.policies}
    for policy in sorted(desired.policies, key=lambda p: (p.using != ALL_ROWS, p.key)):
        current = have.get(policy.key)
        if current != policy:
            text = f"{', '.join(sorted(policy.targets))} {_words(policy)} of {policy.object}"
            restricts = _restricts(policy, current, observed)
            yield Change(ChangeKind.POLICY, str(policy.object), restricts, (write.create_policy(policy),), text)


def plan_dropped_policies(desired: Access, observed: Access, prefix: str, write: Statements) -> Iterator[Change]:
    """Policies of ours, or for our roles alone, that the contract does not know."""
    wanted = {policy.key for policy in desired.policies}
    for policy in sorted(observed.policies, key=lambda p: p.key):
        if policy.key not in wanted and is_ours(policy, prefix):
            text = f"the row policy {policy.name} on {policy.object} goes: the contract does not know it"
            restricts = _drop_restricts(policy, desired)
            yield Change(ChangeKind.POLICY, str(policy.object), restricts, (write.drop_policy(policy),), text)


def is_ours(policy: Policy, prefix: str) -> bool:
    """Whether a policy is for us to manage: named with the prefix, or for nobody but roles with it."""
    only_our_roles = bool(policy.targets) and all(target.startswith(prefix) for target in policy.targets)
    return policy.name.startswith(prefix) or (only_our_roles and not policy.everyone)


def _words(policy: Policy) -> str:
    return "may see all rows" if policy.using == ALL_ROWS else f"may see the rows with {policy.using}"


def _restricts(policy: Policy, current: Policy | None, observed: Access) -> bool:
    if policy.name not in policy.targets:
        return True  # our own accounts, which must go on seeing all rows
    reads = bool(observed.rights.get(Holding(policy.name, policy.object)))
    widens = policy.using == ALL_ROWS and current is not None
    return reads and not widens


def _drop_restricts(policy: Policy, desired: Access) -> bool:
    """Dropping a policy takes rows away only where every role it names has another: without any, a role sees all."""
    named = {target for p in desired.policies if p.object == policy.object for target in p.targets}
    return not policy.restrictive and not policy.everyone and bool(policy.targets) and policy.targets <= named
