"""What somebody changed by hand is put back, what is not ours stays, and a second time there is nothing to do."""

from collections.abc import Iterator

import pytest

from datacontract_runner import sql
from datacontract_runner.governance import plan_governance
from datacontract_runner.ledger import Ledger
from datacontract_runner.warehouse import Connection

from .conftest import Outcome, Place, new_place
from .test_access import ALL, seen

RULES = [
    {"role": "open", "tables": ["people"], "pii": "none"},
    {"role": "uk", "tables": ["people"], "pii": "clear", "rows": "country = 'uk'"},
    {"role": "masked", "tables": ["people"], "pii": "masked", "rows": "id < 3"},
]

DRIFTS: dict[str, tuple[str, ...]] = {
    "the whole table granted": ("GRANT SELECT ON {table} TO {open}",),
    "another column granted": ("GRANT SELECT(email) ON {table} TO {open}",),
    "the whole database granted": ("GRANT SELECT ON {database}.* TO {open}",),
    "everything granted": ("GRANT SELECT ON *.* TO {masked}",),
    "all that starts like the table granted": ("GRANT SELECT ON {database}.peo* TO {masked}",),
    "the table beside the view granted": ("GRANT SELECT ON {table} TO {masked}",),
    "a right to write granted": ("GRANT INSERT, ALTER DELETE ON {table} TO {open}",),
    "the right to grant granted": ("GRANT SELECT ON {table} TO {uk} WITH GRANT OPTION",),
    "a grant revoked": ("REVOKE SELECT ON {table} FROM {uk}",),
    "a column revoked": ("REVOKE SELECT(email) ON {table} FROM {uk}",),
    "a grant to a role with the prefix that the contract does not name": ("GRANT SELECT ON {table} TO {stranger}",),
    "a policy dropped": ("DROP ROW POLICY {uk} ON {table}",),
    "a filter widened": ("ALTER ROW POLICY {uk} ON {table} USING 1",),
    "a policy given to somebody else": ("ALTER ROW POLICY {uk} ON {table} TO {open}",),
    "a policy added that shows all rows": ("CREATE ROW POLICY more ON {table} USING 1 TO {uk}",),
    "the policy of our own account dropped": ("DROP ROW POLICY `{prefix}@accounts` ON {table}",),
    "the view replaced by one that masks nothing": ("CREATE OR REPLACE VIEW {view} AS SELECT * FROM {table}",),
    "the view dropped": ("DROP VIEW {view}",),
    "the rights of a role gone": ("REVOKE ALL ON *.* FROM {open}",),
}


