"""What a swap does to each name, and what a repeated one does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datacontract_runner.transaction.definitions import Contents, Definition, Kind, in_order
from datacontract_runner.transaction.plan import (
    Action,
    Decision,
    DefinitionSwap,
    SwapKind,
    SwapPlan,
    SwapState,
    TableSwap,
    decide,
    plan_definitions,
    plan_tables,
)


def view(body: str = "SELECT 1", kind: Kind = Kind.VIEW) -> Definition:
    return Definition(kind, "s", f"CREATE VIEW s.v AS {body}")


def contents(tables: dict[str, str] | None = None, definitions: dict[str, Definition] | None = None) -> Contents:
    return Contents(tables or {}, definitions or {}, {name: f"uuid of {name}" for name in definitions or {}})


SWAP = TableSwap("t", "old", "new")


@pytest.mark.parametrize(
    ("swap", "live", "stage", "decision"),
    [
        (SWAP, "old", "new", Decision.DO),
        (SWAP, "new", "old", Decision.DONE),
        (SWAP, "strange", "new", Decision.CONFLICT),
        (SWAP, "old", "strange", Decision.CONFLICT),
        (SWAP, "", "new", Decision.CONFLICT),
        (TableSwap("t", "", "new"), "", "new", Decision.DO),
        (TableSwap("t", "", "new"), "new", "", Decision.DONE),
        (TableSwap("t", "", "new"), "strange", "new", Decision.CONFLICT),
        (TableSwap("t", "old", ""), "old", "", Decision.DO),
        (TableSwap("t", "old", ""), "", "old", Decision.DONE),
    ],
)
def test_a_repeated_swap_decides_by_uuids(swap: TableSwap, live: str, stage: str, decision: Decision) -> None:
    assert decide(swap, live, stage) is decision


def test_the_tables_of_the_contract_come_first_in_its_order() -> None:
    staged = contents({"a": "1", "m": "2", "raw": "3", "z": "4"})
    swaps = plan_tables(staged, contents({"m": "5"}), ("raw", "m"))
    assert [(swap.table, swap.action) for swap in swaps] == [
        ("raw", Action.BRING), ("m", Action.EXCHANGE), ("a", Action.BRING), ("z", Action.BRING)
    ]  # fmt: skip


def test_live_tables_that_the_stage_does_not_have_are_left_alone() -> None:
    assert plan_tables(contents({"a": "1"}), contents({"b": "2"}), ()) == (TableSwap("a", "", "1"),)


def test_a_table_gives_way_to_a_view_and_a_view_is_exchanged_for_a_table() -> None:
    staged = contents({"was_view": "1"}, {"was_table": view()})
    live = contents({"was_table": "2"}, {"was_view": view()})
    assert plan_tables(staged, live, ()) == (
        TableSwap("was_table", "2", ""),
        TableSwap("was_view", "uuid of was_view", "1"),
    )
    swaps = plan_definitions(staged, {}, live)
    assert [(swap.name, swap.before is None, swap.after is None) for swap in swaps] == [
        ("was_view", False, True),
        ("was_table", True, False),
    ]


def test_a_definition_as_last_published_counts_only_while_it_is_live() -> None:
    staged = contents({}, {"v": view("SELECT 2")})
    template = view("SELECT 1")
    assert plan_definitions(staged, {"v": template}, contents({}, {"v": view("SELECT 9")}))[0].before == template
    assert plan_definitions(staged, {"v": template}, contents())[0].before is None


def test_definitions_come_after_what_they_name() -> None:
    definitions = {
        "a": view("SELECT * FROM s.b"),
        "b": view("SELECT dictGet('s.z', 'x', 1)"),
        "m": view("SELECT * FROM s.a", Kind.MATERIALIZED_VIEW),
        "z": view("nothing", Kind.DICTIONARY),
    }
    assert in_order(definitions) == ["z", "b", "a", "m"]


def test_definitions_that_name_each_other_do_not_hang() -> None:
    definitions = {"a": view("SELECT * FROM s.b"), "b": view("SELECT * FROM s.a")}
    assert sorted(in_order(definitions)) == ["a", "b"]


uuids = st.sampled_from(["", "1", "2", "3"])
swaps = st.builds(TableSwap, st.sampled_from(["a", "b"]), uuids, uuids)


@given(st.lists(swaps), uuids, uuids)
def test_the_inverse_of_the_inverse_is_the_plan_and_done_one_way_is_to_do_the_other(
    tables: list[TableSwap], live: str, stage: str
) -> None:
    plan = SwapPlan(
        "p",
        "r",
        "n/c",
        "d",
        "s",
        SwapKind.PUBLISH,
        SwapState.BEGUN,
        tuple(tables),
        (DefinitionSwap("v", None, view()),),
    )
    assert plan.inverse.inverse == plan
    for swap in tables:
        if swap.live_uuid != swap.stage_uuid:
            assert (decide(swap, live, stage) is Decision.DONE) == (decide(swap.inverse, live, stage) is Decision.DO)
