"""What must not lag behind the data is in place before readers see them; what widens access comes after."""

from collections.abc import Mapping
from typing import Any

import pytest

from datacontract_api.contract import DataContract
from datacontract_api.errors import InvalidValue, RuleViolated
from datacontract_runner import sql
from datacontract_runner.governance import before_swap, plan_governance

from .conftest import PEOPLE, Outcome, Place
from .test_access import ALL, CLEAR, IDS, STARS, seen

NONE = {"role": "open", "tables": ["people"], "pii": "none"}
MASKED = {"role": "masked", "tables": ["people"], "pii": "masked"}

OPEN_PEOPLE = {
    **PEOPLE,
    "properties": [{k: v for k, v in column.items() if k != "tags"} for column in PEOPLE["properties"]],  # type: ignore[attr-defined]
}
"""The same table before anybody tagged the address personal."""


def stage(place: Place, columns: str = "id, email, country, joined") -> str:
    """A stage with one more row, and columns as given."""
    name = f"{place.database}__run_1"
    place.admin.execute(f"CREATE DATABASE {sql.identifier(name)}")
    target = sql.qualified(name, "people")
    one = f"SELECT toUInt64(4) AS id, 'di@example.org' AS email, 'fr' AS country, now() AS joined, 'x' AS extra"  # noqa: F541
    place.admin.execute(
        f"CREATE TABLE {target} ENGINE = MergeTree ORDER BY id AS "
        f"SELECT {columns} FROM (SELECT *, '' AS extra FROM {place.table()} UNION ALL {one})"
    )
    return name


def swap(place: Place, name: str) -> None:
    """Makes the staged table the live one."""
    place.admin.execute(f"EXCHANGE TABLES {sql.qualified(name, 'people')} AND {place.table()}")
    place.admin.execute(f"DROP DATABASE {sql.identifier(name)} SYNC")


def govern_first(place: Place, rules: list[dict[str, Any]], schema: Mapping[str, Any]) -> DataContract:
    """The contract as it was in force before."""
    contract = place.contract(rules, schema=[schema])
    place.own(contract, "people")
    place.govern(contract)
    return contract


def test_a_new_personal_column_is_hidden_before_the_new_data_are_visible(place: Place, read: Outcome) -> None:
    govern_first(place, [NONE, MASKED], OPEN_PEOPLE)
    assert (seen(place, read, "open")["emails"], seen(place, read, "masked")["masked emails"]) == (CLEAR, CLEAR)
    name = stage(place)
    tagged = place.contract([NONE, MASKED], schema=[PEOPLE])
    before_swap(place.context(tagged), name)
    assert (seen(place, read, "open")["ids"], seen(place, read, "open")["emails"]) == (ALL, "denied")
    assert seen(place, read, "masked")["masked emails"] == STARS
    swap(place, name)
    assert seen(place, read, "masked")["masked emails"] == [*STARS, ("***",)]
    place.govern(tagged)
    assert plan_governance(place.context(tagged)).changes == ()


def test_a_column_that_is_no_longer_personal_is_shown_only_after_the_swap(place: Place, read: Outcome) -> None:
    govern_first(place, [NONE, MASKED], PEOPLE)
    name = stage(place)
    untagged = place.contract([NONE, MASKED], schema=[OPEN_PEOPLE])
    before_swap(place.context(untagged), name)
    assert seen(place, read, "open")["emails"] == "denied"
    assert seen(place, read, "masked")["masked emails"] == STARS
    swap(place, name)
    place.govern(untagged)
    assert len(seen(place, read, "open")["emails"]) == len(seen(place, read, "masked")["masked emails"]) == 4
    assert ("***",) not in seen(place, read, "masked")["masked emails"]


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any] | None, Any, Any]] = {
    "a filter that comes": ({}, {"rows": "id = 1"}, [(1,)], [(1,)]),
    "a filter that changes": ({"rows": "id = 1"}, {"rows": "id = 4"}, [], [(4,)]),
    "a filter that goes": ({"rows": "id = 1"}, {}, [(1,)], [*ALL, (4,)]),
    "a rule that goes": ({}, None, "denied", "denied"),
    "a role that sees the view instead": ({}, {"pii": "masked"}, "denied", "denied"),
}


