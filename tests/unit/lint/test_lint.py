"""What lint finds in contracts that their models accept: one sentence per case, one finding each."""

from pathlib import Path
from typing import Any

import pytest

from datacontract_api import errors
from datacontract_runner.lint import lint
from support.contracts import Document, changed, contract_document, warehouse_document, write

BASE = contract_document()


def found(folder: Path, document: Document) -> list[str]:
    """Findings as field and message, since the other tests are about places."""
    return [f"{finding.field}: {finding.message}" for finding in lint([write(folder, document)])]


def rule(**fields: Any) -> Document:
    return changed(BASE, ("spec", "schema", 0, "quality"), [fields])


def query(text: str) -> Document:
    return rule(type="sql", query=text, mustBe=0)


def access(**fields: Any) -> Document:
    base = {"role": "analyst", "tables": ["orders"], "access": "read"}
    return contract_document(governance={"access": [base | fields]})


def model(sql: str, **fields: Any) -> Document:
    made = {"name": "totals", "materialized": "table", "sql": sql} | fields
    return contract_document(transform={"dbt": {"models": [made]}})


def expectation(name: str, **kwargs: Any) -> Document:
    return rule(type="custom", engine="greatExpectations", implementation={"type": name, "kwargs": kwargs})


def load(**fields: Any) -> Document:
    columns = [{"name": "id", "type": "UInt64"}, {"name": "at", "type": "DateTime"}]
    return contract_document(load={"table": "orders", "mode": "replace", "columns": columns} | fields)


SQL = "spec.transform.dbt.models[0].sql"
ROWS = "spec.governance.access[0].rows"
QUERY = "spec.schema[0].quality[0].query"

