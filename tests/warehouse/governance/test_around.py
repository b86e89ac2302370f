"""Before there is anything, for an account that may not, in the catalog, and after the contract is gone."""

import json
from dataclasses import replace
from typing import Any

import pytest

from datacontract_api.errors import NotOwned, WarehouseDenied
from datacontract_runner import sql
from datacontract_runner.governance import Change, ChangeKind, catalog, plan_run, teardown
from datacontract_runner.governance.apply import apply_changes
from datacontract_runner.governance.catalog_rows import CatalogGrant, LineageEdge
from datacontract_runner.stages.govern import Govern

from .conftest import Outcome, Place, Quiet
from .test_access import ALL, IDS, seen

RULES: list[dict[str, Any]] = [
    {"role": "open", "tables": ["people"], "pii": "none", "rows": "country = 'uk'"},
    {"role": "masked", "tables": ["people"], "pii": "masked"},
]


def test_the_plan_of_a_contract_without_tables_names_what_will_be_and_changes_nothing(place: Place) -> None:
    contract = place.contract(RULES)
    place.admin.execute(f"DROP DATABASE {sql.identifier(place.database)} SYNC")
    kinds = [change.kind for change in plan_run(place.context(contract))]
    assert kinds.count(ChangeKind.ROLE) == kinds.count(ChangeKind.GRANT) == 2
    assert kinds.count(ChangeKind.VIEW) == 1
    left = "SELECT count() FROM system.roles WHERE startsWith(name, {p:String})"
    assert place.admin.value(left, {"p": place.prefix}) == 0
    place.admin.execute(f"CREATE DATABASE {sql.identifier(place.database)}")


def test_an_account_that_cannot_see_who_holds_what_governs_nothing(place: Place) -> None:
    contract = place.contract(RULES)
    place.own(contract, "people")
    account = place.user()
    for target in ("system.*", "datacontract.*", f"{sql.identifier(place.database)}.*"):
        place.admin.execute(f"GRANT ALL ON {target} TO {sql.identifier(account.target.username)}")
    context = replace(place.context(contract), connection=account)
    with pytest.raises(WarehouseDenied) as caught:
        Govern().run(context)
    assert account.target.username in caught.value.message
    assert "ACCESS MANAGEMENT" in caught.value.remedy


def test_a_privilege_that_is_lacking_is_told_with_the_change_that_needs_it(place: Place) -> None:
    role = sql.identifier(f"{place.prefix}one")
    change = Change(ChangeKind.ROLE, "one", False, (f"CREATE ROLE {role}",), "the role one is created")
    with pytest.raises(WarehouseDenied, match="the role one is created") as caught:
        apply_changes(place.user(), [change], Quiet())
    assert "ACCESS MANAGEMENT" in caught.value.remedy


def test_a_definer_that_does_not_exist_is_named(place: Place) -> None:
    contract = place.contract(RULES)
    place.own(contract, "people")
    with pytest.raises(WarehouseDenied, match="nobody_here") as caught:
        place.govern(contract, definer="nobody_here")
    assert "definer" in caught.value.remedy


def test_the_view_reads_with_the_rights_of_the_definer_that_the_warehouse_names(place: Place, read: Outcome) -> None:
    contract = place.contract([RULES[1]])
    place.own(contract, "people")
    definer = place.user().target.username
    place.govern(contract, definer=definer)
    rows = f"SELECT id FROM {place.table(masked=True)} ORDER BY id"
    assert read(place.user("masked"), rows) == "denied"
    place.admin.execute(f"GRANT SELECT ON {place.table()} TO {sql.identifier(definer)}")
    assert read(place.user("masked"), rows) == ALL


def test_a_table_in_the_place_of_the_view_is_not_replaced(place: Place) -> None:
    contract = place.contract(RULES)
    place.own(contract, "people")
    masked = place.table(masked=True)
    place.admin.execute(f"CREATE DATABASE {sql.identifier(place.database + '_masked')}")
    place.admin.execute(f"CREATE TABLE {masked} (x UInt8) ENGINE = MergeTree ORDER BY x")
    with pytest.raises(NotOwned, match="in the place of a masking view"):
        place.govern(contract)


