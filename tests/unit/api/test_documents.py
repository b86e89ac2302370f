"""Every kind of bad document gives one clear message with file, line, column, value and remedy."""

from pathlib import Path

import pytest
import yaml

from datacontract_api import errors
from datacontract_api.documents import load, parse, problems, read_contract, read_contracts, read_warehouse
from support.contracts import contract_document, warehouse_document, write

HEAD = """\
apiVersion: datacontract.dev/v1alpha1
kind: DataContract
metadata: {name: orders}
spec:
  version: 1.0.0
  destination: {database: shop}
  source: {file: {path: orders.csv, format: CSVWithNames}}
  schema: [{name: orders, properties: [{name: id, physicalType: UInt64}]}]
"""
"""Eight lines; the cases below begin in line 9."""
LOAD = "  load: {table: orders, mode: replace}\n"


def messages(text: str) -> list[str]:
    return [str(problem) for document in parse(text, "c.yaml") for problem in document.problems]


CASES = {
    "a typo in an enum is answered with the nearest word": (
        "  load: {table: orders, mode: appendd}\n",
        "c.yaml:9:31: spec.load.mode: 'appendd' is not one of: replace, append, incremental, upsert. "
        "Did you mean append?",
    ),
    "a typo in a field's name is answered with the nearest field": (
        LOAD + "  shedule: {cron: '@daily'}\n",
        "c.yaml:10:3: spec.shedule: is no field of the API. Did you mean schedule?",
    ),
    "a field of another level is told where it belongs": (
        "  load: {table: orders, mode: replace, schedule: {cron: '@daily'}}\n",
        "c.yaml:9:40: spec.load.schedule: is no field of the API. It belongs to spec: move it there.",
    ),
    "a field written in snake_case is unknown, as for the API server": (
        "  load: {table: orders, mode: replace, order_by: [id]}\n",
        "c.yaml:9:40: spec.load.order_by: is no field of the API. Did you mean orderBy?",
    ),
    "a missing field is named at the mapping that lacks it": (
        "  load: {mode: replace}\n",
        "c.yaml:9:3: spec.load.table: is missing. Add it: Table in the destination database that receives the rows.",
    ),
    "a bare word that YAML reads as a boolean must be quoted": (
        LOAD + "  domain: no\n",
        "c.yaml:10:11: spec.domain: no must be text, not no, which YAML reads as false. Write 'no', in quotes.",
    ),
    "a bare date must be quoted": (
        LOAD + "  domain: 2013-01-01\n",
        "c.yaml:10:11: spec.domain: is 2013-01-01, which YAML reads as a date. "
        "Write '2013-01-01', in quotes, if a text is meant.",
    ),
    "a bare number is no text": (
        LOAD + "  domain: 42\n",
        "c.yaml:10:11: spec.domain: 42 must be text, not a number. Write '42', in quotes.",
    ),
    "a key that YAML reads as a boolean must be quoted": (
        LOAD + "  governance: {masking: {on: {method: hash}}}\n",
        "c.yaml:10:26: spec.governance.masking: has the key 'on', which YAML does not read as text. "
        "Write 'on', in quotes.",
    ),
    "a quoted boolean is text": (
        LOAD + "  suspend: 'true'\n",
        "c.yaml:10:12: spec.suspend: 'true' must be true or false, not text. Write true or false, without quotes.",
    ),
    "a quoted number is text": (
        LOAD + "  schedule: {cron: '@daily', startingDeadlineSeconds: '60'}\n",
        "c.yaml:10:55: spec.schedule.startingDeadlineSeconds: '60' must be a whole number, not text. "
        "Write the digits without quotes or fraction.",
    ),
    "a number out of its range": (
        LOAD + "  schedule: {cron: '@daily', startingDeadlineSeconds: 5}\n",
        "c.yaml:10:55: spec.schedule.startingDeadlineSeconds: 5 must be at least 10",
    ),
    "a fraction is written in quotes": (
        LOAD + "  slaProperties: [{property: freshness, value: 1.5}]\n",
        "c.yaml:10:48: spec.slaProperties[0].value: 1.5 is a fraction, which the Kubernetes API has not: "
        "write '1.5', in quotes",
    ),
    "a list where a number or text is expected": (
        LOAD + "  slaProperties: [{property: freshness, value: [1]}]\n",
        "c.yaml:10:48: spec.slaProperties[0].value: must be a whole number, or a decimal fraction in quotes such as "
        "'0.5', not a list",
    ),
    "a text where a list is expected": (
        LOAD + "  tags: gold\n",
        "c.yaml:10:9: spec.tags: 'gold' must be a list, not text. Begin each item with '- ', or write [a, b].",
    ),
    "a text where fields are expected": (
        LOAD + "  schedule: daily\n",
        "c.yaml:10:13: spec.schedule: 'daily' must be a mapping of fields, not text. "
        "Write its fields below it, indented.",
    ),
    "a list without a value": (
        LOAD + "  tags:\n",
        "c.yaml:10:8: spec.tags: is empty. Give it a value, or remove the line.",
    ),
    "an item that must be there once": (
        LOAD + "  tags: [gold, gold]\n",
        "c.yaml:10:9: spec.tags: holds gold twice: remove one of the two",
    ),
    "a pattern is put into words": (
        "  load: {table: raw-orders, mode: replace}\n",
        "c.yaml:9:17: spec.load.table: 'raw-orders' must be a letter or '_', then letters, digits and '_'",
    ),
    "the names of stages are reserved": (
        "  load: {table: a__run_b, mode: replace}\n",
        "c.yaml:9:17: spec.load.table: 'a__run_b' uses '__run_', which is reserved for the stages of runs: "
        "choose another name",
    ),
    "a rule between fields": (
        "  load: {table: orders, mode: upsert}\n",
        "c.yaml:9:9: spec.load.key: mode upsert needs spec.load.key: the columns that identify a row",
    ),
    "a field twice": (
        LOAD + LOAD,
        "c.yaml:10:3: spec.load: is named twice, first in line 9. Remove one of the two.",
    ),
    "a tag of Python": (
        LOAD + "  domain: !!python/object/apply:os.system [id]\n",
        "c.yaml:10:11: spec.domain: has the tag !!python/object/apply:os.system, which contracts do not use. "
        "Remove the tag.",
    ),
    "no number in JSON": (
        LOAD + "  transform: {dbt: {vars: {limit: .nan}}}\n",
        "c.yaml:10:35: spec.transform.dbt.vars.limit: is .nan, which is no number in JSON. "
        "Write '.nan', in quotes, if a text is meant.",
    ),
}


