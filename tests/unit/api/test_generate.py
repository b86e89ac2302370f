"""What is generated is current, structural and means what the models mean; what cannot be generated fails loudly."""

import datetime
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import jsonschema
import pytest
import yaml
from pydantic import Field, StringConstraints

from datacontract_api.base import CrdKeywords, Model, Rule
from datacontract_api.conditions import Reason
from datacontract_api.contract import DataContract
from datacontract_api.fields import wire_fields
from datacontract_api.generate.__main__ import main
from datacontract_api.generate.files import ROOT, plan_files, stale_files
from datacontract_api.generate.structural import NotStructural, structural
from datacontract_api.scalars import Free, Number
from support.contracts import changed, contract_document, warehouse_document

Short = Annotated[str, StringConstraints(max_length=10)]
ATOMIC = CrdKeywords({"x-kubernetes-list-type": "atomic"})


def test_generated_files_are_current():
    assert stale_files(ROOT) == [], "run `python -m datacontract_api.generate`"


def test_check_names_what_is_stale_and_writing_mends_it(tmp_path, capsys):
    assert main(["--root", str(tmp_path)]) == 0
    (tmp_path / "crds/warehouses.yaml").write_text("old")
    capsys.readouterr()
    assert main(["--root", str(tmp_path), "--check"]) == 1
    assert "crds/warehouses.yaml is stale" in capsys.readouterr().out
    main(["--root", str(tmp_path)])
    assert main(["--root", str(tmp_path), "--check"]) == 0


class Color(StrEnum):
    RED = "red"


class Item(Model):
    name: Short = Field(description="Its name.")
    size: int = Field(default=3, description="Its size.")


class Recursive(Model):
    below: "Recursive | None" = None


class Mixed(Model):
    text: Short | int = ""


class Pair(Model):
    pair: tuple[int, int] = (1, 2)


class Anything(Model):
    value: Any = None


class NoListType(Model):
    items: Annotated[list[Short], Field(max_length=3)] = Field(default_factory=list)


class NoBound(Model):
    text: str = ""


class NoListBound(Model):
    items: Annotated[list[Short], ATOMIC] = Field(default_factory=list)


class NoMapBound(Model):
    labels: dict[str, Short] = Field(default_factory=dict)


class KeylessMap(Model):
    items: Annotated[
        list[Item],
        Field(max_length=3),
        CrdKeywords({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["size"]}),
    ] = Field(default_factory=list)


class Fraction(Model):
    value: float = 0.0


class Exact(Model):
    value: Decimal = Decimal(0)


class Span(Model):
    value: datetime.timedelta | None = None


class OpenModel(Model, extra="allow"):
    name: Short = ""


class Exclusive(Model):
    value: Annotated[int, Field(gt=0)] = 1


class Unique(Model):
    values: Annotated[set[Short], Field(max_length=3)] = Field(default_factory=set)


class EitherModel(Model):
    value: Item | Pair | None = None


REFUSED = {
    "a recursive model": (Recursive, "Recursive.below"),
    "a union": (Mixed, "Mixed.text"),
    "a union of models": (EitherModel, "EitherModel.value"),
    "a tuple": (Pair, "Pair.pair"),
    "anything at all": (Anything, "Anything.value"),
    "a list without list type": (NoListType, "NoListType.items"),
    "a string without bound": (NoBound, "NoBound.text"),
    "a list without bound": (NoListBound, "NoListBound.items"),
    "a map without bound": (NoMapBound, "NoMapBound.labels"),
    "a list keyed by an optional field": (KeylessMap, "KeylessMap.items"),
    "a float": (Fraction, "Fraction.value"),
    "a decimal": (Exact, "Exact.value"),
    "a time span": (Span, "Span.value"),
    "fields that are not named": (OpenModel, "OpenModel"),
    "an exclusive bound": (Exclusive, "Exclusive.value"),
    "a set": (Unique, "Unique.values"),
}


@pytest.mark.parametrize(("model", "place"), REFUSED.values(), ids=REFUSED)
def test_what_has_no_structural_schema_is_refused_by_model_and_field(model, place):
    with pytest.raises(NotStructural, match=f"^{re.escape(place)}: "):
        structural(model)


class Outer(Model):
    rules = (Rule(cel="self.count > 0", message="count must be positive", field="count"),)

    count: int = Field(default=1, ge=0, le=9, description="How many.")
    color: Color | None = Field(default=None, description="Which.")
    one: Item | None = Field(default=None, description="One.")
    many: Annotated[list[Item], Field(max_length=5), ATOMIC] = Field(default_factory=list, description="Many.")
    free: Annotated[dict[str, Free], Field(max_length=5)] = Field(default_factory=dict, description="Free.")
    number: Number | None = Field(default=None, description="Number.")
    keyed: Annotated[dict[Short, Item], Field(max_length=5)] = Field(default_factory=dict, description="Keyed.")