FINDINGS = {
    "a row filter that ends its parentheses": (access(rows="1) OR (1"), f"{ROWS}: '1) OR (1' closes a bracket"),
    "a row filter with a second statement": (access(rows="1; DROP TABLE x"), f"{ROWS}: '1; DROP TABLE x' holds a ';'"),
    "a row filter with a comment": (access(rows="id = 1 -- all"), f"{ROWS}: 'id = 1 -- all' holds a comment"),
    "a row filter that names no column": (access(rows="1 = 1"), f"{ROWS}: names no promised column of orders"),
    "a row filter that names a function only": (access(rows="id()"), f"{ROWS}: names no promised column of orders"),
    "a query that is no SELECT": (query("DROP TABLE {object}"), f"{QUERY}: begins with DROP, not with SELECT or WITH"),
    "two queries": (query("SELECT 1; SELECT 2"), f"{QUERY}: holds a ';', which ends a statement"),
    "a query that does not close a quote": (query("SELECT 'a"), f"{QUERY}: does not close the quote '"),
    "a query that writes a file": (query("SELECT 1 INTO OUTFILE 'x'"), f"{QUERY}: writes its result INTO OUTFILE"),
    "a query that chooses a format": (query("SELECT 1 FORMAT CSV"), f"{QUERY}: ends with FORMAT"),
    "a query with an unknown placeholder": (
        query("SELECT {tabel}"),
        f"{QUERY}: holds {{tabel}}, which nobody fills in",
    ),
    "a query on a table for a property": (query("SELECT {property}"), f"{QUERY}: holds {{property}}, which nobody"),
    "a query over the live table": (query("SELECT count() FROM shop.orders"), f"{QUERY}: reads shop.orders, the live"),
    "a model that is no SELECT": (model("TRUNCATE TABLE orders"), f"{SQL}: begins with TRUNCATE"),
    "a model that ends with a semicolon": (model("select 1;"), f"{SQL}: holds a ';'"),
    "a model that opens a bracket": (model("select (1"), f"{SQL}: does not close a bracket"),
    "a model whose Jinja is open": (model("select {{ ref('a') from x"), f"{SQL}: is no Jinja"),
    "a model over the live table": (model("select * from shop.orders"), f"{SQL}: reads shop.orders by its database"),
    "a model that grants": (model("{{ config(grants={'select': ['x']}) }} select 1"), f"{SQL}: configures grants"),
    "a model that chooses a schema": (
        model("{{ config(materialized='table', schema='live') }} select 1"),
        f"{SQL}: configures schema live",
    ),
    "a model whose hook names a database": (
        model("{{ config(post_hook='TRUNCATE TABLE shop.orders') }} select 1"),
        f"{SQL}: has a post_hook that names a database",
    ),
    "a model in place of the load table": (
        model("select 1", name="orders"),
        "spec.transform.dbt.models[0].name: is the load table",
    ),
    "a table promised twice": (
        changed(BASE, ("spec", "schema", 1), BASE["spec"]["schema"][0] | {"name": "other", "physicalName": "orders"}),
        "spec.schema[1].physicalName: is the table of another schema object too",
    ),
    "a table that nothing makes": (
        changed(BASE, ("spec", "schema", 1), BASE["spec"]["schema"][0] | {"name": "other"}),
        "spec.schema[1].name: is promised, but neither spec.load.table nor a model",
    ),
    "masking of a column that no table has": (
        contract_document(governance={"masking": {"emial": {"method": "hash"}}}),
        "spec.governance.masking.emial: is a column of no promised table",
    ),
    "masking of a column that is not personal": (
        contract_document(governance={"masking": {"amount": {"method": "hash"}}}),
        "spec.governance.masking.amount: is not tagged pii",
    ),
    "retention by a column that no table has": (
        contract_document(governance={"retention": {"column": "created", "period": "30d"}}),
        "spec.governance.retention.column: is a column of no table",
    ),
    "retention by a column without age": (
        contract_document(governance={"retention": {"column": "email", "period": "30d"}}),
        "spec.governance.retention.column: is of type Nullable(String), which has no age",
    ),
    "a service level on an unknown table": (
        contract_document(slaProperties=[{"property": "freshness", "value": 1, "element": "order.placed_at"}]),
        "spec.slaProperties[0].element: names no promised table",
    ),
    "a service level on an unknown column": (
        contract_document(slaProperties=[{"property": "freshness", "value": 1, "element": "orders.placed"}]),
        "spec.slaProperties[0].element: names no column of orders",
    ),
    "an expectation on an unknown column": (
        expectation("expect_column_values_to_not_be_null", column="ammount"),
        "spec.schema[0].quality[0].implementation.kwargs.column: is no promised column of orders",
    ),
    "an expectation on an unknown pair": (
        expectation("expect_column_pair_values_to_be_equal", column_A="id", column_B="idd"),
        "spec.schema[0].quality[0].implementation.kwargs.column_B: is no promised column of orders",
    ),
    "an expectation on an unknown one of several": (
        expectation("expect_compound_columns_to_be_unique", column_list=["id", "idd"]),
        "spec.schema[0].quality[0].implementation.kwargs.column_list[1]: is no promised column of orders",
    ),
    "a metric over an unknown column": (
        rule(type="library", metric="duplicateValues", arguments={"properties": ["id", "idd"]}, mustBe=0),
        "spec.schema[0].quality[0].arguments.properties[1]: is no promised column of orders",
    ),
    "a cursor that is not loaded": (load(cursor="time"), "spec.load.cursor: is not among spec.load.columns"),
    "a key that is not loaded": (load(key=["id", "no"]), "spec.load.key[1]: is not among spec.load.columns"),
    "a sorting key that is not loaded": (load(orderBy=["no"]), "spec.load.orderBy[0]: is not among spec.load.columns"),
    "a project that is not there": (
        contract_document(transform={"dbt": {"project": {"path": "nowhere"}}}),
        "spec.transform.dbt.project.path: is no dbt project",
    ),
}


@pytest.mark.parametrize(("document", "message"), FINDINGS.values(), ids=FINDINGS)
def test_what_cannot_hold_is_found_once(tmp_path, document, message):
    (only,) = found(tmp_path, document)
    assert only.startswith(message)