def test_a_database_that_another_contract_publishes_to_takes_no_masking_views(place: Place) -> None:
    contract = place.contract(RULES)
    place.own(contract, "people")
    row = {"database": f"{place.database}_masked", "table": "people", "contract": "other/one", "deleted": False}
    place.ledger.insert("owned_tables", [row])
    with pytest.raises(NotOwned, match="other/one"):
        place.govern(contract)


def test_the_catalog_says_what_is_enforced_and_forgets_what_went(place: Place) -> None:
    contract = place.contract(RULES, governance={"owner": "kim"})
    name = contract.qualified_name
    place.own(contract, "people")
    place.govern(contract)
    found = catalog(place.ledger, name)
    assert [(c.column, c.pii, c.masking, c.owner, c.position) for c in found.columns] == [
        ("country", False, "", "kim", 3),
        ("email", True, "redact", "kim", 2),
        ("id", False, "", "kim", 1),
        ("joined", False, "", "kim", 4),
    ]
    people, masked = f"{place.database}.people", f"{place.database}_masked.people"
    assert found.grants == (
        CatalogGrant(name, place.prefix + "masked", place.database, "people", masked, (), "masked", ""),
        CatalogGrant(
            name, place.prefix + "open", place.database, "people", people, ("country", "id", "joined"), "none",
            "country = 'uk'",
        ),
    )  # fmt: skip
    raw = f"{place.database}.raw_people"
    assert [(edge.downstream, edge.step) for edge in found.lineage] == [(raw, "load"), (people, "transform")]
    place.govern(place.contract(RULES[:1], governance={"owner": "kim"}))
    assert [grant.role for grant in catalog(place.ledger, name).grants] == [place.prefix + "open"]


def test_lineage_follows_the_manifest_that_dbt_left(place: Place) -> None:
    stage = f"{place.database}__run_abc"
    node = {"resource_type": "model", "schema": stage}
    manifest = {
        "nodes": {
            "model.p.people": {**node, "name": "people", "depends_on": {"nodes": ["model.p.clean"]}},
            "model.p.clean": {
                **node,
                "name": "clean",
                "depends_on": {"nodes": ["source.p.contract.raw", "source.p.x.geo"]},
            },
            "test.p.one": {"resource_type": "test", "name": "one", "depends_on": {"nodes": ["model.p.people"]}},
        },
        "sources": {
            "source.p.contract.raw": {"schema": stage, "name": "raw", "identifier": "raw_people"},
            "source.p.x.geo": {"schema": "elsewhere", "name": "geo"},
        },
    }
    target = place.workdir / "dbt" / "target"
    target.mkdir(parents=True)
    (target / "manifest.json").write_text(json.dumps(manifest))
    contract = place.contract([])
    place.own(contract, "people")
    place.govern(contract)
    name, here = contract.qualified_name, place.database
    assert set(catalog(place.ledger, name).lineage) >= {
        LineageEdge(name, f"{here}.clean", f"{here}.people", "transform"),
        LineageEdge(name, f"{here}.raw_people", f"{here}.clean", "transform"),
        LineageEdge(name, "elsewhere.geo", f"{here}.clean", "transform"),
    }


def test_a_deleted_contract_leaves_neither_access_nor_tables(place: Place, read: Outcome) -> None:
    contract = place.contract(RULES)
    place.own(contract, "people")
    place.govern(contract)
    other = place.table("other")
    place.admin.execute(f"CREATE TABLE {other} AS {place.table()}")
    place.admin.execute(f"GRANT SELECT ON {other} TO {sql.identifier(place.prefix + 'open')}")
    who = place.user("open")
    assert teardown(place.context(contract)) > 0
    assert read(place.admin, IDS.format(table=place.table())) == "absent"
    assert set(seen(place, read, "open").values()) <= {"denied", "absent"}
    assert read(who, f"SELECT count() FROM {other}") == [(0,)]
    names = "SELECT name FROM system.roles WHERE startsWith(name, {p:String})"
    assert place.admin.rows(names, {"p": place.prefix}) == [(place.prefix + "open",)]
    assert catalog(place.ledger, contract.qualified_name).datasets == ()
    assert teardown(place.context(contract)) == 0
