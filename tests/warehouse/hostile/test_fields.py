"""A hostile text in any single field ends in a run or in an error that says what is wrong with it."""

import os
import random
import re
from collections.abc import Iterator

import pytest

from datacontract_api.contract import DataContract
from datacontract_api.errors import InternalError, error_classes
from support.contracts import Document, changed
from support.fields import TextField, text_fields
from support.hostile import DROP, HOSTILE
from support.samples import is_valid

from .conftest import Site, governed_document

NOWHERE = "http://127.0.0.1:1/bucket/"

CRAFTED: dict[str, tuple[str, ...]] = {
    "spec.source.http.url": tuple(NOWHERE + re.sub(r"[\s@\0-\x1f]", "", text) for text in HOSTILE.values()),
    "spec.source.s3.url": tuple(NOWHERE + re.sub(r"[\s@\0-\x1f]", "", text) for text in HOSTILE.values()),
    "spec.schema.0.properties.0.physicalType": (
        f"Enum8('\\'; {DROP} --' = 1)",
        "Tuple(`a'b; --` String)",
        "Nested(a String)",
        "AggregateFunction(sum, UInt64)",
        "FixedString(99999999999)",
        "DateTime('`; --')",
        "Nullable(Nullable(String))",
        "Map(String)",
        "NoSuchType",
        "Nothing",
        "Dynamic",
        "Object('json')",
        "Decimal(1000, 2)",
        "Enum8('a' = 100000)",
        "Array(" * 40 + "UInt8" + ")" * 40,
    ),
    "spec.governance.access.0.rows": (
        "id = '{a:String}'",
        f"id IN (SELECT 1) OR '{DROP}' = ''",
        "throwIf(1)",
        "dictGet('a', 'b', 1)",
        "id = (SELECT id FROM system.one)",
        "`'; --` = 1",
        "getSetting('readonly')",
        "*",
        "id AS x",
        "count() > 1",
        "sum(id) OVER () > 1",
        "arrayJoin([1])",
        "(1, 2)",
        "'text'",
        "a.b.c.d",
    ),
    "spec.schema.0.quality.0.query": (
        "SELECT 1 FROM {object} INTO OUTFILE 'x'",
        f"SELECT 1; {DROP}",
        "SELECT '{a:String}' FROM {object}",
        "SELECT {a:String}",
        "SELECT count() FROM {object} WHERE '{property}' = ''",
        "SELECT * FROM {object}",
        "SELECT 1 WHERE 0",
        "SELECT throwIf(1)",
        "SELECT 'text' -- comment",
        "SELECT 1 /* comment */",
        "SELECT 1 SETTINGS readonly = 0",
        "SELECT 1 FORMAT Null",
        "WITH 1 AS x SELECT x",
        "EXPLAIN SELECT 1",
        "SELECT NULL",
        "SELECT 1e400",
        "SELECT nan",
    ),
}
"""Texts that these fields accept or nearly accept, and that would do harm if they were only half understood."""


FAILED_BEFORE = (
    ("spec.source.http.url", NOWHERE + "a/*b"),
    ("spec.source.http.url", NOWHERE + "%s"),
    ("spec.source.http.url", NOWHERE + "{{7*7}}"),
    ("spec.schema.0.properties.0.physicalType", "Nothing"),
    ("spec.governance.access.0.rows", "id AS x"),
    ("spec.governance.access.0.rows", "count() > 1"),
    ("spec.source.file.path", "a" * 300),
)
"""Texts that once ended a run in an internal error."""

PROSE = "a\nb"
"""Fields that take it are prose or free values, most of which `test_texts` tries."""


def _cases() -> Iterator[tuple[TextField, str]]:
    """Every place of the spec with every text that its model accepts there; dbt's are in `test_models`."""
    for field in text_fields(DataContract):
        if field.path[0] == "spec" and field.path[1] != "transform":
            for text in CRAFTED.get(field.name) or HOSTILE.values():
                if is_valid(field.annotation, text):
                    yield field, text


def _chosen() -> list[tuple[TextField, str]]:
    """With HOSTILE=all in the environment every case, which takes minutes; else the same few each time."""
    cases = list(_cases())
    if os.environ.get("HOSTILE") == "all":
        return cases
    fields = {field.name: field for field in text_fields(DataContract)}
    known = [(fields[name], text) for name, text in FAILED_BEFORE]
    chance = random.Random(20261124)
    crafted = [case for case in cases if case[0].name in CRAFTED]
    names = [case for case in cases if case[0].name not in CRAFTED and not is_valid(case[0].annotation, PROSE)]
    free = [case for case in cases if case[0].name not in CRAFTED and is_valid(case[0].annotation, PROSE)]
    return [*known, *chance.sample(crafted, 8), *chance.sample(names, 4), *chance.sample(free, 3)]


def _base(site: Site, field: TextField) -> Document:
    """A contract in which the field has a meaning: its source, or its kind of rule."""
    document = site.document(governed_document())
    if field.path[1] == "source" and field.path[2] != "file":
        known = {"postgres": {"host": "127.0.0.1", "port": 1, "database": "a", "table": "a"}}
        source = known.get(str(field.path[2]), {"url": NOWHERE + "a", "format": "CSVWithNames"})
        return changed(document, ("spec", "source"), {field.path[2]: source | {"credentialsSecretRef": {"name": "a"}}})
    if field.path[-1] == "query":
        return changed(document, ("spec", *field.path[1:-1]), {"type": "sql", "query": "SELECT 1", "mustBe": 1})
    return document


@pytest.mark.parametrize(("field", "text"), _chosen(), ids=lambda part: getattr(part, "name", None))
def test_a_text_in_one_field_is_no_crash(site: Site, field: TextField, text: str) -> None:
    ended = site.run(field.make_document_with(text, _base(site, field)))
    assert ended.code in {0, *(error.exit_code for error in error_classes())} - {InternalError.exit_code}, ended.out
