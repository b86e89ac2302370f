"""Strings of the contract are data, whatever they hold."""

from datacontract_runner import sql
from datacontract_runner.governance import catalog, plan_governance

from .conftest import Outcome, Place

TEXTS = [
    "it's",
    "`; DROP TABLE people --",
    "'; DROP TABLE people; --",
    "\\",
    "\\'",
    "a\nb\tc\r",
    "{x:String} %s {{ y }}",
    "*/ /* -- #",
    "]; owner: eve",
    "🛫 Zoë",
    "x" * 10_000,
]
COLUMNS = ["it's", "`tick`", "back\\slash", "a b.c", "SELECT", "ü 🛫", '"quoted"', "x AS y, z", "FROM t", "{x}"]


def test_texts_are_stored_as_they_are_and_never_executed(place: Place, read: Outcome) -> None:
    names = [f"c{number}" for number in range(len(TEXTS))]
    columns = ", ".join(f"{name} String" for name in names)
    place.admin.execute(f"CREATE TABLE {place.table('texts')} ({columns}) ENGINE = MergeTree ORDER BY tuple()")
    properties = [
        {"name": n, "physicalType": "String", "description": t, "classification": t[:200], "tags": [t[:200]]}
        for n, t in zip(names, TEXTS, strict=True)
    ]
    everything = "".join(TEXTS)
    label = everything[:200]
    schema = {"name": "texts", "description": everything, "tags": [label], "properties": properties}
    rules = [{"role": "one", "tables": ["texts"], "pii": "masked"}]
    contract = place.contract(rules, schema=[schema], tags=[label], domain=label, governance={"owner": label})
    place.own(contract, "texts")
    place.govern(contract)
    comments = "SELECT comment FROM system.columns WHERE database = {d:String} AND table = 'texts' ORDER BY position"
    stored = [comment for (comment,) in place.admin.rows(comments, {"d": place.database})]
    assert all(comment.startswith(f"{text}\n[classification: ") for comment, text in zip(stored, TEXTS, strict=True))
    found = catalog(place.ledger, contract.qualified_name)
    assert [(d.description, d.owner, d.domain) for d in found.datasets] == [(everything, label, label)]
    assert {column.description for column in found.columns} == set(TEXTS)
    assert read(place.user("one"), f"SELECT count() FROM {place.table('texts', masked=True)}") == [(0,)]
    assert read(place.admin, f"SELECT count() FROM {place.table()}") == [(3,)]
    assert plan_governance(place.context(contract)).changes == ()


def test_a_filter_compares_with_the_texts_that_it_names(place: Place, read: Outcome) -> None:
    values = ", ".join(f"({number}, '', {sql.literal(text)}, now())" for number, text in enumerate(TEXTS, start=10))
    place.admin.execute(f"INSERT INTO {place.table()} VALUES {values}")
    named = ", ".join(sql.literal(text) for text in TEXTS[::2])
    contract = place.contract([{"role": "one", "tables": ["people"], "pii": "clear", "rows": f"country IN ({named})"}])
    place.own(contract, "people")
    place.govern(contract)
    rows = read(place.user("one"), f"SELECT id FROM {place.table()} ORDER BY id")
    assert rows == [(number,) for number in range(10, 10 + len(TEXTS), 2)]
    assert plan_governance(place.context(contract)).changes == ()


def test_columns_of_any_name_are_granted_masked_and_described(place: Place, read: Outcome) -> None:
    table = place.table("odd")
    columns = ", ".join(
        f"{sql.identifier(name)} String" for name in [*COLUMNS, *(f"secret {name}" for name in COLUMNS)]
    )
    place.admin.execute(f"CREATE TABLE {table} ({columns}) ENGINE = MergeTree ORDER BY tuple()")
    place.admin.execute(f"INSERT INTO {table} SELECT {', '.join(['1'] * len(COLUMNS) * 2)}")
    properties = [{"name": name, "physicalType": "String", "description": name} for name in COLUMNS]
    properties += [{"name": f"secret {name}", "physicalType": "String", "tags": ["pii"]} for name in COLUMNS]  # type: ignore[dict-item]
    rules = [{"role": "open", "tables": ["odd"], "pii": "none"}, {"role": "masked", "tables": ["odd"], "pii": "masked"}]
    contract = place.contract(rules, schema=[{"name": "odd", "properties": properties}])
    place.own(contract, "odd")
    place.govern(contract)
    assert plan_governance(place.context(contract)).changes == ()
    assert read(place.user("open"), f"SELECT {sql.columns(COLUMNS)} FROM {table}") == [("1",) * len(COLUMNS)]
    for name in COLUMNS:
        assert read(place.user("open"), f"SELECT {sql.identifier(f'secret {name}')} FROM {table}") == "denied"
    row = (*["1"] * len(COLUMNS), *["***"] * len(COLUMNS))
    assert read(place.user("masked"), f"SELECT * FROM {place.table('odd', masked=True)}") == [row]
    names = "SELECT name, comment FROM system.columns WHERE database = {d:String} AND table = 'odd' AND comment != ''"
    described = dict(place.admin.rows(names, {"d": place.database}))
    assert {name: described[name] for name in COLUMNS} == {name: name for name in COLUMNS}