def test_every_construct_of_ours_becomes_structural():
    name = {"type": "string", "maxLength": 10, "description": "Its name."}
    with_default = {"type": "integer", "default": 3, "description": "Its size."}
    in_words = {"type": "integer", "description": "Its size. Default: 3."}
    item = {"type": "object", "required": ["name"]}
    assert structural(Outer)["properties"] == {
        "count": {"type": "integer", "minimum": 0, "maximum": 9, "default": 1, "description": "How many."},
        "color": {"type": "string", "enum": ["red"], "description": "Which."},
        "one": item | {"description": "One.", "properties": {"name": name, "size": with_default}},
        "many": {
            "type": "array",
            "maxItems": 5,
            "x-kubernetes-list-type": "atomic",
            "description": "Many.",
            "items": item | {"properties": {"name": name, "size": in_words}},
        },
        "free": {
            "type": "object",
            "maxProperties": 5,
            "description": "Free.",
            "additionalProperties": {"x-kubernetes-preserve-unknown-fields": True},
        },
        "number": {
            "x-kubernetes-int-or-string": True,
            "pattern": r"^-?[0-9]+(\.[0-9]+)?$",
            "maxLength": 64,
            "description": "Number.",
        },
        "keyed": {
            "type": "object",
            "maxProperties": 5,
            "description": "Keyed.",
            "x-kubernetes-validations": [
                {"rule": "self.all(key, size(key) > 0 && size(key) <= 10)", "message": "keys have 1 to 10 characters"}
            ],
            "additionalProperties": item | {"properties": {"name": name, "size": with_default}},
        },
    }
    assert structural(Outer)["x-kubernetes-validations"] == [
        {"rule": "self.count > 0", "message": "count must be positive", "fieldPath": ".count"}
    ]


def crds() -> dict[str, Any]:
    files = plan_files()
    return {kind: yaml.safe_load(files[f"crds/{kind}.yaml"]) for kind in ("datacontracts", "warehouses")}


def schemas(schema: Any, in_list: bool = False) -> Iterator[tuple[dict, bool]]:
    yield schema, in_list
    for below in schema.get("properties", {}).values():
        yield from schemas(below, in_list)
    if "items" in schema:
        yield from schemas(schema["items"], True)
    if "additionalProperties" in schema:
        yield from schemas(schema["additionalProperties"], in_list)


def test_no_list_item_has_a_default_and_nothing_is_outside_the_structural_keywords():
    for crd in crds().values():
        root = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        for schema, in_list in schemas(root):
            assert not (in_list and "default" in schema)
            assert not schema.keys() & {"$ref", "anyOf", "oneOf", "allOf", "title", "nullable", "patternProperties"}


def test_printer_columns_are_those_of_the_design():
    columns = crds()["datacontracts"]["spec"]["versions"][0]["additionalPrinterColumns"]
    assert [column["name"] for column in columns] == [
        *("Ready", "Version", "Last run", "Rows", "Quality", "Next run", "Age"),
    ]


def test_status_is_a_subresource_and_spec_is_required():
    for crd in crds().values():
        version = crd["spec"]["versions"][0]
        assert version["subresources"] == {"status": {}}
        assert version["schema"]["openAPIV3Schema"]["required"] == ["spec"]


EDITOR_CASES = {
    "a valid contract": ((), None, True),
    "an unknown field": (("spec", "lode"), {}, False),
    "a bad enum": (("spec", "load", "mode"), "appendd", False),
    "a decimal in quotes": (("spec", "slaProperties"), [{"property": "freshness", "value": "0.5"}], True),
    "a fraction": (("spec", "slaProperties"), [{"property": "freshness", "value": 0.5}], False),
    "a null": (("spec", "domain"), None, False),
    "a tag twice": (("spec", "tags"), ["a", "a"], False),
}


@pytest.mark.parametrize(("path", "value", "valid"), EDITOR_CASES.values(), ids=EDITOR_CASES)
def test_editors_see_what_lint_sees(path, value, valid):
    schema = json.loads(plan_files()["crds/datacontract.schema.json"])
    document = changed(contract_document(), path, value) if path else contract_document()
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    assert validator.is_valid(document) is valid


def test_the_editor_schema_of_a_warehouse_takes_a_warehouse():
    schema = json.loads(plan_files()["crds/warehouse.schema.json"])
    jsonschema.Draft202012Validator(schema).validate(warehouse_document())


def test_the_reference_names_every_field_reason_and_exit_code():
    page = plan_files()["docs/reference.md"]
    for model in (DataContract.model_fields["spec"].annotation,):
        assert all(f"spec.{name}" in page or f"spec.**{name}**" in page for name in wire_fields(model))
    assert all(f"| `{reason}` | " in page for reason in Reason)
    assert "| `CheckFailed` | A quality check of severity error failed. | 10 | no |" in page
    assert "| `SourceUnreachable` | The source does not answer. | 61 | yes |" in page


def test_every_field_is_described():
    for crd in crds().values():
        spec = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
        undescribed = [
            name
            for schema, _ in schemas(spec)
            for name, below in schema.get("properties", {}).items()
            if not below.get("description")
        ]
        assert undescribed == []