@pytest.mark.parametrize(("tail", "message"), CASES.values(), ids=CASES)
def test_a_bad_field_is_reported_once_with_its_place(tail, message):
    assert messages(HEAD + tail)[:1] == [message]


def test_all_problems_are_reported_in_the_order_of_the_file():
    found = messages(HEAD + "  load: {tabel: orders, mode: appendd}\n  domain: no\n")
    assert [message.split(" ")[0] for message in found] == [
        "c.yaml:9:3:",
        "c.yaml:9:10:",
        "c.yaml:9:31:",
        "c.yaml:10:11:",
    ]


def test_a_typo_in_metadata_is_no_field_either():
    text = yaml.safe_dump(contract_document()).replace("namespace: shop", "namspace: shop\n  resourceVersion: '1'")
    (message,) = messages(text)
    assert message.endswith("metadata.namspace: is no field of the API. Did you mean namespace?")


def test_two_sources_are_one_too_many():
    sources = {"file": {"path": "a", "format": "Parquet"}, "http": {"url": "http://h", "format": "Parquet"}}
    (message,) = messages(yaml.safe_dump(contract_document(source=sources)))
    assert "spec.source must have exactly one of:" in message


def test_credentials_in_an_address_are_not_shown():
    source = {"http": {"url": "http://kim:hunter2@host/x", "format": "Parquet"}}
    (message,) = messages(yaml.safe_dump(contract_document(source=source)))
    assert "without credentials" in message
    assert "hunter2" not in message


UNREADABLE = {
    "a tab": ("a:\n\tb: 1\n", "c.yaml:2:1:", "replace the tab"),
    "a colon in a bare value": ("a: b: c\n", "c.yaml:1:5:", "needs quotes"),
    "an open quote": ("a: 'b\n", "c.yaml:2:1:", "quotes"),
    "an unknown alias": ("a: *b\n", "c.yaml:1:4:", "alias"),
    "a control character": ("a: b\nc: \x07\n", "c.yaml:2:4:", "U+0007"),
    "nesting without end": ("a: " + "[" * 5000, "c.yaml:1:67:", "nested"),
    "mappings without end": ("{a: " * 5000, "c.yaml:1:257:", "nested"),
    "an alias within itself": ("a: &a [*a]\n", "c.yaml:1:4:", "itself"),
    "a billion laughs": (
        "a0: &a0 [" + "x, " * 20 + "]\n" + "".join(f"a{i}: &a{i} [" + f"*a{i - 1}, " * 20 + "]\n" for i in range(1, 9)),
        "c.yaml:",
        "aliases",
    ),
}


