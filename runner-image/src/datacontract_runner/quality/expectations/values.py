"""Expectations about every value of a column: nulls, ranges, sets, uniqueness, outliers."""

from typing import Any

from datacontract_runner.quality import literals, words
from datacontract_runner.quality.comparisons import Mostly
from datacontract_runner.quality.expectations.arguments import Arguments, BadArgument, membership
from datacontract_runner.quality.expectations.compiled import Compiled, compiles
from datacontract_runner.quality.measures import Duplicates, Rows


def each_value(arguments: Arguments, unexpected: str, flaw: str, column: str = "column") -> Compiled:
    """A rule about every value that is not null.

    Args:
        arguments: of the expectation.
        unexpected: SQL condition of a value that breaks the rule.
        flaw: the same in words.
        column: name of the argument that names the column.
    """
    missing = f"isNull({arguments.column(column)})"
    return Compiled(Rows(unexpected, missing, arguments.where), Mostly(arguments.mostly, flaw))


def outside(expression: str, low: Any, high: Any, *, strict_low: bool, strict_high: bool) -> str:
    """SQL condition that an expression lies outside bounds, of which one may be None.

    NaN is outside of two bounds and not outside of one, as in Great Expectations, which negates one comparison by
    turning its operator round.
    """
    above, below = (">" if strict_low else ">="), ("<" if strict_high else "<=")
    if low is not None and high is not None:
        return f"NOT ({expression} {above} {literals.scalar(low)} AND {expression} {below} {literals.scalar(high)})"
    if low is not None:
        return f"{expression} {'<=' if strict_low else '<'} {literals.scalar(low)}"
    return f"{expression} {'>=' if strict_high else '>'} {literals.scalar(high)}"


@compiles("expect_column_values_to_not_be_null")
def not_null(arguments: Arguments) -> Compiled:
    """Nothing is ignored: a null is what breaks the rule."""
    unexpected = f"isNull({arguments.column()})"
    return Compiled(Rows(unexpected, where=arguments.where), Mostly(arguments.mostly, "null"))


@compiles("expect_column_values_to_be_null")
def null(arguments: Arguments) -> Compiled:
    """Nothing is ignored."""
    unexpected = f"isNotNull({arguments.column()})"
    return Compiled(Rows(unexpected, where=arguments.where), Mostly(arguments.mostly, "not null"))


@compiles("expect_column_values_to_be_between")
def between(arguments: Arguments) -> Compiled:
    """Numbers, dates and moments; Great Expectations refuses text and booleans."""
    low, high = arguments.bounds()
    name = arguments.column_name()
    if arguments.type_of(name).startswith(("string", "char", "varchar", "text", "nchar", "nvarchar", "bool", "bit")):
        raise BadArgument(f"column {name!r} is {arguments.types[name]}: only numbers, dates and moments have a range")
    strict = {"strict_low": arguments.flag("strict_min"), "strict_high": arguments.flag("strict_max")}
    unexpected = outside(arguments.column(), low, high, **strict)
    return each_value(arguments, unexpected, f"not {words.interval(low, high, **strict)}")


@compiles("expect_column_values_to_be_in_set")
def in_set(arguments: Arguments) -> Compiled:
    """A null in the set is left out, for nulls are ignored anyway."""
    members = arguments.members("value_set")
    unexpected = membership(arguments.column(), members, inside=False)
    return each_value(arguments, unexpected, f"not in {words.members(members)}")


@compiles("expect_column_values_to_not_be_in_set")
def not_in_set(arguments: Arguments) -> Compiled:
    """The opposite."""
    members = arguments.members("value_set")
    unexpected = membership(arguments.column(), members, inside=True)
    return each_value(arguments, unexpected, f"in {words.members(members)}")


@compiles("expect_column_values_to_be_unique")
def unique(arguments: Arguments) -> Compiled:
    """Every row of a value that occurs more than once is unexpected."""
    missing = f"isNull({arguments.column()})"
    measure = Duplicates((arguments.column_name(),), missing, arguments.where)
    return Compiled(measure, Mostly(arguments.mostly, "duplicate"))
