"""Every text that a contract may hold reaches the warehouse as it is, and nothing of it is ever executed."""

import json
import os

import pytest

from datacontract_api.contract import DataContract
from support.contracts import Document
from support.fields import TextField, text_fields
from support.hostile import HOSTILE
from support.samples import is_valid

from .conftest import Site, governed_document

NAMES = ("destination", "source", "load", "transform")
"""Parts of spec whose texts name things rather than say something: `test_names` and others try them."""


@pytest.fixture(scope="module")
def places(site: Site) -> list[TextField]:
    """Every place whose text may be replaced while the contract goes on to run: found by trying, one by one."""
    fields = [field for field in text_fields(DataContract) if field.path[0] == "spec" and field.path[1] not in NAMES]
    document = site.document(governed_document())
    found = []
    for field in fields:
        planted = field.make_document_with("a'b", document)
        if site.accepts(planted) and _names(planted) == _names(document):
            document = planted
            found.append(field)
    return found


def _names(document: Document) -> object:
    spec = DataContract.model_validate(document).spec
    return [[(table.table, column.name, column.physical_type) for column in table.properties] for table in spec.schema_]


TEXTS = list(HOSTILE.values())
ROUNDS = len(TEXTS) if os.environ.get("HOSTILE") == "all" else 6
"""In each round every place holds another text; with HOSTILE=all in the environment, in the end every one."""


def planted(site: Site, places: list[TextField], turn: int) -> Document:
    """The governed contract with hostile texts in every place, others in each turn."""
    document = site.document(governed_document())
    for number, field in enumerate(places):
        fitting = [text for text in TEXTS if is_valid(field.annotation, text)]
        document = field.make_document_with(fitting[(number + turn * len(TEXTS) // ROUNDS) % len(fitting)], document)
    assert site.accepts(document)
    return document


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_texts_in_every_place_are_stored_as_they_are(site: Site, places: list[TextField], turn: int) -> None:
    document = planted(site, places, turn)
    site.runs_through(document)
    contract = DataContract.model_validate(document)
    (snapshot,) = site.rows(
        "SELECT snapshot FROM datacontract.runs WHERE contract = {c:String} ORDER BY started_at DESC LIMIT 1"
    )[0]
    assert json.loads(snapshot) == json.loads(contract.model_dump_json(by_alias=True, exclude_none=True))
    assert_described(site, contract)
    assert_checked(site, contract)


def assert_described(site: Site, contract: DataContract) -> None:
    """Comments and catalog say what the contract says."""
    spec, table = contract.spec, contract.spec.schema_[0]
    column = table.properties[0]
    comments = site.rows("SELECT comment FROM system.tables WHERE database = {d:String} AND name = 'orders'")
    comments += site.rows(
        "SELECT comment FROM system.columns WHERE database = {d:String} AND table = 'orders' AND name = 'id'"
    )
    texts = [table.description or "", column.description or ""]
    assert [comment[: len(text)] for (comment,), text in zip(comments, texts, strict=True)] == texts
    datasets = site.rows(
        "SELECT domain, data_product, owner, tags, description FROM datacontract.datasets FINAL "
        "WHERE contract = {c:String} AND NOT deleted"
    )
    tags = list(dict.fromkeys([*spec.tags, *table.tags]))
    owner = spec.governance.owner
    assert [(*row[:3], list(row[3]), row[4]) for row in datasets] == [
        (spec.domain or "", spec.data_product or "", owner, tags, table.description or "")
    ]
    columns = site.rows(
        "SELECT description, classification, tags, owner FROM datacontract.columns FINAL "
        "WHERE contract = {c:String} AND column = 'id' AND NOT deleted"
    )
    assert [(row[0], row[1], list(row[2]), row[3]) for row in columns] == [
        (column.description or "", column.classification or "", list(column.tags), owner)
    ]


def assert_checked(site: Site, contract: DataContract) -> None:
    """Checks are recorded under their names."""
    table = contract.spec.schema_[0]
    wanted = {rule.name for rule in (*table.quality, *table.properties[0].quality) if rule.name}
    newest = "(SELECT run_id FROM datacontract.runs WHERE contract = {c:String} ORDER BY started_at DESC LIMIT 1)"
    rows = site.rows(f"SELECT check, success FROM datacontract.check_results FINAL WHERE run_id = {newest}")
    assert wanted <= {name for name, _ in rows}
    assert all(success for _, success in rows)


def test_the_command_line_shows_what_is_stored(site: Site, places: list[TextField]) -> None:
    site.run(planted(site, places, 0))
    for call in ("runs", "catalog"):
        assert site.call(call).code == 0
        assert site.call(call, "--output", "json").document


def test_the_places_include_those_that_everyone_fills(places: list[TextField]) -> None:
    assert {
        "spec.domain",
        "spec.tags.0",
        "spec.description.purpose",
        "spec.team.members.0.username",
        "spec.support.0.channel",
        "spec.schema.0.description",
        "spec.schema.0.properties.0.description",
        "spec.schema.0.properties.0.classification",
        "spec.schema.0.properties.0.tags.0",
        "spec.schema.0.properties.0.quality.0.name",
        "spec.schema.0.quality.0.businessImpact",
        "spec.governance.owner",
        "spec.slaProperties.0.property",
    } <= {field.name for field in places}
