"""Arguments for every expectation that compiles."""

from collections.abc import Iterator
from typing import Any

from support.checks.bothways import Case

_FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"row_condition": 'col("i") > 2', "condition_parser": "great_expectations"},
    {
        "row_condition": {
            "type": "or",
            "conditions": [
                {"type": "nullity", "column": {"name": "n"}, "is_null": True},
                {"type": "comparison", "column": {"name": "t"}, "operator": "IN", "parameter": ["a", "😀"]},
            ],
        }
    },
)
_UNFILTERED = ("expect_table_column", "expect_column_to_exist", "expect_column_type", "unexpected_rows")
"""Beginnings of the names of expectations that take no filter."""
_NUMBERS = ("n", "i", "f", "g", "dec")
_TEXTS = ("s", "t", "lc")
_ALL = (*_NUMBERS, *_TEXTS, "e", "d", "at", "flag", "odd `name\\")


def cases() -> Iterator[Case]:
    """Every case, without filter and with two."""
    columns = (*_nulls(), *_ranges(), *_sets(), *_patterns(), *_aggregates(), *_outliers(), *_pairs())
    for name, kwargs in (*columns, *_types(), *_tables()):
        for filtered in ({},) if name.startswith(_UNFILTERED) else _FILTERS:
            yield name, {**kwargs, **filtered}


def _nulls() -> Iterator[Case]:
    for column in _ALL:
        yield "expect_column_values_to_not_be_null", {"column": column, "mostly": 0.8}
        yield "expect_column_values_to_be_null", {"column": column, "mostly": 0.2}
        yield "expect_column_values_to_be_unique", {"column": column, "mostly": 0.1}
        yield "expect_column_unique_value_count_to_be_between", {"column": column, "min_value": 1, "max_value": 5}
        yield "expect_column_proportion_of_unique_values_to_be_between", {"column": column, "min_value": 0.3}
        yield "expect_column_proportion_of_non_null_values_to_be_between", {"column": column, "max_value": 0.8}


def _ranges() -> Iterator[Case]:
    name = "expect_column_values_to_be_between"
    for column in _NUMBERS:
        yield name, {"column": column, "min_value": 0}
        yield name, {"column": column, "max_value": 2, "strict_max": True, "mostly": 0.5}
        yield name, {"column": column, "min_value": 0, "max_value": 2.5, "strict_min": True, "mostly": 0.3}
    yield name, {"column": "d", "min_value": "2020-02-28", "max_value": "2020-03-01"}
    yield name, {"column": "at", "min_value": "2020-02-27 12:00:00"}
    for column in _TEXTS:
        yield "expect_column_value_lengths_to_be_between", {"column": column, "min_value": 1, "max_value": 4}
        yield "expect_column_value_lengths_to_be_between", {"column": column, "max_value": 1, "strict_max": True}
        yield "expect_column_value_lengths_to_equal", {"column": column, "value": 1, "mostly": 0.6}


def _sets() -> Iterator[Case]:
    sets: dict[str, list[Any]] = {
        "n": [0, 1, 2, None],
        "i": [],
        "f": [0.5, 1.0],
        "s": ["x", "it's", "back\\slash", "100%"],
        "t": ["a", "😀", ""],
        "lc": ["red", "black", None],
        "e": ["a"],
        "d": ["2020-02-28"],
        "flag": [True],
    }
    for column, values in sets.items():
        for name in ("expect_column_values_to_be_in_set", "expect_column_values_to_not_be_in_set"):
            yield name, {"column": column, "value_set": values, "mostly": 0.4}
    for column, values in sets.items():
        present = [value for value in values if value is not None]
        for name in ("be_in_set", "contain_set", "equal_set") if present else ():
            yield f"expect_column_distinct_values_to_{name}", {"column": column, "value_set": present}
    for column in ("n", "i", "t", "lc"):
        yield "expect_column_most_common_value_to_be_in_set", {"column": column, "value_set": [0, "a", "red"]}
        yield (
            "expect_column_most_common_value_to_be_in_set",
            {"column": column, "value_set": [0, 1, 2, "a", "red"], "ties_okay": True},
        )