@pytest.mark.parametrize(("old", "new", "before", "after"), CHANGES.values(), ids=CHANGES.keys())
def test_restrictions_come_before_the_swap_and_permissions_after(
    place: Place, read: Outcome, old: dict[str, Any], new: dict[str, Any] | None, before: Any, after: Any
) -> None:
    rule = {"role": "one", "tables": ["people"], "pii": "clear"}
    govern_first(place, [{**rule, **old}, NONE], PEOPLE)
    name = stage(place)
    changed = place.contract([NONE] if new is None else [{**rule, **new}, NONE])
    before_swap(place.context(changed), name)
    assert read(place.user("one"), IDS.format(table=place.table())) == before
    assert read(place.user("open"), IDS.format(table=place.table())) == ALL
    swap(place, name)
    place.govern(changed)
    assert read(place.user("one"), IDS.format(table=place.table())) == after
    assert plan_governance(place.context(changed)).changes == ()


@pytest.mark.parametrize("columns", ["id, email, joined", "id, email, country, joined, extra"], ids=["fewer", "more"])
def test_the_view_goes_on_working_while_columns_come_and_go(place: Place, read: Outcome, columns: str) -> None:
    govern_first(place, [NONE, MASKED], PEOPLE)
    extra = {"name": "extra", "physicalType": "String"}
    schema = {**PEOPLE, "properties": [*PEOPLE["properties"], extra]}  # type: ignore[misc]
    name = stage(place, columns)
    changed = place.contract([NONE, MASKED], schema=[schema])
    before_swap(place.context(changed), name)
    who, everything = place.user("masked"), f"SELECT count() FROM (SELECT * FROM {place.table(masked=True)})"
    assert read(who, everything) == [(3,)]
    swap(place, name)
    assert read(who, everything) == [(4,)]
    place.govern(changed)
    shown = read(who, f"DESCRIBE {place.table(masked=True)}")
    assert [column[0] for column in shown] == columns.split(", ")


def test_comments_and_retention_are_set_in_the_stage_and_move_with_the_table(place: Place) -> None:
    govern_first(place, [NONE], PEOPLE)
    name = stage(place)
    contract = place.contract(
        [NONE], tags=["gold"], governance={"owner": "kim", "retention": {"column": "joined", "period": "730d"}}
    )
    assert before_swap(place.context(contract), name) == 2
    assert described(place, name) == {
        "people": "One row per customer.\n[contract: shop/orders; tags: gold; owner: kim]",
        "ttl": "joined + toIntervalDay(730)",
        "id": "[owner: kim]",
        "email": "[classification: restricted; tags: pii; owner: kim]",
        "country": "Where they live.\n[owner: kim]",
        "joined": "[owner: kim]",
    }
    swap(place, name)
    assert place.govern(contract).counts["changes"] == 0
    assert described(place, place.database)["ttl"] == "joined + toIntervalDay(730)"
    endless = place.contract([NONE], tags=["gold"], governance={"owner": "kim"})
    assert place.govern(endless).counts["changes"] == 1
    assert described(place, place.database)["ttl"] == ""


def described(place: Place, database: str) -> dict[str, str]:
    """Comments and TTL of the table in a database."""
    names = {"d": database}
    rows = place.admin.rows("SELECT name, comment FROM system.columns WHERE database = {d:String}", names)
    comment, engine = place.admin.rows(
        "SELECT comment, engine_full FROM system.tables WHERE database = {d:String}", names
    )[0]
    ttl = engine.partition(" TTL ")[2].partition(" SETTINGS ")[0]
    return {"people": comment, "ttl": ttl, **dict(rows)}


@pytest.mark.parametrize(
    ("kind", "values", "left"),
    [
        ("Date", "(1, today()), (2, today() - 40)", [1]),
        ("DateTime", "(1, now()), (2, now() - 3000000)", [1]),
        ("DateTime64(3)", "(1, now()), (2, now() - 3000000), (3, '2299-12-31 00:00:00')", [1, 3]),
        ("Date32", "(1, today()), (2, today() - 40), (3, '2299-12-31')", [1, 3]),
        ("Nullable(DateTime)", "(1, now()), (2, now() - 3000000), (3, NULL)", [1, 3]),
    ],
)
def test_rows_past_retention_go_and_the_others_stay(place: Place, kind: str, values: str, left: list[int]) -> None:
    table = place.table("raw_people")
    place.admin.execute(f"CREATE TABLE {table} (id UInt8, joined {kind}) ENGINE = MergeTree ORDER BY id")
    place.admin.execute(f"INSERT INTO {table} VALUES {values}")
    contract = place.contract([], governance={"retention": {"column": "joined", "period": "30d"}})
    place.own(contract, "raw_people")
    assert place.govern(contract).counts["changes"] == 1
    assert place.govern(contract).counts["changes"] == 0
    place.admin.execute(f"ALTER TABLE {table} MATERIALIZE TTL SETTINGS mutations_sync = 1")
    place.admin.execute(f"OPTIMIZE TABLE {table} FINAL")
    assert [row[0] for row in place.admin.rows(f"SELECT id FROM {table} ORDER BY id")] == left


