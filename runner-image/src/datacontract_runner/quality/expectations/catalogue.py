"""Every expectation of Great Expectations' core: its arguments, and why some cannot run on a SQL warehouse.

Static, so that nobody has to import Great Expectations to know a name; a test compares it with the installed one.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Family(Enum):
    """What an expectation is about; the value is the arguments that all of a family take: required, then optional."""

    COLUMN_MAP = ("column",), ("mostly", "row_condition", "condition_parser")
    """Every value of a column."""
    COLUMN_AGGREGATE = ("column",), ("row_condition", "condition_parser")
    """One value computed from a column."""
    COLUMN_PAIR = ("column_A", "column_B"), ("mostly", "row_condition", "condition_parser", "ignore_row_if")
    """Two columns of every row."""
    MULTICOLUMN = ("column_list",), ("mostly", "row_condition", "condition_parser", "ignore_row_if")
    """Several columns of every row."""
    COLUMN = ("column",), ()
    """A column's existence or type."""
    TABLE = (), ()
    """The table, or a query."""


@dataclass(frozen=True)
class Entry:
    """One expectation.

    Args:
        name: as Great Expectations calls it.
        family: what it is about.
        required: its own arguments that must be given.
        optional: its own arguments that may be given.
        impossible: why Great Expectations itself cannot evaluate it on SQL, and what to write instead.
    """

    name: str
    family: Family
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    impossible: str = ""

    @property
    def all_required(self) -> tuple[str, ...]:
        """Arguments that must be given."""
        return (*self.family.value[0], *self.required)

    @property
    def arguments(self) -> tuple[str, ...]:
        """Every argument that may be given."""
        return (*self.all_required, *self.family.value[1], *self.optional)


COMMON = ("meta", "notes", "description")
"""Arguments that every expectation takes and that say something to people alone."""

_BOUNDS = ("min_value", "max_value", "strict_min", "strict_max")
_FILTER = ("row_condition", "condition_parser")
_ORDER = "rows in ClickHouse have no order: write an sql rule that orders them by a column."
_PARSE = "Great Expectations evaluates it on pandas and Spark alone: write an sql rule with {} instead."

_MAP, _AGGREGATE, _PAIR = Family.COLUMN_MAP, Family.COLUMN_AGGREGATE, Family.COLUMN_PAIR
_MULTI, _COLUMN, _TABLE = Family.MULTICOLUMN, Family.COLUMN, Family.TABLE

