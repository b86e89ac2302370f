"""The lexer: what quotes, escapes and comments do."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.tokens import Kind, tokenize
from datacontract_runner.sql import identifier, literal


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1", ["SELECT", "1"]),
        ("a/* b */c", ["a", "c"]),
        ("a -- b\nc", ["a", "c"]),
        ("a # b\nc", ["a", "c"]),
        ("a #! b\nc", ["a", "c"]),
        ("a /* ' */ 'x'", ["a", "'x'"]),
        ("'it''s' 'a\\'b'", ["'it''s'", "'a\\'b'"]),
        ('`a``b`."c"', ["`a``b`", ".", '"c"']),
        ("$$a'b$$ $x$ $$ $x$", ["$$a'b$$", "$x$ $$ $x$"]),
        ("a!=b", ["a", "!", "=", "b"]),
        ("1.5e3 0xFF", ["1.5e3", "0xFF"]),
        ("'-- no comment'", ["'-- no comment'"]),
    ],
)
def test_splits_as_clickhouse_does(sql, expected):
    assert [token.text for token in tokenize(sql)] == expected


@pytest.mark.parametrize("sql", ["'open", "`open", '"open', "SELECT 'a\\'"])
def test_a_quote_that_is_never_closed_is_a_syntax_error(sql):
    with pytest.raises(Rejection, match="never closed") as refused:
        list(tokenize(sql))
    assert refused.value.code == 62


@given(st.text(min_size=1))
def test_a_quoted_name_is_read_back_as_it_was(name):
    (token,) = tokenize(identifier(name))
    assert (token.kind, token.value) == (Kind.QUOTED, name)


@given(st.text())
def test_a_quoted_string_is_read_back_as_it_was(value):
    (token,) = tokenize(literal(value))
    assert (token.kind, token.value) == (Kind.STRING, value)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_nothing_inside_quotes_ends_them(names):
    text = ", ".join(identifier(name) for name in names)
    assert [token.value for token in tokenize(text) if token.kind is Kind.QUOTED] == names


@given(st.text(alphabet="'`\"\\/*-# \nab$", max_size=40))
def test_any_text_is_split_or_refused_and_tokens_are_where_they_say(text):
    try:
        tokens = list(tokenize(text))
    except Rejection:
        return
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert all(first.end <= second.start for first, second in pairwise(tokens))
