"""Statements moved from a stage to the live database."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datacontract_runner.transaction.names import mentions, moved, new_stage_name, same_statement

STAGE = "live__run_ab12"
CASES = [
    (f"CREATE VIEW {STAGE}.v (`a` UInt32) AS SELECT a FROM {STAGE}.raw",
     "CREATE VIEW `live`.v (`a` UInt32) AS SELECT a FROM `live`.raw"),
    (f"SELECT dictGet('{STAGE}.d', 'n', a)", "SELECT dictGet('live.d', 'n', a)"),
    (f"SOURCE(CLICKHOUSE(TABLE 'tgt' DB '{STAGE}'))", "SOURCE(CLICKHOUSE(TABLE 'tgt' DB 'live'))"),
    (f"SELECT `{STAGE}`.`raw`.a", "SELECT `live`.`raw`.a"),
    (f"SELECT {STAGE}x.raw, x{STAGE}.raw, `{STAGE} x`", f"SELECT {STAGE}x.raw, x{STAGE}.raw, `{STAGE} x`"),
    (f"SELECT 'it\\'s {STAGE}.d', 'x{STAGE}'", f"SELECT 'it\\'s live.d', 'x{STAGE}'"),
    (f"SELECT 'a''b', {STAGE}.t", "SELECT 'a''b', `live`.t"),
    ("SELECT live.raw FROM live", "SELECT live.raw FROM live"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "expected"), CASES)
def test_only_whole_names_are_moved(statement: str, expected: str) -> None:
    assert moved(statement, STAGE, "live") == expected


words = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)


@given(words, words, st.text(max_size=30))
def test_moving_to_a_stage_and_back_loses_nothing(database: str, table: str, text: str) -> None:
    stage = new_stage_name(database)
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    statement = f"CREATE VIEW {stage}.{table} AS SELECT '{escaped}', dictGet('{stage}.d', 'n', 1) FROM {stage}.raw"
    there = moved(statement, stage, "elsewhere__run_1")
    assert stage not in there
    assert same_statement(moved(there, "elsewhere__run_1", stage), statement)


@given(words)
def test_stage_names_are_plain_new_and_tell_their_database(database: str) -> None:
    first, second = new_stage_name(database), new_stage_name(database)
    assert first != second
    assert re.fullmatch(rf"{re.escape(database)}__run_[0-9a-f]{{12}}", first)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("SELECT 1 FROM s.t", True),
        ("SELECT 1 FROM `s`.`t`", True),
        ("dictGet('s.t', 'x', 1)", True),
        ("SELECT 1 FROM s.tt", False),
        ("SELECT 1 FROM xs.t", False),
        ("SELECT t FROM s", False),
    ],
)
def test_a_statement_mentions_a_table_only_by_its_whole_name(statement: str, named: bool) -> None:
    assert mentions(statement, "s", "t") is named