def _patterns() -> Iterator[Case]:
    regexes = [r"^.$", r"[a-z]+", "it's", r"back\\slash", r"(?i)ü", r"\d+%", r"^$"]
    likes = ["%x%", "_", "100\\%", "a\\_b", "it's%", ""]
    for column in _TEXTS:
        for regex in regexes:
            yield "expect_column_values_to_match_regex", {"column": column, "regex": regex, "mostly": 0.2}
            yield "expect_column_values_to_not_match_regex", {"column": column, "regex": regex}
        for how in ("any", "all"):
            listed = {"column": column, "match_on": how, "mostly": 0.3}
            yield "expect_column_values_to_match_regex_list", {**listed, "regex_list": regexes[:2]}
            yield "expect_column_values_to_match_like_pattern_list", {**listed, "like_pattern_list": likes[:2]}
        yield "expect_column_values_to_not_match_regex_list", {"column": column, "regex_list": regexes[2:]}
        yield "expect_column_values_to_not_match_like_pattern_list", {"column": column, "like_pattern_list": likes[2:5]}
        for like in likes[:5]:
            yield "expect_column_values_to_match_like_pattern", {"column": column, "like_pattern": like, "mostly": 0.1}
            yield "expect_column_values_to_not_match_like_pattern", {"column": column, "like_pattern": like}
        escaped = {"column": column, "like_pattern": "100!%\\", "escape": "!"}
        yield "expect_column_values_to_not_match_like_pattern", escaped
        yield "expect_column_values_to_match_like_pattern", {**escaped, "like_pattern": "a!_b"}


def _aggregates() -> Iterator[Case]:
    for column in (*_NUMBERS, "odd `name\\"):
        for word in ("max", "min", "mean", "median", "sum", "stdev"):
            yield f"expect_column_{word}_to_be_between", {"column": column, "min_value": 0, "max_value": 10}
            yield (
                f"expect_column_{word}_to_be_between",
                {"column": column, "min_value": 6, "strict_min": True},
            )
    yield "expect_column_max_to_be_between", {"column": "at", "max_value": "2020-02-28 10:00:00"}
    for column in ("i", "g", "n", "f"):
        yield (
            "expect_column_quantile_values_to_be_between",
            {
                "column": column,
                "quantile_ranges": {"quantiles": [0.1, 0.5, 0.9], "value_ranges": [[None, 2], [0, 10], [1, None]]},
            },
        )


def _outliers() -> Iterator[Case]:
    for column in (*_NUMBERS, "odd `name\\"):
        for double_sided in (True, False):
            yield (
                "expect_column_value_z_scores_to_be_less_than",
                {"column": column, "threshold": 0.5, "double_sided": double_sided, "mostly": 0.7},
            )
        std = {"column": column, "method": "std", "multiplier": 0.5, "mostly": 0.6}
        yield "expect_column_values_to_not_be_outliers", std


def _pairs() -> Iterator[Case]:
    for ignored in ("both_values_are_missing", "either_value_is_missing", "neither"):
        pair = {"column_A": "n", "column_B": "m", "ignore_row_if": ignored, "mostly": 0.3}
        yield "expect_column_pair_values_to_be_equal", pair
        yield "expect_column_pair_values_a_to_be_greater_than_b", pair
        yield "expect_column_pair_values_a_to_be_greater_than_b", {**pair, "or_equal": True}
        yield "expect_column_pair_values_to_be_in_set", {**pair, "value_pairs_set": [[0, 1], [2, 2], [None, 1]]}
    for ignored in ("all_values_are_missing", "any_value_is_missing", "never"):
        for columns in (["n", "m"], ["n", "m", "i"], ["i", "odd `name\\"]):
            several = {"column_list": columns, "ignore_row_if": ignored, "mostly": 0.2}
            yield "expect_compound_columns_to_be_unique", several
            yield "expect_multicolumn_sum_to_equal", {**several, "sum_total": 3}
            yield "expect_multicolumn_values_to_be_equal", several
            yield "expect_select_column_values_to_be_unique_within_record", several
    yield "expect_compound_columns_to_be_unique", {"column_list": ["s", "f"]}


def _types() -> Iterator[Case]:
    for column, kind in {"n": "Int64", "lc": "String", "dec": "Decimal", "at": "DateTime", "f": "Int8"}.items():
        yield "expect_column_type_to_be", {"column": column, "type_": kind}
        yield "expect_column_values_to_be_of_type", {"column": column, "type_": kind}
        yield "expect_column_values_to_be_in_type_list", {"column": column, "type_list": ["Date", kind]}


def _tables() -> Iterator[Case]:
    yield "expect_table_row_count_to_be_between", {"min_value": 1, "max_value": 60}
    yield "expect_table_row_count_to_be_between", {"min_value": 1, "strict_min": True}
    yield "expect_table_row_count_to_equal", {"value": 9}
    yield "expect_table_row_count_to_equal_other_table", {"other_table_name": "voids"}
    yield "expect_table_column_count_to_equal", {"value": 15}
    yield "expect_table_column_count_to_be_between", {"min_value": 16}
    yield "expect_table_columns_to_match_ordered_list", {"column_list": ["id", "n"]}
    yield "expect_table_columns_to_match_set", {"column_set": ["n", "id", "m"], "exact_match": False}
    yield "expect_table_columns_to_match_set", {"column_set": ["n", "id", "m"]}
    yield "expect_column_to_exist", {"column": "n", "column_index": 1}
    yield "expect_column_to_exist", {"column": "missing"}
    yield "unexpected_rows_expectation", {"unexpected_rows_query": "SELECT * FROM {batch} WHERE n > 1"}