CLEAN = {
    "the contract that the others begin from": BASE,
    "a row filter over a column": access(rows="email = 'a;b -- (' AND amount IN (1, 2)"),
    "a row filter over a quoted column": access(rows="`email` LIKE '%@example.org'"),
    "a row filter with a subquery": access(rows="id IN (SELECT id FROM shop.vips)"),
    "a query with a comment": query("SELECT count() /* of ; */ FROM {object} -- ;\nWHERE amount < 0"),
    "a query with a map": query("SELECT count() FROM {object} WHERE map('a', 1)['a'] = 1"),
    "a query with a CTE": query("WITH x AS (SELECT 1 AS a) SELECT a FROM x"),
    "a query that names another database": query("SELECT count() FROM {object} WHERE id NOT IN (SELECT id FROM hr.t)"),
    "a query over system tables": query("SELECT count() FROM system.one"),
    "a query that no parser but ClickHouse's reads": query("SELECT count() FROM {object} SAMPLE 1/10 ~~ x"),
    "FROM first": query("FROM {object} SELECT count()"),
    "a heredoc": query("SELECT length($x$ ; ' $x$)"),
    "a model of source and ref": model("select * from {{ source('contract', 'orders') }} join {{ ref('a') }} using id"),
    "an incremental model": model(
        "{{ config(engine='MergeTree()') }}\nselect * from {{ source('contract', 'orders') }}\n"
        "{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}"
    ),
    "a model with branches": model("{% if var('x') %} select (1 {% else %} select (2 {% endif %} )"),
    "a model with a loop": model(
        "select {% for c in ['a', 'b'] %} sum({{ c }}) {% if not loop.last %}, {% endif %}{% endfor %}"
    ),
    "a model with a macro's value": model("{% set n = 3 %} select {{ n }}, '{{ var(\"x\") }}' as x"),
    "a schema that is computed": model("{{ config(schema=target.schema) }} select 1"),
    "a hook on this": model("{{ config(post_hook='OPTIMIZE TABLE {{ this }} FINAL') }} select 1"),
    "array join on a nested column": model("select n.a from {{ ref('t') }} array join n.a as x"),
    "masking of a personal column": contract_document(governance={"masking": {"email": {"method": "hash"}}}),
    "retention by a date": contract_document(governance={"retention": {"column": "placed_at", "period": "30d"}}),
    "a service level on a column": contract_document(
        slaProperties=[{"property": "freshness", "value": 1, "element": "orders.placed_at"}]
    ),
    "what is expected of the columns of a table": expectation(
        "expect_table_columns_to_match_set", column_set=["id", "other"]
    ),
    "columns that only the source knows": contract_document(
        load={"table": "raw", "mode": "incremental", "cursor": "seen"},
        transform={"dbt": {"models": [{"name": "orders", "materialized": "table", "sql": "select 1"}]}},
        governance={"retention": {"column": "seen", "period": "30d"}},
    ),
    "a warehouse": warehouse_document(),
}


@pytest.mark.parametrize("document", CLEAN.values(), ids=CLEAN)
def test_what_is_right_is_left_alone(tmp_path, document):
    assert found(tmp_path, document) == []


def test_a_finding_in_a_block_of_sql_has_its_own_line(tmp_path: Path):
    path = write(tmp_path, BASE)
    path.write_text(
        path.read_text()
        + "  transform:\n    dbt:\n      models:\n      - name: totals\n        materialized: table\n        sql: |\n"
        + "          select id\n          from shop.orders\n"
    )
    (finding,) = lint([path])
    lines = path.read_text().splitlines()
    assert "from shop.orders" in lines[finding.line - 1]
    assert str(finding).startswith(f"{path}:{len(lines)}:1: spec.transform.dbt.models[0].sql: reads shop.orders")


def test_problems_of_the_document_are_findings_and_come_in_order(tmp_path: Path):
    broken = write(tmp_path, changed(BASE, ("spec", "lode"), 1), name="a.yaml")
    second = write(tmp_path, access(rows="1; 2"), name="b.yaml")
    findings = lint([broken, second])
    assert [(Path(finding.file).name, finding.error) for finding in findings] == [
        ("a.yaml", errors.UnknownField),
        ("b.yaml", errors.InvalidValue),
    ]


def test_a_file_with_nothing_of_ours_is_unreadable(tmp_path: Path):
    path = write(tmp_path, {"apiVersion": "v1", "kind": "Secret"})
    with pytest.raises(errors.ContractUnreadable, match="neither a DataContract nor a Warehouse"):
        lint([path])
