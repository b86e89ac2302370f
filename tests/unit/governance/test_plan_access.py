"""The difference of access: it leads to what is wanted, restricts first, and touches nothing else."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from datacontract_runner.governance.model import ALL_ROWS, Access, Holding, MaskingView, Object, Policy, Rights
from datacontract_runner.governance.names import accounts_policy, masked_twin
from datacontract_runner.governance.plan_access import plan_access
from datacontract_runner.governance.plan_policies import is_ours

from .statements_model import apply

PREFIX = "dc_"
TABLES = (Object("shop", "a"), Object("shop", "b"))
VIEWS = tuple(map(masked_twin, TABLES))
OBJECTS = (*TABLES, *VIEWS)
COLUMNS = ("id", "email", "odd `name`")
OURS, FOREIGN = ("dc_one", "dc_two", "dc_three"), ("theirs", "admin")
ROLES = (*OURS, *FOREIGN)
FILTERS = ("x = 1", "x = 2", ALL_ROWS)
MASK = "hex(sipHash128(toString(email)))"
DATABASES = frozenset(target.database for target in OBJECTS)

some_columns = st.frozensets(st.sampled_from(COLUMNS), min_size=1)
wanted_rights = st.one_of(st.just(Rights(whole=True)), some_columns.map(lambda c: Rights(columns=c)))
privileges = st.frozensets(st.sampled_from(["INSERT", "ALTER TABLE", "SHOW TABLES"]))


def _found(columns: frozenset[str], withheld: frozenset[str], others: frozenset[str], grantable: bool) -> Rights:
    return Rights(bool(withheld), frozenset() if withheld else columns, withheld, others, grantable)


some = st.frozensets(st.sampled_from(COLUMNS))
found_rights = st.one_of(wanted_rights, st.builds(_found, some, some, privileges, st.booleans()))


def holdings(roles: tuple[str, ...], rights: st.SearchStrategy[Rights]) -> st.SearchStrategy[Mapping[Holding, Rights]]:
    """Rights of roles on any objects."""
    keys = st.builds(Holding, st.sampled_from(roles), st.sampled_from(OBJECTS))
    return st.dictionaries(keys, rights, max_size=8)


@st.composite
def views(draw: st.DrawFn, readable: bool = True) -> frozenset[MaskingView]:
    """Masking views of some tables, each column clear or masked."""
    found = set()
    for table in draw(st.sets(st.sampled_from(TABLES))):
        shown = draw(st.lists(st.sampled_from(COLUMNS), unique=True, min_size=1))
        columns = tuple((name, MASK if draw(st.booleans()) else quoted(name)) for name in shown)
        definer = draw(st.sampled_from(["default", "other"]))
        known = readable or draw(st.booleans())
        found.add(MaskingView(masked_twin(table), table, definer, columns if known else None))
    return frozenset(found)


def quoted(name: str) -> str:
    """A column as ClickHouse formats it."""
    return name if name.isidentifier() else "`" + name.replace("`", "\\`") + "`"


@st.composite
def desired_access(draw: st.DrawFn) -> Access:
    """What a contract may want: on an object with filters, every role that reads it has a policy."""
    rights = draw(holdings(OURS, wanted_rights))
    policies = set()
    for target in draw(st.sets(st.sampled_from(OBJECTS))):
        policies.add(Policy(target, accounts_policy(PREFIX), ALL_ROWS, frozenset({"default"})))
        for holding in rights:
            if holding.object == target:
                using = draw(st.sampled_from(FILTERS))
                policies.add(Policy(target, holding.role, using, frozenset({holding.role})))
    roles = frozenset(holding.role for holding in rights)
    return Access(roles, rights, frozenset(policies), draw(views()), frozenset({"shop_masked"}))


@st.composite
def observed_access(draw: st.DrawFn) -> Access:
    """Anything that a warehouse may hold on the owned objects."""
    names = st.sampled_from([*OURS, accounts_policy(PREFIX), "by_hand"])
    policy = st.builds(
        Policy, st.sampled_from(OBJECTS), names, st.sampled_from(FILTERS),
        st.frozensets(st.sampled_from(ROLES), min_size=1), restrictive=st.booleans(),
    )  # fmt: skip
    policies = {found.key: found for found in draw(st.lists(policy, max_size=8))}
    databases = draw(st.sampled_from([DATABASES, frozenset({"shop"})]))
    held = draw(views(readable=False)) if "shop_masked" in databases else frozenset()
    rights = draw(holdings(ROLES, found_rights))
    roles = frozenset(draw(st.sets(st.sampled_from(ROLES)))) | {holding.role for holding in rights}
    return Access(roles, {h: r for h, r in rights.items() if r}, frozenset(policies.values()), held, databases)


def columns_of(rights: Rights | None) -> set[str]:
    """Columns that rights let read, with one that may come to be later."""
    if rights is None:
        return set()
    return {*COLUMNS, "later"} - rights.withheld if rights.whole else set(rights.columns)


@given(desired_access(), observed_access())
def test_the_plan_leads_to_what_is_wanted(desired: Access, observed: Access) -> None:
    result = apply(observed, plan_access(desired, observed, PREFIX))
    assert {h: r for h, r in result.rights.items() if h.role.startswith(PREFIX)} == desired.rights
    assert {p for p in result.policies if is_ours(p, PREFIX)} == desired.policies
    assert result.views == desired.views
    assert result.roles == observed.roles | desired.roles
    assert plan_access(desired, result, PREFIX) == []


@given(desired_access())
def test_nothing_is_planned_for_what_is_as_wanted(desired: Access) -> None:
    assert plan_access(desired, desired, PREFIX) == []


@given(desired_access(), observed_access())
def test_roles_without_the_prefix_and_their_policies_are_not_touched(desired: Access, observed: Access) -> None:
    changes = plan_access(desired, observed, PREFIX)
    result = apply(observed, changes)
    for part in (observed, result):
        assert {h: r for h, r in part.rights.items() if h.role in FOREIGN} == {
            h: r for h, r in observed.rights.items() if h.role in FOREIGN
        }
    theirs = {policy for policy in observed.policies if not is_ours(policy, PREFIX)}
    assert theirs <= result.policies
    statements = [statement for change in changes for statement in change.statements]
    assert not any(f"`{role}`" in statement for role in FOREIGN for statement in statements)


@given(desired_access(), observed_access())
def test_what_restricts_is_enough_to_hide_all_that_shall_be_hidden(desired: Access, observed: Access) -> None:
    restricting = [change for change in plan_access(desired, observed, PREFIX) if change.restricts]
    result = apply(observed, restricting)
    for holding in {*result.rights, *observed.rights}:
        if holding.role.startswith(PREFIX):
            now = columns_of(result.rights.get(holding))
            assert now <= columns_of(observed.rights.get(holding))
            assert now <= columns_of(desired.rights.get(holding))
    for policy in desired.policies:
        if policy.using != ALL_ROWS and Holding(policy.name, policy.object) in result.rights:
            assert policy in result.policies
    shown = {view.object: dict(view.columns or ()) for view in desired.views}
    for view in result.views:
        for name, expression in view.columns or ():
            if shown.get(view.object, {}).get(name) == MASK:
                assert expression == MASK


@given(desired_access(), observed_access())
def test_what_restricts_shows_no_view_column_that_was_not_shown(desired: Access, observed: Access) -> None:
    restricting = [change for change in plan_access(desired, observed, PREFIX) if change.restricts]
    before = {view.object: dict(view.columns) for view in observed.views if view.columns}
    for view in apply(observed, restricting).views:
        if view.object in before and view.columns:
            for name, expression in view.columns:
                known = before[view.object]
                assert name in known or not set(known) & set(dict(view.columns))
                assert expression in (MASK, known.get(name)) or name not in known


@given(desired_access(), observed_access())
def test_rows_are_filtered_before_they_are_granted(desired: Access, observed: Access) -> None:
    """At every moment, who may read an object that has a filter for them is filtered."""
    wanted = {(p.object, p.name): p for p in desired.policies if p.using != ALL_ROWS}
    state, granted_before = observed, set(observed.rights)
    for change in plan_access(desired, observed, PREFIX):
        state = apply(state, [change])
        for target, role in wanted:
            if Holding(role, target) in state.rights and Holding(role, target) not in granted_before:
                assert wanted[target, role] in state.policies