_ENTRIES = (
    Entry("expect_column_distinct_values_to_be_in_set", _AGGREGATE, ("value_set",)),
    Entry("expect_column_distinct_values_to_contain_set", _AGGREGATE, ("value_set",)),
    Entry("expect_column_distinct_values_to_equal_set", _AGGREGATE, ("value_set",)),
    Entry(
        "expect_column_kl_divergence_to_be_less_than",
        _AGGREGATE,
        (),
        (
            "partition_object",
            "threshold",
            "internal_weight_holdout",
            "tail_weight_holdout",
            "bucketize_data",
            "min_value",
            "max_value",
        ),
    ),
    Entry("expect_column_max_to_be_between", _AGGREGATE, (), _BOUNDS),
    Entry("expect_column_mean_to_be_between", _AGGREGATE, (), _BOUNDS),
    Entry("expect_column_median_to_be_between", _AGGREGATE, (), _BOUNDS),
    Entry("expect_column_min_to_be_between", _AGGREGATE, (), _BOUNDS),
    Entry("expect_column_most_common_value_to_be_in_set", _AGGREGATE, ("value_set",), ("ties_okay",)),
    Entry("expect_column_pair_values_a_to_be_greater_than_b", _PAIR, (), ("or_equal",)),
    Entry("expect_column_pair_values_to_be_equal", _PAIR),
    Entry("expect_column_pair_values_to_be_in_set", _PAIR, ("value_pairs_set",)),
    Entry("expect_column_proportion_of_non_null_values_to_be_between", _AGGREGATE, (), _BOUNDS),
    Entry("expect_column_proportion_of_unique_values_to_be_between", _AGGREGATE, (), _BOUNDS),
    Entry("expect_column_quantile_values_to_be_between", _AGGREGATE, ("quantile_ranges",), ("allow_relative_error",)),
    Entry("expect_column_stdev_to_be_between", _AGGREGATE, (), _BOUNDS),
    Entry("expect_column_sum_to_be_between", _AGGREGATE, (), _BOUNDS),
    Entry("expect_column_to_exist", _COLUMN, (), ("column_index",)),
    Entry("expect_column_type_to_be", _COLUMN, ("type_",)),
    Entry("expect_column_unique_value_count_to_be_between", _AGGREGATE, (), _BOUNDS),
    Entry("expect_column_value_lengths_to_be_between", _MAP, (), _BOUNDS),
    Entry("expect_column_value_lengths_to_equal", _MAP, ("value",)),
    Entry("expect_column_value_z_scores_to_be_less_than", _MAP, ("threshold", "double_sided")),
    Entry("expect_column_values_to_be_between", _MAP, (), _BOUNDS),
    Entry(
        "expect_column_values_to_be_dateutil_parseable",
        _MAP,
        impossible=_PARSE.format("parseDateTimeBestEffortOrNull"),
    ),
    Entry("expect_column_values_to_be_decreasing", _MAP, (), ("strictly",), impossible=_ORDER),
    Entry("expect_column_values_to_be_in_set", _MAP, ("value_set",)),
    Entry("expect_column_values_to_be_in_type_list", _MAP, ("type_list",)),
    Entry("expect_column_values_to_be_increasing", _MAP, (), ("strictly",), impossible=_ORDER),
    Entry("expect_column_values_to_be_json_parseable", _MAP, impossible=_PARSE.format("isValidJSON")),
    Entry("expect_column_values_to_be_null", _MAP),
    Entry("expect_column_values_to_be_of_type", _MAP, ("type_",)),
    Entry("expect_column_values_to_be_unique", _MAP),
    Entry("expect_column_values_to_match_json_schema", _MAP, ("json_schema",), impossible=_PARSE.format("JSONExtract")),
    Entry("expect_column_values_to_match_like_pattern", _MAP, ("like_pattern",), ("escape",)),
    Entry("expect_column_values_to_match_like_pattern_list", _MAP, ("like_pattern_list",), ("match_on", "escape")),
    Entry("expect_column_values_to_match_regex", _MAP, (), ("regex",)),
    Entry("expect_column_values_to_match_regex_list", _MAP, ("regex_list",), ("match_on",)),
    Entry(
        "expect_column_values_to_match_strftime_format",
        _MAP,
        ("strftime_format",),
        impossible=_PARSE.format("parseDateTimeOrNull"),
    ),
    Entry("expect_column_values_to_not_be_in_set", _MAP, ("value_set",)),
    Entry("expect_column_values_to_not_be_null", _MAP),
    Entry("expect_column_values_to_not_be_outliers", _MAP, (), ("method", "multiplier")),
    Entry("expect_column_values_to_not_match_like_pattern", _MAP, ("like_pattern",), ("escape",)),
    Entry("expect_column_values_to_not_match_like_pattern_list", _MAP, ("like_pattern_list",), ("escape",)),
    Entry("expect_column_values_to_not_match_regex", _MAP, ("regex",)),
    Entry("expect_column_values_to_not_match_regex_list", _MAP, ("regex_list",)),
    Entry("expect_compound_columns_to_be_unique", _MULTI),
    Entry("expect_multicolumn_sum_to_equal", _MULTI, ("sum_total",)),
    Entry("expect_multicolumn_values_to_be_equal", _MULTI),
    Entry(
        "expect_query_results_to_match_comparison",
        _TABLE,
        ("base_query", "comparison_data_source_name", "comparison_query"),
        ("mostly",),
        impossible="it compares with a second data source, and a contract has one: write an sql rule instead.",
    ),
    Entry("expect_select_column_values_to_be_unique_within_record", _MULTI),
    Entry("expect_table_column_count_to_be_between", _TABLE, (), ("min_value", "max_value")),
    Entry("expect_table_column_count_to_equal", _TABLE, ("value",)),
    Entry("expect_table_columns_to_match_ordered_list", _TABLE, (), ("column_list",)),
    Entry("expect_table_columns_to_match_set", _TABLE, (), ("column_set", "exact_match")),
    Entry("expect_table_row_count_to_be_between", _TABLE, (), (*_BOUNDS, *_FILTER)),
    Entry("expect_table_row_count_to_equal", _TABLE, ("value",), _FILTER),
    Entry("expect_table_row_count_to_equal_other_table", _TABLE, ("other_table_name",), _FILTER),
    Entry("unexpected_rows_expectation", _TABLE, ("unexpected_rows_query",)),
)

CATALOGUE: Mapping[str, Entry] = {entry.name: entry for entry in _ENTRIES}
"""Every core expectation by name."""


def close_names(name: str, limit: int = 3) -> list[str]:
    """Names of the catalogue that resemble a name that is not in it; class names count as their snake_case."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.rpartition(".")[2]).lower()
    return difflib.get_close_matches(snake, CATALOGUE, limit, cutoff=0.6)
