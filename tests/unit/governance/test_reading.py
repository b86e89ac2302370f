"""What ClickHouse shows is read back as it was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datacontract_runner import sql
from datacontract_runner.governance import scan
from datacontract_runner.governance.grant_rows import GrantRow, rights_by_holding
from datacontract_runner.governance.model import Holding, MaskingView, Object, Rights
from datacontract_runner.governance.observe_tables import definer_of, ttl_of
from datacontract_runner.governance.view_select import parse_select, render_select

T = Object("d", "t")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a, b", ["a", "b"]),
        ("f(a, b), 'x, y', `p, q`", ["f(a, b)", "'x, y'", "`p, q`"]),
        (r"'it\', s', b", [r"'it\', s'", "b"]),
        ("[1, 2], {a, b}", ["[1, 2]", "{a, b}"]),
        ("", [""]),
    ],
)
def test_split_leaves_quotes_and_parentheses_whole(text: str, parts: list[str]) -> None:
    assert scan.split(text) == parts


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("(a = 1)", "a = 1"),
        ("((a = 1))", "a = 1"),
        ("(a) = (b)", "(a) = (b)"),
        ("(a, b)", "(a, b)"),
        ("(a = ')')", "a = ')'"),
        ("a", "a"),
    ],
)
def test_parentheses_around_the_whole_are_taken_off_and_no_others(text: str, bare: str) -> None:
    assert scan.without_parentheses(text) == bare


printable = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=20)
columns = st.lists(
    st.tuples(printable, printable.map(lambda t: f"hex({sql.literal(t)}, {sql.identifier(t)})")), min_size=1, max_size=4
)


@given(columns)
def test_a_masking_view_is_read_back_as_it_was_written(pairs: list[tuple[str, str]]) -> None:
    view = MaskingView(Object("d_masked", "t"), T, "default", tuple(pairs))
    assert parse_select(render_select(view)) == (T, tuple(pairs))


@pytest.mark.parametrize(
    "select",
    [
        "SELECT * FROM d.t",
        "SELECT a AS a FROM d.t WHERE x",
        "SELECT a AS a FROM (SELECT 1)",
        "WITH 1 AS a SELECT a",
        "",
    ],
)
def test_other_views_are_no_masking_views(select: str) -> None:
    assert parse_select(select) is None


@pytest.mark.parametrize(
    ("engine", "ttl"),
    [
        ("MergeTree ORDER BY id SETTINGS index_granularity = 8192", ""),
        ("MergeTree ORDER BY id TTL d + toIntervalDay(3) SETTINGS index_granularity = 8192", "d + toIntervalDay(3)"),
        ("MergeTree ORDER BY ` TTL x` SETTINGS index_granularity = 8192", ""),
        ("MergeTree ORDER BY id TTL ` SETTINGS ` + toIntervalDay(3)", "` SETTINGS ` + toIntervalDay(3)"),
    ],
)
def test_the_ttl_is_read_from_the_engine(engine: str, ttl: str) -> None:
    assert ttl_of(engine) == ttl


@pytest.mark.parametrize(
    ("query", "definer"),
    [
        ("CREATE VIEW d.v (`a` Int8) DEFINER = someone SQL SECURITY DEFINER AS SELECT 1", "someone"),
        ("CREATE VIEW d.v (`a` Int8) DEFINER = `a b` SQL SECURITY DEFINER AS SELECT 1", "a b"),
        ("CREATE VIEW d.v (`a` Int8 COMMENT ' DEFINER = eve SQL SECURITY DEFINER') AS SELECT 1", ""),
        ("CREATE VIEW d.v (`a` Int8) SQL SECURITY INVOKER AS SELECT 1", ""),
    ],
)
def test_the_definer_is_read_from_the_ddl(query: str, definer: str) -> None:
    assert definer_of(query) == definer


def row(privilege: str, where: str, *, revoked: bool = False, grantable: bool = False, user: bool = False) -> GrantRow:
    """A row by its place: `*`, `d`, `d.t`, `d.t.c`, with a star at the end for a prefix."""
    names: list[str | None] = [] if where == "*" else list(where.rstrip("*").split("."))
    database, table, column = [*names, None, None, None][:3]
    wildcard = where != "*" and where.endswith("*")
    return GrantRow("r", user, privilege, database, table, column, revoked, grantable, wildcard)


HELD: dict[str, tuple[list[GrantRow], Rights | None]] = {
    "the table": ([row("SELECT", "d.t")], Rights(whole=True)),
    "columns": ([row("SELECT", "d.t.a"), row("SELECT", "d.t.b")], Rights(columns=frozenset("ab"))),
    "the database": ([row("SELECT", "d")], Rights(whole=True)),
    "everything": ([row("SELECT", "*")], Rights(whole=True)),
    "another table": ([row("SELECT", "d.u")], None),
    "tables that start like it": ([row("SELECT", "d.t*")], Rights(whole=True)),
    "databases that start like its": ([row("SELECT", "d*")], Rights(whole=True)),
    "tables that start like another": ([row("SELECT", "d.tt*")], None),
    "the database but not the table": ([row("SELECT", "d.t", revoked=True), row("SELECT", "d")], None),
    "the database, of the table a column": (
        [row("SELECT", "d.t.a"), row("SELECT", "d.t", revoked=True), row("SELECT", "d")],
        Rights(columns=frozenset("a")),
    ),
    "the table but not a column": (
        [row("SELECT", "d.t.a", revoked=True), row("SELECT", "d.t")],
        Rights(whole=True, withheld=frozenset("a")),
    ),
    "more than to read": (
        [row("SELECT", "d.t"), row("INSERT", "d.t")],
        Rights(whole=True, others=frozenset({"INSERT"})),
    ),
    "to write only": ([row("INSERT", "d.t")], Rights(others=frozenset({"INSERT"}))),
    "to pass it on": ([row("SELECT", "d.t", grantable=True)], Rights(whole=True, grantable=True)),
    "to write in the database, which is not about the table": ([row("INSERT", "d")], None),
    "nothing as a role, for it is a user": ([row("SELECT", "d.t", user=True)], None),
}


@pytest.mark.parametrize(("rows", "rights"), HELD.values(), ids=HELD.keys())
def test_rights_are_what_the_rows_come_to(rows: list[GrantRow], rights: Rights | None) -> None:
    found = rights_by_holding(rows, [T])
    assert found == ({} if rights is None else {Holding("r", T): rights})
