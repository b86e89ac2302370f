"""Who reads what, tried by connecting as them."""

from typing import Any

import pytest

from .conftest import Outcome, Place

IDS = "SELECT id FROM {table} ORDER BY id"
EMAILS = "SELECT email FROM {table} ORDER BY id"
ALL, UK = [(1,), (2,), (3,)], [(1,), (3,)]
CLEAR = [("ada@example.org",), ("bo@example.org",), ("cy@example.org",)]
STARS, UK_STARS = [("***",)] * 3, [("***",)] * 2

MATRIX: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "none reads the columns that are not personal",
        {"pii": "none"},
        {"ids": ALL, "emails": "denied", "masked ids": "absent", "masked emails": "absent"},
    ),
    (
        "none with a filter reads its rows",
        {"pii": "none", "rows": "country = 'uk'"},
        {"ids": UK, "emails": "denied", "masked ids": "absent", "masked emails": "absent"},
    ),
    (
        "none may filter by a column that it cannot read",
        {"pii": "none", "rows": "startsWith(email, 'bo')"},
        {"ids": [(2,)], "emails": "denied", "masked ids": "absent", "masked emails": "absent"},
    ),
    (
        "clear reads everything",
        {"pii": "clear"},
        {"ids": ALL, "emails": CLEAR, "masked ids": "absent", "masked emails": "absent"},
    ),
    (
        "clear with a filter reads everything of its rows",
        {"pii": "clear", "rows": "country = 'uk'"},
        {"ids": UK, "emails": [CLEAR[0], CLEAR[2]], "masked ids": "absent", "masked emails": "absent"},
    ),
    (
        "masked reads the view only",
        {"pii": "masked"},
        {"ids": "denied", "emails": "denied", "masked ids": ALL, "masked emails": STARS},
    ),
    (
        "masked with a filter reads its rows of the view only",
        {"pii": "masked", "rows": "country = 'uk'"},
        {"ids": "denied", "emails": "denied", "masked ids": UK, "masked emails": UK_STARS},
    ),
]


def seen(place: Place, read: Outcome, *roles: str) -> dict[str, Any]:
    """What somebody with roles reads."""
    who, table, view = place.user(*roles), place.table(), place.table(masked=True)
    return {
        "ids": read(who, IDS.format(table=table)),
        "emails": read(who, EMAILS.format(table=table)),
        "masked ids": read(who, IDS.format(table=view)),
        "masked emails": read(who, EMAILS.format(table=view)),
    }


@pytest.mark.parametrize(("rule", "expected"), [case[1:] for case in MATRIX], ids=[case[0] for case in MATRIX])
def test_a_role_reads_what_its_rule_says(
    place: Place, read: Outcome, rule: dict[str, Any], expected: dict[str, Any]
) -> None:
    contract = place.contract([{"role": "one", "tables": ["people"], **rule}])
    place.own(contract, "people")
    place.govern(contract)
    assert seen(place, read, "one") == expected
    assert set(map(str, seen(place, read).values())) <= {"denied", "absent"}


def test_all_rules_at_once_do_not_disturb_each_other(place: Place, read: Outcome) -> None:
    rules = [{"role": f"r{number}", "tables": ["people"], **rule} for number, (_, rule, _) in enumerate(MATRIX)]
    contract = place.contract(rules)
    place.own(contract, "people")
    report = place.govern(contract)
    assert report.counts | {"changes": 0} == {
        "changes": 0, "roles": 7, "grants": 7, "policies": 9, "views": 1, "notes": 2
    }  # fmt: skip
    for number, (_, _, expected) in enumerate(MATRIX):
        wanted = {what: "denied" if outcome == "absent" else outcome for what, outcome in expected.items()}
        assert seen(place, read, f"r{number}") == wanted


def test_our_own_account_goes_on_seeing_all_rows(place: Place, read: Outcome) -> None:
    contract = place.contract([{"role": "one", "tables": ["people"], "pii": "masked", "rows": "country = 'dk'"}])
    place.own(contract, "people")
    place.govern(contract)
    assert read(place.admin, IDS.format(table=place.table())) == ALL
    assert read(place.admin, IDS.format(table=place.table(masked=True))) == ALL


@pytest.mark.parametrize(
    ("first", "second", "ids"),
    [("country = 'uk'", "country = 'dk'", ALL), ("country = 'uk'", "id = 1", UK), ("country = 'uk'", None, ALL)],
    ids=["two filters", "one within the other", "a filter and none"],
)
def test_two_roles_read_what_either_reads(
    place: Place, read: Outcome, first: str, second: str | None, ids: list[tuple[int]]
) -> None:
    rule = {"tables": ["people"], "pii": "clear"}
    contract = place.contract(
        [{**rule, "role": "a", "rows": first}, {**rule, "role": "b", **({"rows": second} if second else {})}]
    )
    place.own(contract, "people")
    place.govern(contract)
    assert seen(place, read, "a", "b")["ids"] == ids


def test_the_view_shows_rows_that_came_after_it(place: Place, read: Outcome) -> None:
    contract = place.contract([{"role": "one", "tables": ["people"], "pii": "masked"}])
    place.own(contract, "people")
    place.govern(contract)
    place.admin.execute(f"INSERT INTO {place.table()} VALUES (4, 'di@example.org', 'fr', now())")
    assert read(place.user("one"), EMAILS.format(table=place.table(masked=True))) == [("***",)] * 4