def test_a_ttl_that_a_model_gave_its_table_stays(place: Place) -> None:
    place.admin.execute(f"ALTER TABLE {place.table()} MODIFY TTL joined + INTERVAL 9 DAY")
    govern_first(place, [NONE], PEOPLE)
    assert described(place, place.database)["ttl"] == "joined + toIntervalDay(9)"


def test_a_promised_view_is_readable_without_rights_on_what_it_reads(place: Place, read: Outcome) -> None:
    view = {"name": "by_country", "properties": [{"name": "country", "physicalType": "String"}]}
    contract = place.contract(
        [{"role": "one", "tables": ["by_country"], "pii": "clear", "rows": "country = 'uk'"}], schema=[view]
    )
    query = (
        f"CREATE VIEW {place.table('by_country')} AS SELECT country, count() AS n FROM {place.table()} GROUP BY country"
    )
    place.admin.execute(query)
    place.own(contract, "by_country", "people")
    place.govern(contract)
    assert read(place.user("one"), f"SELECT country, n FROM {place.table('by_country')}") == [("uk", 2)]
    assert read(place.user("one"), IDS.format(table=place.table())) == "denied"
    assert plan_governance(place.context(contract)).changes == ()


REFUSED: dict[str, tuple[list[dict[str, Any]], dict[str, Any], type[Exception], str]] = {
    "a filter on an unknown column": (
        [{**NONE, "rows": "town = 'x'"}], {}, InvalidValue, "spec.governance.access[0].rows",
    ),
    "a filter on what the role sees masked": (
        [NONE, {**MASKED, "rows": "email = 'ada@example.org'"}], {}, InvalidValue, "spec.governance.access[1].rows",
    ),
    "a filter that is a list": ([{**NONE, "rows": "id, email"}], {}, InvalidValue, "spec.governance.access[0].rows"),
    "a filter that closes its parenthesis": (
        [{**NONE, "rows": "1) OR (1"}], {}, InvalidValue, "spec.governance.access[0].rows",
    ),
    "a filter over all rows": ([{**NONE, "rows": "count() > 1"}], {}, InvalidValue, "spec.governance.access[0].rows"),
    "a filter over a window of rows": (
        [{**NONE, "rows": "sum(id) OVER () > 1"}], {}, InvalidValue, "spec.governance.access[0].rows",
    ),
    "a filter that makes rows": (
        [{**NONE, "rows": "arrayJoin([1])"}], {}, InvalidValue, "spec.governance.access[0].rows",
    ),
    "a filter with a name": ([{**NONE, "rows": "id > 1 AS x"}], {}, InvalidValue, "spec.governance.access[0].rows"),
    "a filter that is no truth": ([{**NONE, "rows": "country"}], {}, InvalidValue, "spec.governance.access[0].rows"),
    "two rules for one role": ([NONE, {**NONE, "rows": "id = 1"}], {}, RuleViolated, "spec.governance.access[1]"),
    "masking of what is not personal": (
        [NONE], {"masking": {"country": {"method": "hash"}}}, RuleViolated, "spec.governance.masking.country",
    ),
    "retention by something that is no time": (
        [NONE], {"retention": {"column": "country", "period": "1d"}}, InvalidValue, "spec.governance.retention.column",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rules", "governance", "error", "field"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_meant_is_refused_before_anything_changes(
    place: Place, rules: list[dict[str, Any]], governance: dict[str, Any], error: type[Exception], field: str
) -> None:
    name = stage(place)
    contract = place.contract(rules, governance=governance)
    place.own(contract, "people")
    with pytest.raises(error) as caught:
        before_swap(place.context(contract), name)
    assert caught.value.field == field  # type: ignore[attr-defined]
    assert described(place, name)["people"] == ""
    assert (
        place.admin.value("SELECT count() FROM system.roles WHERE startsWith(name, {p:String})", {"p": place.prefix})
        == 0
    )
