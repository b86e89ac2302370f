"""Documents that the API server and `contractctl lint` must judge alike: one table for both."""

from typing import Any

from support.contracts import Document, changed, contract_document, warehouse_document

_BASE = contract_document()
_SOURCES = {"file": {"path": "a", "format": "Parquet"}, "http": {"url": "http://h/x", "format": "Parquet"}}


def _rule(**fields: Any) -> Document:
    return changed(_BASE, ("spec", "schema", 0, "quality"), [fields])


def _load(**fields: Any) -> Document:
    return contract_document(load={"table": "orders", **fields})


def _access(**fields: Any) -> Document:
    return contract_document(governance={"access": [{"role": "a", "tables": ["orders"], "access": "read"} | fields]})


def _model(**fields: Any) -> Document:
    model = {"name": "m", "materialized": "table", "sql": "select 1"} | fields
    return contract_document(transform={"dbt": {"models": [model]}})


def _typed(physical_type: str) -> Document:
    return changed(_BASE, ("spec", "schema", 0, "properties", 0, "physicalType"), physical_type)


def _without(field: str) -> Document:
    return {**_BASE, "spec": {name: value for name, value in _BASE["spec"].items() if name != field}}


ACCEPTED: dict[str, Document] = {
    "the contract that the others begin from": _BASE,
    "a warehouse": warehouse_document(),
    "another source": contract_document(source={"http": _SOURCES["http"]}),
    "upsert with a key": _load(mode="upsert", key=["id"]),
    "incremental with a cursor": _load(mode="incremental", cursor="placed_at"),
    "access to a promised table": _access(),
    "a metric with one comparison": _rule(type="library", metric="rowCount", mustBeGreaterThan=0),
    "a decimal in quotes": _rule(type="library", metric="nullValues", unit="percent", mustBeLessThan="0.5"),
    "a rule in prose": _rule(type="text", description="Ask before use"),
    "an expectation with free arguments": _rule(
        type="custom", engine="greatExpectations", implementation={"type": "e", "kwargs": {"mostly": 0.9, "x": [None]}}
    ),
    "an incremental model with a key": _model(materialized="incremental", uniqueKey=["id"]),
    "a masked column": contract_document(governance={"masking": {"e mail": {"method": "hash"}}}),
    "a compound type": changed(
        _BASE, ("spec", "schema", 0, "properties", 0, "physicalType"), "Map(String, Array(Int8))"
    ),
}

REFUSED: dict[str, Document] = {
    "no source": contract_document(source={}),
    "two sources": contract_document(source=_SOURCES),
    "an unknown source": contract_document(source={"kafka": {}}),
    "no destination": _without("destination"),
    "no schema": contract_document(schema=[]),
    "upsert without a key": _load(mode="upsert"),
    "upsert with an empty key": _load(mode="upsert", key=[]),
    "incremental without a cursor": _load(mode="incremental"),
    "an unknown mode": _load(mode="appendd"),
    "the name of a stage": _load(mode="replace", table="a__run_b"),
    "a name with a quote": _load(mode="replace", table="a`b"),
    "access to a table that is not promised": _access(tables=["other"]),
    "a metric without its name": _rule(type="library", mustBe=0),
    "a metric without comparison": _rule(type="library", metric="rowCount"),
    "a metric with two comparisons": _rule(type="library", metric="rowCount", mustBe=0, mustBeLessThan=1),
    "sql without a query": _rule(type="sql", mustBe=0),
    "sql without comparison": _rule(type="sql", query="SELECT 1"),
    "an expectation of another engine": _rule(type="custom", engine="soda", implementation={"type": "e"}),
    "an expectation without implementation": _rule(type="custom", engine="greatExpectations"),
    "a fraction": _rule(type="library", metric="rowCount", mustBe=1.5),
    "a word for a number": _rule(type="library", metric="rowCount", mustBe="many"),
    "one bound of two": _rule(type="library", metric="rowCount", mustBeBetween=[1]),
    "a key of a model that is no incremental one": _model(uniqueKey=["id"]),
    "two dbt projects": contract_document(transform={"dbt": {"project": {"path": "a", "configMap": {"name": "b"}}}}),
    "a boolean in quotes": contract_document(suspend="true"),
    "a number in quotes": contract_document(schedule={"cron": "@daily", "startingDeadlineSeconds": "60"}),
    "a cron of four fields": contract_document(schedule={"cron": "0 6 * *"}),
    "a version of two numbers": contract_document(version="1.0"),
    "credentials in an address": contract_document(source={"http": {"url": "http://u:p@h/x", "format": "Parquet"}}),
    "a column promised twice": changed(_BASE, ("spec", "schema", 0, "properties", 1, "name"), "id"),
    "a tag twice": contract_document(tags=["a", "a"]),
    "a masked column without a name": contract_document(governance={"masking": {"": {"method": "hash"}}}),
    "a masked column with too long a name": contract_document(governance={"masking": {"a" * 201: {"method": "hash"}}}),
    "too long a text": contract_document(description={"purpose": "a" * 16385}),
    "a type that is a statement": _typed("String; DROP TABLE x"),
    "a field of no one": contract_document(lode={}),
    "a warehouse without an address": {**warehouse_document(), "spec": {}},
    "a warehouse with a path": warehouse_document(url="http://h:8123/path"),
    "a toleration of another kind": warehouse_document(runner={"tolerations": [{"operator": "Maybe"}]}),
}
"""An unknown field is pruned, not refused, unless the client asks for ``fieldValidation=Strict``, as kubectl does."""
