"""Generated tables and generated arguments: our compiled SQL and Great Expectations' own engine still agree."""

import math
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from datacontract_runner import sql
from datacontract_runner.quality.questions import Unanswered
from datacontract_runner.warehouse import Connection
from support.checks.bothways import Case, differences, ours, theirs

TYPES = {"n": "Nullable(Int64)", "m": "Nullable(Int32)", "f": "Nullable(Float64)", "s": "Nullable(String)"}

whole = st.one_of(st.integers(-3, 3), st.integers(-(2**31), 2**31 - 1))
fraction = st.one_of(st.sampled_from([0.0, -0.0, 0.5, math.nan, math.inf, -math.inf]), st.floats(width=32))
text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=6)
words = st.sampled_from(["a", "b"]) | text
rows = st.lists(st.tuples(st.none() | whole, st.none() | whole, st.none() | fraction, st.none() | words), max_size=25)
number = st.one_of(whole, st.floats(-1e6, 1e6))
share = st.sampled_from([0, 0.1, 0.5, 0.9, 1])
column = st.sampled_from(["n", "m", "f"])
FILTERS: list[dict[str, Any]] = [
    {},
    {"row_condition": {"type": "nullity", "column": {"name": "m"}, "is_null": False}},
    {"row_condition": {"type": "comparison", "column": {"name": "n"}, "operator": ">=", "parameter": 0}},
]


@st.composite
def _between(draw: st.DrawFn) -> Case:
    kwargs: dict[str, Any] = {"column": draw(column), "mostly": draw(share), "strict_min": draw(st.booleans())}
    low, high = sorted((draw(number), draw(number)))
    ends = draw(st.sampled_from([{"min_value": low}, {"max_value": high}, {"min_value": low, "max_value": high}]))
    return "expect_column_values_to_be_between", {**kwargs, **ends}


@st.composite
def _aggregate(draw: st.DrawFn) -> Case:
    word = draw(st.sampled_from(["max", "min", "median", "unique_value_count", "proportion_of_unique_values"]))
    return f"expect_column_{word}_to_be_between", {"column": draw(column), "max_value": draw(whole)}


@st.composite
def _set(draw: st.DrawFn) -> Case:
    word = draw(st.sampled_from(["values_to_be_in_set", "values_to_not_be_in_set", "distinct_values_to_contain_set"]))
    mostly = {} if "distinct" in word else {"mostly": draw(share)}
    values = draw(st.lists(text | st.sampled_from(["a", "b"]), min_size=1, max_size=4, unique=True))
    return f"expect_column_{word}", {"column": "s", "value_set": values, **mostly}


@st.composite
def _rows(draw: st.DrawFn) -> Case:
    kwargs = {"column_list": draw(st.permutations(["n", "m", "f"]))[:2], "mostly": draw(share)}
    kwargs["ignore_row_if"] = draw(st.sampled_from(["all_values_are_missing", "any_value_is_missing", "never"]))
    word = draw(st.sampled_from(["compound_columns_to_be_unique", "multicolumn_values_to_be_equal"]))
    return f"expect_{word}", kwargs


@st.composite
def _single(draw: st.DrawFn) -> Case:
    word = draw(st.sampled_from(["to_be_unique", "to_not_be_null", "to_be_null"]))
    return f"expect_column_values_{word}", {"column": draw(st.sampled_from([*TYPES])), "mostly": draw(share)}


cases = st.lists(
    st.tuples(st.one_of(_between(), _aggregate(), _set(), _rows(), _single()), st.sampled_from(FILTERS)).map(
        lambda pair: (pair[0][0], {**pair[0][1], **pair[1]})
    ),
    min_size=4,
    max_size=8,
)


# Shrinking asks their engine thousands of times: an example that is not minimal has to do.
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(data=rows, chosen=cases)
def test_generated_expectations_agree_on_generated_tables(
    connection: Connection, database: str, data: list[tuple[Any, ...]], chosen: list[Case]
) -> None:
    structure = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    table = sql.qualified(database, "t")
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({structure}) ENGINE = MergeTree ORDER BY tuple()")
    connection.insert(database, "t", list(TYPES), data)
    mine, yours = ours(connection, database, "t", TYPES, chosen), theirs(connection, database, "t", chosen)
    for case, result, other in zip(chosen, mine, yours, strict=True):
        assert not isinstance(other, Unanswered), (case, other)
        assert not differences(result, other), case
