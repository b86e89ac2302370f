"""The comparison of a table with its record, case by case."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datacontract_runner.transaction.conflicts import Conflict, ConflictKind, all_conflicts, conflicts
from datacontract_runner.transaction.record import Part, TableState

NOW = 1_000


def part(low: int, high: int, *, version: int = 0, rows: int = 5, partition: str = "all", **more: int | bool) -> Part:
    return Part(partition, low, high, version or high, rows, int(more.get("ttl", 0)), bool(more.get("thinned", False)))


def state(*parts: Part, engine: str = "MergeTree") -> TableState:
    return TableState("u1", 7, 3, parts, engine)


PATCH = part(4, 4, version=3, partition="patch-a912-all")

CASES: list[tuple[str, TableState | None, TableState | None, list[ConflictKind]]] = [
    ("nothing happened", state(part(1, 1)), state(part(1, 1)), []),
    ("it never existed", None, None, []),
    ("it is gone", state(), None, [ConflictKind.GONE]),
    ("it appeared", None, state(), [ConflictKind.APPEARED]),
    ("another table", state(), replace(state(), uuid="u2"), [ConflictKind.REPLACED]),
    ("another comment", state(), replace(state(), ddl=8), [ConflictKind.ALTERED]),
    ("a newer mutation", state(), replace(state(), mutation=4), [ConflictKind.MUTATED]),
    ("a forgotten mutation", state(), replace(state(), mutation=0), []),
    ("merged", state(part(1, 1), part(2, 2)), state(part(1, 2)), []),
    ("an insert", state(part(1, 1)), state(part(1, 1), part(2, 2)), [ConflictKind.WRITTEN]),
    ("an insert that was merged", state(part(1, 1)), state(part(1, 2)), [ConflictKind.WRITTEN]),
    ("a new partition", state(part(9, 9)), state(part(9, 9), part(1, 1, partition="b")), [ConflictKind.WRITTEN]),
    ("a first part with block 0", state(), state(part(0, 0)), [ConflictKind.WRITTEN]),
    ("a mutated part", state(part(1, 1)), state(part(1, 1, version=4)), [ConflictKind.WRITTEN]),
    ("a dropped part", state(part(1, 1), part(2, 2)), state(part(2, 2)), [ConflictKind.REMOVED]),
    ("emptied by MOVE", state(part(1, 1)), state(part(1, 1, rows=0)), [ConflictKind.REMOVED]),
    ("emptied by a merge of deleted rows", state(part(1, 1, thinned=True)), state(part(1, 1, rows=0)), []),
    (
        "emptied by collapsing",
        state(part(1, 1), engine="CollapsingMergeTree"),
        state(part(1, 1, rows=0), engine="CollapsingMergeTree"),
        [],
    ),
    ("an empty part is gone", state(part(1, 1, rows=0)), state(), []),
    ("expired rows are gone", state(part(1, 1, ttl=NOW - 1)), state(), []),
    ("unexpired rows are gone", state(part(1, 1, ttl=NOW + 1)), state(), [ConflictKind.REMOVED]),
    ("an applied patch is gone", state(part(1, 1, version=5), PATCH), state(part(1, 1, version=5)), []),
    ("a patch", state(part(1, 1)), state(part(1, 1), PATCH), [ConflictKind.WRITTEN]),
]


@pytest.mark.parametrize(("record", "found", "kinds"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_table_differs_from_its_record(
    record: TableState | None, found: TableState | None, kinds: list[ConflictKind]
) -> None:
    assert [conflict.kind for conflict in conflicts("t", record, found, NOW)] == kinds


def test_conflicts_of_several_tables_name_table_and_number_of_parts() -> None:
    record = {"a": state(part(1, 1)), "b": state()}
    found = {"a": state(part(1, 1), part(2, 2), part(3, 3)), "b": state(), "c": state()}
    assert all_conflicts(record, found, ["c", "a", "b"], NOW) == [
        Conflict("a", ConflictKind.WRITTEN, 2),
        Conflict("c", ConflictKind.APPEARED),
    ]
    assert str(Conflict("a", ConflictKind.WRITTEN, 2)) == "a (written, parts: 2)"


blocks = st.lists(st.integers(1, 3), min_size=1, max_size=12)


@given(blocks, st.data())
def test_any_sequence_of_merges_is_clean_and_any_insert_is_seen(widths: list[int], data: st.DataObject) -> None:
    parts, low = [], 1
    for width in widths:
        parts.append(part(low, low + width - 1))
        low += width
    merged = list(parts)
    for _ in range(data.draw(st.integers(0, len(parts) - 1))):
        at = data.draw(st.integers(0, len(merged) - 2)) if len(merged) > 1 else 0
        merged[at : at + 2] = [part(merged[at].low, merged[min(at + 1, len(merged) - 1)].high)]
    assert conflicts("t", state(*parts), state(*merged), NOW) == []
    inserted = [*merged[:-1], part(merged[-1].low, low)] if data.draw(st.booleans()) else [*merged, part(low, low)]
    assert [c.kind for c in conflicts("t", state(*parts), state(*inserted), NOW)] == [ConflictKind.WRITTEN]
