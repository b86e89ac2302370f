"""Whatever the gate lets through stays inside the parentheses around it, by ClickHouse's own parser."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datacontract_api.errors import InvalidValue
from datacontract_runner.lint.expressions import expression
from datacontract_runner.warehouse import Connection

FRAGMENTS = (
    *("a", "1", "'", '"', "`", "\\", "(", ")", "[", "]", "{", "}", ",", ";", "=", " ", "\n", "\t", "\r"),
    *("--", "--\n", "/*", "*/", "#", "# ", "#!", "$", "$x$", "$$", "''", "\\'", "‘", "’", "“", "”", "ü", "\0"),
    *("AND", "OR", "NOT", "IN", "AS", "SELECT", "UNION ALL", "FORMAT", "TO", "SETTINGS", "INTO OUTFILE"),
    *("::", "->", "?", ":", "x'", "b'", "0x", "1e", "@@a", "\u2212", "\u00a0", "\u2028", "\u200b", "~", "%", "|"),
)
SENTINEL = "AND ('sent' = 'inel') AND"


def accepted(text: str) -> bool:
    try:
        return expression(text) == text
    except InvalidValue:
        return False


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=9).map("".join), min_size=200, max_size=400))
def test_accepted_text_never_leaves_its_parentheses(connection: Connection, texts):
    queries = [f"SELECT 1 FROM t WHERE ({text}) AND 'sent' = 'inel' AND ({text})" for text in filter(accepted, texts)]
    rows = connection.rows(
        "SELECT formatQuerySingleLineOrNull(arrayJoin({queries:Array(String)})) AS q", {"queries": queries}
    )
    for (parsed,) in rows:
        assert parsed is None or parsed.count(SENTINEL) == 1, parsed


def test_the_sentinel_notices_an_escape(connection: Connection):
    (row,) = connection.rows(
        "SELECT formatQuerySingleLineOrNull({q:String})",
        {"q": "SELECT 1 FROM t WHERE (1) OR (1) AND 'sent' = 'inel' AND (1) OR (1)"},
    )
    assert SENTINEL in row[0]
    assert not accepted("1) OR (1")
