"""Every place that holds text, tried with text that would do harm if it were ever executed or half understood."""

import pytest
import yaml

from datacontract_api.contract import DataContract
from datacontract_api.documents import parse
from datacontract_api.warehouse import Warehouse
from support.contracts import warehouse_document
from support.fields import KEY, TextField, text_fields
from support.samples import sample

CONTRACT_FIELDS = text_fields(DataContract)
WAREHOUSE_FIELDS = text_fields(Warehouse)

HOSTILE = {
    "single quote": "a'b",
    "double quote": 'a"b',
    "backtick": "a`b",
    "backslash": "a\\",
    "newline": "a\nb",
    "carriage return": "a\rb",
    "tab": "a\tb",
    "NUL": "a\0b",
    "statement": "'; DROP TABLE x --",
    "backtick statement": "`; DROP TABLE x --",
    "comment": "a /* b",
    "placeholder": "{object} {x:String} %s {{ 7 * 7 }} ${HOME}",
    "long": "a" * 10_000,
    "emoji": "🛩️ über 漢字",
    "right to left": "\u202eabc\u2066",
    "only spaces": "   ",
    "empty": "",
    "YAML boolean": "no",
    "YAML date": "2013-01-01",
    "YAML null": "~",
    "YAML tag": "!!python/object/apply:os.system [id]",
    "YAML alias": "*a",
}
JARGON = ("Input should", "Traceback", "pydantic", "type=", "For further information")


def outcome(field: TextField, value: str, base: dict | None) -> tuple[str, object]:
    """What reading a document with a value planted gives: ("refused", messages) or ("accepted", what is held there)."""
    document = field.make_document_with(value, base)
    text = yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True)
    (read,) = parse(text, "contract.yaml") or [None]
    if read is None:
        return "refused", ["of another API group"]
    if read.model is None:
        return "refused", [str(problem) for problem in read.problems]
    return "accepted", field.find(read.model.model_dump(mode="json", by_alias=True))


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(
    ("fields", "base"),
    [(CONTRACT_FIELDS, None), (WAREHOUSE_FIELDS, warehouse_document())],
    ids=["DataContract", "Warehouse"],
)
def test_text_is_refused_with_a_clear_message_or_held_unchanged(fields, base, value):
    for field in fields:
        verdict, result = outcome(field, value, base)
        if verdict == "refused":
            assert_clear(result, field)
        else:
            assert value in result if field.path[-1] == KEY else result == value, field.name


def assert_clear(messages: list[str], field: TextField) -> None:
    for message in messages:
        assert not any(word in message for word in JARGON), f"{field.name}: {message}"
        assert len(message) < 700, f"{field.name}: {message[:700]}"
        assert "\n" not in message, f"{field.name}: {message}"


def test_every_place_holds_an_ordinary_value():
    """Otherwise the documents around the planted values would be what is refused above."""
    never = [field.name for field in CONTRACT_FIELDS if not takes_an_ordinary_value(field, None)]
    never += [field.name for field in WAREHOUSE_FIELDS if not takes_an_ordinary_value(field, warehouse_document())]
    # A text cannot be the one thing that makes these valid: the first needs `metric` beside it, the second a mode.
    assert set(never) <= {
        "spec.schema.0.properties.0.quality.0.type",
        "spec.schema.0.quality.0.type",
        "spec.transform.dbt.models.0.uniqueKey.0",
    }


def takes_an_ordinary_value(field: TextField, base: dict | None) -> bool:
    ordinary = sample(field.annotation)
    return outcome(field, ordinary if isinstance(ordinary, str) else "1", base)[0] == "accepted"


def test_the_walk_finds_fields_of_every_kind():
    names = {field.name for field in CONTRACT_FIELDS}
    assert {
        "metadata.name",
        "spec.load.table",
        "spec.source.postgres.table",
        "spec.schema.0.properties.0.quality.0.query",
        "spec.governance.access.0.rows",
        "spec.governance.masking.{key}",
        "spec.schema.0.quality.0.implementation.kwargs.a",
        "spec.slaProperties.0.value",
    } <= names