@pytest.mark.parametrize(("text", "place", "word"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_acceptable_yaml_is_unreadable(text, place, word):
    with pytest.raises(errors.ContractUnreadable) as caught:
        parse(text, "c.yaml")
    assert str(caught.value).startswith(place)
    assert word in str(caught.value)


def test_files_that_cannot_be_read_are_named(tmp_path: Path):
    (tmp_path / "latin").write_bytes("a: b\nc: ü".encode("latin-1"))
    (tmp_path / "large").write_bytes(b"a" * (1024 * 1024 + 1))
    expected = {"none": "no such file", "latin": "latin:2:4: is no UTF-8", "large": "larger than", ".": "directory"}
    for name, words in expected.items():
        with pytest.raises(errors.ContractUnreadable, match=words):
            load(tmp_path / name)


RAISED = {
    "an unknown field": ("  lode: {}\n" + LOAD, errors.UnknownField, 31),
    "a bad value": ("  load: {table: orders, mode: none}\n", errors.InvalidValue, 32),
    "a broken rule": ("  load: {table: orders, mode: upsert}\n", errors.RuleViolated, 33),
}


@pytest.mark.parametrize(("tail", "error", "exit_code"), RAISED.values(), ids=RAISED)
def test_reading_raises_the_first_problem_s_class_with_all_messages(tmp_path, tail, error, exit_code):
    path = tmp_path / "c.yaml"
    path.write_text(HEAD + tail)
    with pytest.raises(error) as caught:
        read_contract(path)
    assert caught.value.exit_code == exit_code
    assert str(caught.value) == "\n".join(str(problem) for problem in problems(path))


def test_a_file_may_hold_contracts_warehouses_and_other_kubernetes_objects(tmp_path: Path):
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "bucket"}}
    path = write(tmp_path, contract_document(), secret, warehouse_document(), contract_document(version="2.0.0"))
    assert [contract.spec.version for contract in read_contracts(path)] == ["1.0.0", "2.0.0"]
    assert read_warehouse(path).spec.url == "http://clickhouse:8123"
    with pytest.raises(errors.ContractUnreadable, match="holds 2 DataContracts"):
        read_contract(path)


def test_a_file_without_a_contract_says_so(tmp_path: Path):
    with pytest.raises(errors.ContractUnreadable, match="holds no DataContract"):
        read_contract(write(tmp_path, warehouse_document()))


HEADERS = {
    "kind mistyped": ("kind", "DataContrat", "Did you mean DataContract?"),
    "kind missing": ("kind", None, "is missing"),
    "version missing": ("apiVersion", None, "is missing"),
    "another version": ("apiVersion", "datacontract.dev/v1", "Write datacontract.dev/v1alpha1."),
    "group mistyped": ("apiVersion", "datacontract.de/v1alpha1", "Write datacontract.dev/v1alpha1."),
}


@pytest.mark.parametrize(("field", "value", "words"), HEADERS.values(), ids=HEADERS)
def test_a_document_that_is_nearly_ours_is_not_passed_over(field, value, words):
    document = contract_document()
    del document[field]
    if value is not None:
        document[field] = value
    (message,) = messages(yaml.safe_dump(document))
    assert f": {field}: " in message
    assert words in message


def test_anchors_and_merges_are_resolved_and_their_places_found():
    text = HEAD + (
        "  load: &load {table: orders, mode: replace}\n"
        "  governance:\n"
        "    access:\n"
        "    - &rule {role: analyst, tables: [orders], access: read, pii: maskd}\n"
        "    - {<<: *rule, role: fraud}\n"
    )
    found = messages(text)
    assert [message.split(" ")[:2] for message in found] == [
        ["c.yaml:12:66:", "spec.governance.access[0].pii:"],
        ["c.yaml:12:66:", "spec.governance.access[1].pii:"],
    ]


def test_values_come_through_as_they_are_written():
    text = HEAD + LOAD + "  domain: ' no '\n  description: {purpose: \"a\\nb\"}\n  tags: [1:30, 'null']\n"
    (document,) = parse(text, "c.yaml")
    assert document.problems == ()
    spec = document.model.spec
    assert (spec.domain, spec.description.purpose, spec.tags) == (" no ", "a\nb", ["1:30", "null"])
