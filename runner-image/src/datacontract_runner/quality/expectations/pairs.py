"""Expectations about two or more columns of every row."""

from itertools import combinations

from datacontract_runner import sql
from datacontract_runner.quality import literals, words
from datacontract_runner.quality.comparisons import Mostly
from datacontract_runner.quality.expectations.arguments import Arguments, BadArgument
from datacontract_runner.quality.expectations.compiled import Compiled, compiles
from datacontract_runner.quality.measures import Duplicates, Rows, all_of

_PAIR_IGNORED = ("both_values_are_missing", "either_value_is_missing", "neither")
_ROW_IGNORED = ("all_values_are_missing", "any_value_is_missing", "never")


def _missing(columns: tuple[str, ...], ignored: str) -> str:
    """SQL condition of a row that `ignore_row_if` leaves out."""
    nulls = [f"isNull({sql.identifier(column)})" for column in columns]
    if ignored in ("neither", "never"):
        return "false"
    return (" AND " if ignored in (_PAIR_IGNORED[0], _ROW_IGNORED[0]) else " OR ").join(nulls)


def _pair(arguments: Arguments, unexpected: str, flaw: str) -> Compiled:
    columns = (arguments.column_name("column_A"), arguments.column_name("column_B"))
    missing = _missing(columns, arguments.choice("ignore_row_if", _PAIR_IGNORED))
    return Compiled(Rows(unexpected, missing, arguments.where), Mostly(arguments.mostly, flaw))


def _names(arguments: Arguments, between: str) -> str:
    return f"{arguments.column_name('column_A')} {between} {arguments.column_name('column_B')}"


def _columns(arguments: Arguments) -> tuple[tuple[str, ...], str]:
    """The columns and the SQL condition of an ignored row."""
    columns = arguments.column_names()
    return columns, _missing(columns, arguments.choice("ignore_row_if", _ROW_IGNORED))


@compiles("expect_column_pair_values_to_be_equal")
def pair_equal(arguments: Arguments) -> Compiled:
    """A null never equals anything, and a comparison that is NULL is not unexpected."""
    left, right = arguments.column("column_A"), arguments.column("column_B")
    unexpected = f"NOT ({left} = {right} AND isNotNull({left}) AND isNotNull({right}))"
    return _pair(arguments, unexpected, f"with {_names(arguments, 'other than')}")


@compiles("expect_column_pair_values_a_to_be_greater_than_b")
def pair_greater(arguments: Arguments) -> Compiled:
    """With `or_equal`, two nulls count as equal."""
    left, right = arguments.column("column_A"), arguments.column("column_B")
    if arguments.flag("or_equal"):
        unexpected = f"NOT ({left} >= {right} OR (isNull({left}) AND isNull({right})))"
        return _pair(arguments, unexpected, f"with {_names(arguments, 'less than')}")
    return _pair(arguments, f"{left} <= {right}", f"with {_names(arguments, 'not greater than')}")


@compiles("expect_column_pair_values_to_be_in_set")
def pair_in_set(arguments: Arguments) -> Compiled:
    """A null in a pair of the set matches a null."""
    left, right = arguments.column("column_A"), arguments.column("column_B")
    pairs = arguments.kwargs.get("value_pairs_set")
    if not isinstance(pairs, list) or not pairs or not all(isinstance(p, list | tuple) and len(p) == 2 for p in pairs):
        raise BadArgument(f"value_pairs_set: expected a list of pairs, found {pairs!r}")
    tests = [all_of(_equals(left, first), _equals(right, second)) for first, second in pairs]
    return _pair(arguments, f"NOT ({' OR '.join(f'({test})' for test in tests)})", "not in the set of pairs")


def _equals(column: str, value: object) -> str:
    if value is None:
        return f"isNull({column})"
    if not isinstance(value, str | int | float | bool):
        raise BadArgument(f"value_pairs_set: expected numbers or texts, found {value!r}")
    return f"{column} = {literals.scalar(value)}"


@compiles("expect_compound_columns_to_be_unique")
def compound_unique(arguments: Arguments) -> Compiled:
    """Every row whose key occurs more than once is unexpected; a key with a null in it never does."""
    columns, missing = _columns(arguments)
    flaw = f"duplicate in ({', '.join(columns)})"
    return Compiled(Duplicates(columns, missing, arguments.where), Mostly(arguments.mostly, flaw))


@compiles("expect_multicolumn_sum_to_equal")
def sum_equal(arguments: Arguments) -> Compiled:
    """A row with a null in it has no sum and is not unexpected."""
    columns, missing = _columns(arguments)
    total = arguments.number("sum_total")
    summed = " + ".join(sql.identifier(column) for column in columns)
    return Compiled(
        Rows(f"{summed} != {literals.scalar(total)}", missing, arguments.where),
        Mostly(arguments.mostly, f"with a sum other than {words.number(total)}"),
    )


@compiles("expect_multicolumn_values_to_be_equal")
def all_equal(arguments: Arguments) -> Compiled:
    """Two nulls are equal, a null and a value are not."""
    columns, missing = _columns(arguments)
    first, *others = (sql.identifier(column) for column in columns)
    tests = [
        f"(isNull({first}) AND isNull({other})) OR (isNotNull({first}) AND isNotNull({other}) AND {first} = {other})"
        for other in others
    ]
    return Compiled(
        Rows(f"NOT ({all_of(*tests)})", missing, arguments.where), Mostly(arguments.mostly, "with unequal columns")
    )


@compiles("expect_select_column_values_to_be_unique_within_record")
def all_different(arguments: Arguments) -> Compiled:
    """Two nulls are the same value."""
    columns, missing = _columns(arguments)
    pairs = combinations((sql.identifier(column) for column in columns), 2)
    tests = [f"({left} = {right}) OR (isNull({left}) AND isNull({right}))" for left, right in pairs]
    unexpected = " OR ".join(f"({test})" for test in tests)
    return Compiled(
        Rows(unexpected, missing, arguments.where), Mostly(arguments.mostly, "with a value twice in the row")
    )
