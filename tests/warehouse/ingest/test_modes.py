"""Each load mode against a model in Python: random batches, repeats, late rows, doubles, several files at once."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datacontract_api.errors import MalformedData, SchemaMismatch, SourceEmpty
from warehouse.ingest.conftest import Loads

COLUMNS = [
    {"name": "key", "type": "Int32"},
    {"name": "moment", "type": "Nullable(Int64)"},
    {"name": "text", "type": "String"},
]
Row = tuple[int, int | None, str]
Batch = list[list[Row]]
"""Files, each with its rows."""

rows_with_cursor = st.tuples(st.integers(0, 6), st.integers(0, 9), st.sampled_from(["a", "b", "ü'`\\"]))
rows_with_some = st.tuples(st.integers(0, 6), st.none() | st.integers(0, 9), st.sampled_from(["a", "b", "c"]))


def batches(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Batch]]:
    """Up to three batches of one to three files."""
    files = st.lists(st.lists(rows, min_size=1, max_size=8), min_size=1, max_size=3)
    return st.lists(files, min_size=1, max_size=3)


quick = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Table:
    """Loads batches of rows, each file of a batch as CSV."""

    loads: Loads
    load: dict[str, Any]
    number: int = 0

    def add(self, batch: Batch) -> None:
        """Loads one batch."""
        self.number += 1
        folder = self.loads.folder / f"{self.number}"
        folder.mkdir(exist_ok=True)
        for left in folder.glob("*.csv"):
            left.unlink()
        for index, rows in enumerate(batch):
            text = io.StringIO()
            writer = csv.writer(text)
            writer.writerow(["key", "moment", "text"])
            writer.writerows(rows)
            (folder / f"{index}.csv").write_text(text.getvalue())
        source = self.loads.file(f"{self.number}/*.csv")
        self.loads.load(source, columns=COLUMNS, **self.load)

    def held(self) -> list[Row]:
        """What the table holds, sorted."""
        return sorted_rows([(key, moment, text) for key, moment, text in self.loads.rows()])


def sorted_rows(rows: list[Row]) -> list[Row]:
    """Sorted, NULL first."""
    return sorted(rows, key=lambda row: (row[0], -1 if row[1] is None else row[1], row[2]))


def flat(batch: Batch) -> list[Row]:
    """The rows of all files, in order."""
    return [row for rows in batch for row in rows]


@quick
@given(batches(rows_with_some))
def test_replace_holds_exactly_the_last_batch(loads: Loads, drawn: list[Batch]) -> None:
    table = Table(loads, {"mode": "replace"})
    for batch in drawn:
        table.add(batch)
        assert table.held() == sorted_rows(flat(batch))


@quick
@given(batches(rows_with_some))
def test_append_adds_every_row_of_every_batch_also_those_it_has_seen(loads: Loads, drawn: list[Batch]) -> None:
    loads.drop()
    table, model = Table(loads, {"mode": "append"}), []
    for batch in [*drawn, drawn[0]]:
        table.add(batch)
        model += flat(batch)
        assert table.held() == sorted_rows(model)


@quick
@given(batches(rows_with_cursor))
def test_incremental_adds_what_is_past_all_that_was_held_before(loads: Loads, drawn: list[Batch]) -> None:
    loads.drop()
    table, model = Table(loads, {"mode": "incremental", "cursor": "moment"}), []
    for batch in [*drawn, drawn[-1]]:
        table.add(batch)
        highest = max((row[1] for row in model), default=-1)
        model += [row for row in flat(batch) if row[1] > highest]
        assert table.held() == sorted_rows(model)


@quick
@given(batches(rows_with_some))
def test_upsert_without_a_cursor_keeps_the_last_row_of_each_key(loads: Loads, drawn: list[Batch]) -> None:
    loads.drop()
    table, model = Table(loads, {"mode": "upsert", "key": ["key"]}), {}
    for batch in [*drawn, drawn[0]]:
        table.add(batch)
        model |= {row[0]: row for row in flat(batch)}
        assert table.held() == sorted_rows(list(model.values()))


@quick
@given(batches(rows_with_some))
def test_upsert_with_a_cursor_keeps_the_newest_row_of_each_key(loads: Loads, drawn: list[Batch]) -> None:
    loads.drop()
    table = Table(loads, {"mode": "upsert", "key": ["key"], "cursor": "moment"})
    model: dict[int, Row] = {}
    for batch in [*drawn, drawn[0]]:
        table.add(batch)
        for row in flat(batch):
            if row[0] not in model or age(row) >= age(model[row[0]]):
                model[row[0]] = row
        assert table.held() == sorted_rows(list(model.values()))


def age(row: Row) -> int:
    """A row without a cursor value is older than any other."""
    return -1 if row[1] is None else row[1]


@quick
@given(batches(rows_with_some))
def test_upsert_with_a_key_of_two_columns_keeps_one_row_for_each(loads: Loads, drawn: list[Batch]) -> None:
    loads.drop()
    table, model = Table(loads, {"mode": "upsert", "key": ["text", "key"]}), {}
    for batch in drawn:
        table.add(batch)
        model |= {(row[2], row[0]): row for row in flat(batch)}
        assert table.held() == sorted_rows(list(model.values()))


MODES = {
    "replace": {"mode": "replace"},
    "append": {"mode": "append"},
    "incremental": {"mode": "incremental", "cursor": "moment"},
    "upsert": {"mode": "upsert", "key": ["key"]},
    "upsert with cursor": {"mode": "upsert", "key": ["key"], "cursor": "moment"},
}
each_mode = pytest.mark.parametrize("load", MODES.values(), ids=MODES.keys())


@each_mode
def test_a_pattern_that_matches_no_file_is_an_error(loads: Loads, load: dict[str, Any]) -> None:
    with pytest.raises(SourceEmpty, match=r"no file matches nothing/\*\.csv"):
        loads.load(loads.file("nothing/*.csv"), columns=COLUMNS, **load)


@each_mode
@pytest.mark.parametrize("content", ["", "key,moment,text\n"], ids=["no bytes", "header only"])
def test_a_source_without_rows_is_an_error_only_where_it_would_empty_the_table(
    either_way: Loads, load: dict[str, Any], content: str
) -> None:
    source = either_way.write("rows.csv", "key,moment,text\n1,1,a\n")
    either_way.load(source, columns=COLUMNS, **load)
    either_way.write("rows.csv", content)
    if load["mode"] == "replace":
        with pytest.raises(SourceEmpty, match="has no rows, and mode replace would empty loaded"):
            either_way.load(source, columns=COLUMNS, **load)
    else:
        assert either_way.load(source, columns=COLUMNS, **load).rows == 0
        assert either_way.rows() == [(1, 1, "a")]


@each_mode
def test_a_load_leaves_no_table_of_its_own_behind_whether_it_fails_or_not(
    either_way: Loads, load: dict[str, Any]
) -> None:
    either_way.load(either_way.write("rows.csv", "key,moment,text\n1,1,a\n"), columns=COLUMNS, **load)
    assert either_way.tables() == ["loaded"]
    with pytest.raises(MalformedData):
        either_way.load(either_way.write("rows.csv", "key,moment,text\nx,1,a\n"), columns=COLUMNS, **load)
    assert either_way.tables() == ["loaded"]


def test_a_row_without_a_cursor_value_is_refused_on_the_first_load_and_on_later_ones(either_way: Loads) -> None:
    source = either_way.write("rows.csv", "key,moment,text\n1,,a\n")
    load = {"mode": "incremental", "cursor": "moment", "columns": COLUMNS}
    with pytest.raises(MalformedData, match="without a value in the cursor column"):
        either_way.load(source, **load)
    either_way.load(either_way.write("rows.csv", "key,moment,text\n1,5,a\n"), **load)
    with pytest.raises(MalformedData, match="without a value in the cursor column"):
        either_way.load(either_way.write("rows.csv", "key,moment,text\n1,6,a\n2,,b\n"), **load)


def test_a_row_without_a_key_is_refused(loads: Loads) -> None:
    source = loads.write("rows.csv", "key,moment,text\n1,,a\n")
    with pytest.raises(MalformedData, match=r"1 rows of .* have no value in the key column moment"):
        loads.load(source, mode="upsert", key=["moment"], columns=COLUMNS)


@pytest.mark.parametrize("mode", ["append", "incremental", "upsert"])
def test_adding_to_a_table_of_other_types_is_refused(loads: Loads, mode: str) -> None:
    source = loads.write("rows.csv", "key,moment,text\n1,1,a\n")
    loads.load(source, columns=COLUMNS)
    changed = [{"name": "key", "type": "Int64"}, *COLUMNS[1:], {"name": "more", "type": "String"}]
    with pytest.raises(SchemaMismatch, match="key is Int32, not Int64; more is missing"):
        loads.load(source, mode=mode, columns=changed, cursor="moment", key=["key"])


def test_replace_takes_new_types_and_a_new_sorting_key(loads: Loads) -> None:
    source = loads.write("rows.csv", "key,moment,text\n1,1,a\n")
    loads.load(source, columns=COLUMNS)
    loads.load(source, columns=[{"name": "key", "type": "String"}, *COLUMNS[1:]], orderBy=["moment", "key"])
    assert loads.types()["key"] == "String"
    keys = loads.connection.value(
        "SELECT sorting_key FROM system.tables WHERE database = {d:String} AND name = 'loaded'", {"d": loads.database}
    )
    assert keys == "moment, key"
