"""What the contract wants, from its words and the real columns alone."""

from collections.abc import Mapping
from typing import Any

import pytest

from datacontract_api.errors import InvalidValue, RuleViolated
from datacontract_api.governance import Retention
from datacontract_runner.governance.comments import column_comment, table_comment
from datacontract_runner.governance.desired_access import desired_access, permissions
from datacontract_runner.governance.lineage import models_of_contract, plan_lineage
from datacontract_runner.governance.model import Access, Column, Holding, Object
from datacontract_runner.governance.notes import notes
from datacontract_runner.governance.observe_access import Observed, RoleGrant
from datacontract_runner.governance.retention import ttl_expression
from support.contracts import contract, warehouse

ORDERS, MASKED = Object("shop", "orders"), Object("shop_masked", "orders")
REAL = (
    Column("id", "UInt64"),
    Column("email", "Nullable(String)"),
    Column("amount", "Decimal(18, 2)"),
    Column("placed_at", "DateTime"),
    Column("surprise", "String"),
)


def wanted(*rules: Mapping[str, Any], columns: Mapping[str, Any] | None = None, **governance: Any) -> Access:
    """The access of the small contract with rules for its one table."""
    access = [{"tables": ["orders"], "access": "read", **rule} for rule in rules]
    declared = contract(governance={"access": access, **governance})
    found = {"orders": REAL} if columns is None else columns
    return desired_access(declared, warehouse(rolePrefix="p_").spec, found, "runner")


def test_a_column_that_nobody_promised_is_shown_to_clear_readers_only() -> None:
    access = wanted(
        {"role": "none", "pii": "none"}, {"role": "masked", "pii": "masked"}, {"role": "clear", "pii": "clear"}
    )
    assert access.rights[Holding("p_none", ORDERS)].columns == {"id", "amount", "placed_at"}
    assert [name for view in access.views for name, _ in view.columns or ()] == ["id", "email", "amount", "placed_at"]
    assert access.rights[Holding("p_clear", ORDERS)].whole


def test_without_a_word_on_personal_data_none_are_shown() -> None:
    assert "email" not in wanted({"role": "one"}).rights[Holding("p_one", ORDERS)].columns


def test_masking_reads_with_the_definer_of_the_warehouse_else_with_our_account() -> None:
    assert {view.definer for view in wanted({"role": "one", "pii": "masked"}).views} == {"runner"}


def test_filters_bring_a_policy_for_every_reader_of_the_object_and_for_none_else() -> None:
    access = wanted(
        {"role": "few", "pii": "clear", "rows": "id < 9"},
        {"role": "all", "pii": "none"},
        {"role": "m", "pii": "masked"},
    )
    assert {(str(p.object), p.name, p.using, *p.targets) for p in access.policies} == {
        ("shop.orders", "p_@accounts", "1", "runner"),
        ("shop.orders", "p_few", "id < 9", "p_few"),
        ("shop.orders", "p_all", "1", "p_all"),
    }


def test_without_filters_there_are_no_policies() -> None:
    assert wanted({"role": "one"}, {"role": "two", "pii": "masked"}).policies == frozenset()


def test_a_table_that_is_not_ours_or_not_there_is_not_granted() -> None:
    assert wanted({"role": "one", "pii": "masked", "rows": "1"}, columns={}) == Access()


@pytest.mark.parametrize(
    ("rules", "governance", "error", "field"),
    [
        ([{"role": "a"}, {"role": "a", "pii": "clear"}], {}, RuleViolated, "spec.governance.access[1]"),
        ([{"role": "a", "rows": "1) TO x"}], {}, InvalidValue, "spec.governance.access[0].rows"),
        ([{"role": "a"}], {"masking": {"amount": {"method": "hash"}}}, RuleViolated, "spec.governance.masking.amount"),
    ],
)
def test_contradictions_are_refused(
    rules: list[dict[str, Any]], governance: dict[str, Any], error: type[Exception], field: str
) -> None:
    with pytest.raises(error) as caught:
        wanted(*rules, **governance)
    assert caught.value.field == field  # type: ignore[attr-defined]


def test_comments_carry_description_and_marks_and_keep_text_that_dbt_wrote() -> None:
    declared = contract(tags=["gold", "core"], governance={"owner": "kim"})
    (table,) = declared.spec.schema_
    email = table.properties[1].model_copy(update={"description": "Address.", "classification": "restricted"})
    assert column_comment(declared, email, "") == "Address.\n[classification: restricted; tags: pii; owner: kim]"
    marks = "[contract: shop/orders; tags: gold, core; owner: kim]"
    assert table_comment(declared, table, "") == marks
    first = table_comment(declared, table, "Written by dbt.")
    assert first == f"Written by dbt.\n{marks}"
    assert table_comment(declared, table, first) == first
    assert column_comment(contract(), table.properties[0], "") == ""


@pytest.mark.parametrize(
    ("kind", "period", "ttl"),
    [
        ("Date", "730d", "`at` + toIntervalDay(730)"),
        ("DateTime64(3, 'UTC')", "12h", "`at` + toIntervalHour(12)"),
        ("Nullable(DateTime)", "5m", "ifNull(`at` + toIntervalMinute(5), toDateTime(4294967295))"),
        ("LowCardinality(Nullable(Date))", "9s", "ifNull(`at` + toIntervalSecond(9), toDateTime(4294967295))"),
    ],
)
def test_retention_becomes_a_ttl(kind: str, period: str, ttl: str) -> None:
    assert ttl_expression(Retention(column="at", period=period), [Column("at", kind)]) == ttl


def test_retention_leaves_tables_without_the_column_and_refuses_what_is_no_time() -> None:
    retention = Retention(column="at", period="1d")
    assert ttl_expression(retention, [Column("other", "Date")]) is None
    with pytest.raises(InvalidValue, match="type String"):
        ttl_expression(retention, [Column("at", "String")])


def test_lineage_follows_what_the_models_of_the_contract_read() -> None:
    sql = "select * from {{ source('contract', 'raw') }} r join {{ ref('dim') }} d using id"
    models = [
        {"name": "orders", "materialized": "table", "sql": sql},
        {"name": "dim", "materialized": "view", "sql": "select 1"},
    ]
    declared = contract(load={"table": "raw", "mode": "replace"}, transform={"dbt": {"models": models}})
    edges = plan_lineage(declared, tuple(models_of_contract(declared)))
    assert [(e.upstream, e.downstream, e.step) for e in edges if e.step == "transform"] == [
        ("shop.dim", "shop.orders", "transform"),
        ("shop.raw", "shop.orders", "transform"),
    ]
    assert [(e.downstream, e.step) for e in edges if e.step == "load"] == [("shop.raw", "load")]


def test_two_roles_that_together_read_more_than_each_are_noted() -> None:
    rules = [
        {"role": "clear", "tables": ["orders"], "access": "read", "pii": "clear", "rows": "id < 9"},
        {"role": "none", "tables": ["orders"], "access": "read", "pii": "none"},
    ]
    declared = contract(governance={"access": rules})
    rights = permissions(declared, warehouse(rolePrefix="p_").spec)
    observed = Observed("runner", Access(), role_grants=(RoleGrant("theirs", "p_none"), RoleGrant("x", "p_other")))
    assert notes(declared, rights, {"orders": REAL}, observed, frozenset({"runner"}), "p_") == (
        "the role p_none holds the role theirs, and reads what that one reads",
        "orders: not promised, so only readers with pii: clear see surprise",
        "whoever holds both p_clear and p_none reads personal data of shop.orders in the rows of either",
    )
