"""Expectations about one value computed from a column: extremes, mean, median, sum, spread, proportions, quantiles."""

from datacontract_runner.quality.check import Measure
from datacontract_runner.quality.comparisons import Limits, QuantileRanges
from datacontract_runner.quality.expectations.arguments import Arguments, BadArgument
from datacontract_runner.quality.expectations.compiled import Compiled, compiles
from datacontract_runner.quality.measures import Median, Quantiles, Ratio, Value, aggregate, count_where
from datacontract_runner.quality.questions import Aggregate


def limits(arguments: Arguments, noun: str, *, whole: bool = False) -> Limits:
    """The comparison with min_value, max_value, strict_min and strict_max; `whole` for what is counted."""
    low, high = arguments.bounds(whole=whole)
    return Limits(noun, low, high, arguments.flag("strict_min"), arguments.flag("strict_max"))


def _observed(arguments: Arguments, measure: Measure, noun: str, *, reveals: bool = True) -> Compiled:
    return Compiled(measure, limits(arguments, noun), reveals=reveals)


@compiles("expect_column_max_to_be_between")
def maximum(arguments: Arguments) -> Compiled:
    """The largest value."""
    return _observed(arguments, Value(aggregate("max", arguments.column(), arguments.where)), "maximum")


@compiles("expect_column_min_to_be_between")
def minimum(arguments: Arguments) -> Compiled:
    """The smallest value."""
    return _observed(arguments, Value(aggregate("min", arguments.column(), arguments.where)), "minimum")


@compiles("expect_column_sum_to_be_between")
def total(arguments: Arguments) -> Compiled:
    """The sum."""
    return _observed(arguments, Value(aggregate("sum", arguments.column(), arguments.where)), "sum")


@compiles("expect_column_mean_to_be_between")
def mean(arguments: Arguments) -> Compiled:
    """The mean, in floating point as Great Expectations computes it."""
    return _observed(arguments, Value(aggregate("avg", f"1.0 * {arguments.column()}", arguments.where)), "mean")


@compiles("expect_column_stdev_to_be_between")
def deviation(arguments: Arguments) -> Compiled:
    """The sample standard deviation; none for fewer than two values."""
    measure = Value(aggregate("stddevSamp", arguments.column(), arguments.where))
    return _observed(arguments, measure, "standard deviation")


@compiles("expect_column_median_to_be_between")
def median(arguments: Arguments) -> Compiled:
    """The exact median."""
    floating = arguments.type_of(arguments.column_name()).startswith(("float", "double", "real"))
    return _observed(arguments, Median(arguments.column(), arguments.where, floating), "median")


def distinct(arguments: Arguments) -> Aggregate:
    """How many distinct values there are, null aside."""
    column, where = arguments.column(), arguments.where
    return Aggregate(f"uniqExactIf({column}, {where})" if where else f"uniqExact({column})")


def _present(arguments: Arguments) -> Aggregate:
    return count_where(f"isNotNull({arguments.column()})", arguments.where)


@compiles("expect_column_unique_value_count_to_be_between")
def distinct_count(arguments: Arguments) -> Compiled:
    """Exact."""
    return Compiled(Value(distinct(arguments)), limits(arguments, "number of distinct values", whole=True))


@compiles("expect_column_proportion_of_unique_values_to_be_between")
def distinct_share(arguments: Arguments) -> Compiled:
    """Distinct values over values that are not null."""
    measure = Ratio(distinct(arguments), _present(arguments))
    return _observed(arguments, measure, "proportion of distinct values", reveals=False)


@compiles("expect_column_proportion_of_non_null_values_to_be_between")
def present_share(arguments: Arguments) -> Compiled:
    """Values that are not null over rows."""
    measure = Ratio(_present(arguments), count_where(arguments.where))
    return _observed(arguments, measure, "proportion of values that are not null", reveals=False)


@compiles("expect_column_quantile_values_to_be_between")
def quantiles(arguments: Arguments) -> Compiled:
    """Exact ones, whatever `allow_relative_error` would allow."""
    arguments.flag("allow_relative_error")
    given = arguments.kwargs.get("quantile_ranges")
    try:
        levels = tuple(float(level) for level in given["quantiles"])  # type: ignore[index]
        ranges = tuple((low, high) for low, high in given["value_ranges"])  # type: ignore[index]
    except (KeyError, TypeError, ValueError):
        raise BadArgument(
            f"quantile_ranges: expected {{quantiles: [0.5, ...], value_ranges: [[low, high], ...]}}, found {given!r}"
        ) from None
    if len(levels) != len(ranges) or not levels or not all(0 <= level <= 1 for level in levels):
        raise BadArgument("quantile_ranges: expected as many value_ranges as quantiles, which are between 0 and 1")
    measure = Quantiles(arguments.column(), levels, arguments.where)
    return Compiled(measure, QuantileRanges(levels, ranges), reveals=True)
