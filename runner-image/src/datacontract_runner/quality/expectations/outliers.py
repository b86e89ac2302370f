"""Expectations about values far from the others: z-scores and outliers.

Both need statistics of the column before they can look at its values: one statement with a scalar subquery.
"""

from datacontract_runner.quality import literals, words
from datacontract_runner.quality.comparisons import Mostly
from datacontract_runner.quality.expectations.arguments import Arguments, BadArgument
from datacontract_runner.quality.expectations.compiled import Compiled, compiles
from datacontract_runner.quality.measures import STATISTICS, RowsAgainst, all_of


def _against(arguments: Arguments, statistics: str, unexpected: str, flaw: str) -> Compiled:
    column = arguments.column()
    measure = RowsAgainst(
        statistics=statistics,
        unexpected=all_of(f"isNotNull({column})", unexpected, arguments.where),
        missing=f"isNull({column})",
        present=all_of(f"isNotNull({column})", arguments.where),
        where=arguments.where,
    )
    return Compiled(measure, Mostly(arguments.mostly, flaw))


@compiles("expect_column_value_z_scores_to_be_less_than")
def z_scores(arguments: Arguments) -> Compiled:
    """Where there is no spread there is no z-score, and nothing is unexpected."""
    threshold, double_sided = arguments.number("threshold"), arguments.flag("double_sided")
    column = arguments.column()
    statistics = f"ifNotFinite(avgOrNull(1.0 * {column}), NULL), ifNotFinite(stddevSampOrNull({column}), NULL)"
    score = f"({column} - {STATISTICS}.1) / nullIf({STATISTICS}.2, 0)"
    limit = literals.scalar(abs(threshold) if double_sided else threshold)
    unexpected = f"{f'abs({score})' if double_sided else score} >= {limit}"
    return _against(arguments, statistics, unexpected, f"with a z-score of {words.number(threshold)} or more")


@compiles("expect_column_values_to_not_be_outliers")
def outliers(arguments: Arguments) -> Compiled:
    """Outside the quartiles by a multiple of their distance, or of the mean by a multiple of the deviation."""
    method = arguments.choice("method", ("iqr", "std"))
    multiplier = arguments.number("multiplier", 1.5)
    if multiplier < 0:
        raise BadArgument(f"multiplier: expected a positive number, found {multiplier!r}")
    distance, flaw = literals.scalar(float(multiplier)), f"outlying by {words.number(multiplier)} {method}"
    return _against(arguments, *(_quartiles if method == "iqr" else _deviation)(arguments.column(), distance), flaw)


def _quartiles(column: str, distance: str) -> tuple[str, str]:
    """Quartiles by linear interpolation, as PERCENTILE_CONT of the SQL standard."""
    statistics = ", ".join(
        f"ifNotFinite(quantileExactInclusiveOrNull({level})(toFloat64({column})), NULL)" for level in (0.25, 0.75)
    )
    low, high = f"{STATISTICS}.1", f"{STATISTICS}.2"
    reach = f"{distance} * ({high} - {low})"
    return statistics, f"NOT ({column} >= {low} - {reach} AND {column} <= {high} + {reach})"


def _deviation(column: str, distance: str) -> tuple[str, str]:
    statistics = (
        f"ifNotFinite(avgOrNull(toFloat64({column})), NULL), ifNotFinite(stddevSampOrNull(toFloat64({column})), NULL)"
    )
    reach = f"{distance} * {STATISTICS}.2"
    away = f"abs({column} - {STATISTICS}.1) >= {reach}"
    return statistics, f"if({reach} <= 0, {column} != {STATISTICS}.1, {away})"