@pytest.fixture(scope="module")
def governed(connection: Connection, ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place with `RULES` in force, shared: each test leaves them in force."""
    with new_place(connection, ledger, tmp_path_factory.mktemp("run")) as place:
        contract = place.contract(RULES)
        place.own(contract, "people")
        place.govern(contract)
        connection.execute(f"CREATE ROLE {sql.identifier(place.prefix + 'stranger')}")
        yield place


def test_a_second_time_there_is_nothing_to_do(governed: Place) -> None:
    assert governed.govern(governed.contract(RULES)).counts["changes"] == 0


@pytest.mark.parametrize("statements", DRIFTS.values(), ids=DRIFTS.keys())
def test_drift_is_repaired(governed: Place, read: Outcome, statements: tuple[str, ...]) -> None:
    place, contract = governed, governed.contract(RULES)
    for statement in statements:
        place.admin.execute(fill(place, statement))
    assert place.govern(contract).counts["changes"] > 0
    assert plan_governance(place.context(contract)).changes == ()
    assert seen(place, read, "open") == {
        "ids": ALL,
        "emails": "denied",
        "masked ids": "denied",
        "masked emails": "denied",
    }
    assert seen(place, read, "uk")["ids"] == [(1,), (3,)]
    assert seen(place, read, "masked") == {
        "ids": "denied", "emails": "denied", "masked ids": [(1,), (2,)], "masked emails": [("***",), ("***",)]
    }  # fmt: skip
    assert seen(place, read, "stranger")["ids"] == "denied"


def fill(place: Place, statement: str) -> str:
    """Puts quoted names into a statement."""
    roles = {role: sql.identifier(place.prefix + role) for role in ("open", "uk", "masked", "stranger")}
    return statement.format(
        table=place.table(),
        view=place.table(masked=True),
        database=sql.identifier(place.database),
        prefix=place.prefix,
        **roles,
    )


STRANGERS: dict[str, tuple[str, str]] = {
    "a role without the prefix": ("GRANT SELECT ON {table} TO {foreign}", "the role {foreign} holds rights on {name}"),
    "a policy for a role without the prefix": (
        "CREATE ROW POLICY theirs ON {table} USING id = 1 TO {foreign}",
        "the row policy theirs on {name} is not of the contract",
    ),
}


@pytest.mark.parametrize(("statement", "note"), STRANGERS.values(), ids=STRANGERS.keys())
def test_what_is_not_ours_is_noted_and_stays(
    place: Place, request: pytest.FixtureRequest, statement: str, note: str
) -> None:
    foreign = f"x{place.prefix}"
    place.admin.execute(f"CREATE ROLE {foreign}")
    request.addfinalizer(lambda: place.admin.execute(f"DROP ROLE {foreign}"))
    names = {"table": place.table(), "foreign": foreign, "name": f"{place.database}.people"}
    contract = place.contract(RULES)
    place.own(contract, "people")
    place.admin.execute(statement.format(**names))
    before = rights_of(place, foreign)
    report = place.govern(contract)
    assert note.format(**names) in report.message
    assert rights_of(place, foreign) == before != ([], [])


def rights_of(place: Place, role: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Grants and policies of a role, as the warehouse lists them."""
    grants = "SELECT access_type, database, table, column FROM system.grants WHERE role_name = {r:String}"
    policies = "SELECT name, select_filter FROM system.row_policies WHERE has(apply_to_list, {r:String})"
    return place.admin.rows(grants, {"r": role}), place.admin.rows(policies, {"r": role})


def test_a_table_that_nobody_owns_is_left_alone(place: Place, read: Outcome) -> None:
    contract = place.contract(RULES)
    report = place.govern(contract)
    assert (report.counts["changes"], report.counts["grants"]) == (0, 0)
    assert (
        place.admin.value("SELECT comment FROM system.tables WHERE database = {d:String}", {"d": place.database}) == ""
    )


def test_two_contracts_may_give_rights_to_one_role(place: Place, read: Outcome) -> None:
    place.admin.execute(f"CREATE TABLE {place.table('other')} AS {place.table()}")
    first = place.contract([{"role": "shared", "tables": ["people"], "pii": "clear"}])
    renamed = first.metadata.model_copy(update={"name": "second"})
    spec = place.contract(
        [{"role": "shared", "tables": ["other"], "pii": "clear"}],
        schema=[{"name": "other", "properties": [{"name": "id", "physicalType": "UInt64"}]}],
        load={"table": "raw_other", "mode": "replace"},
    ).spec
    second = first.model_copy(update={"metadata": renamed, "spec": spec})
    place.own(first, "people")
    place.own(second, "other")
    for contract in (first, second):
        place.govern(contract)
    assert [plan_governance(place.context(contract)).changes for contract in (first, second)] == [(), ()]
    who = place.user("shared")
    assert (
        read(who, f"SELECT count() FROM {place.table()}"),
        read(who, f"SELECT count() FROM {place.table('other')}"),
    ) == (
        [(3,)],
        [(0,)],
    )


def test_a_rule_that_goes_takes_its_rights_filters_and_view_along(place: Place, read: Outcome) -> None:
    contract = place.contract(RULES)
    place.own(contract, "people")
    place.govern(contract)
    assert seen(place, read, "masked")["masked ids"] == [(1,), (2,)]
    fewer = place.contract(RULES[:1])
    place.govern(fewer)
    assert seen(place, read, "open")["ids"] == ALL
    for role in ("uk", "masked"):
        assert set(seen(place, read, role).values()) <= {"denied", "absent"}
    policies = "SELECT count() FROM system.row_policies WHERE startsWith(database, {d:String})"
    assert place.admin.value(policies, {"d": place.database}) == 0
    assert plan_governance(place.context(fewer)).changes == ()
