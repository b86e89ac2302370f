"""Expectations about the set of a column's distinct values."""

from datacontract_runner.quality import literals
from datacontract_runner.quality.comparisons import Common, Members
from datacontract_runner.quality.expectations.arguments import Arguments, BadArgument
from datacontract_runner.quality.expectations.compiled import Compiled, compiles
from datacontract_runner.quality.measures import DistinctValues, MostCommon


def _distinct(arguments: Arguments, *, outside: bool = False, absent: bool = False) -> Compiled:
    members = arguments.members("value_set")
    measure = DistinctValues(arguments.column(), literals.scalars(members), len(members), arguments.where)
    return Compiled(measure, Members(members, outside=outside, absent=absent))


@compiles("expect_column_distinct_values_to_be_in_set")
def in_set(arguments: Arguments) -> Compiled:
    """No value outside; some may be absent."""
    if not arguments.members("value_set"):
        raise BadArgument("value_set: expected at least one value")
    return _distinct(arguments, absent=True)


@compiles("expect_column_distinct_values_to_contain_set")
def contain_set(arguments: Arguments) -> Compiled:
    """No value absent; others may be there."""
    return _distinct(arguments, outside=True)


@compiles("expect_column_distinct_values_to_equal_set")
def equal_set(arguments: Arguments) -> Compiled:
    """Neither outside nor absent."""
    return _distinct(arguments)


@compiles("expect_column_most_common_value_to_be_in_set")
def most_common(arguments: Arguments) -> Compiled:
    """The value that occurs most often; a GROUP BY of its own."""
    members = arguments.members("value_set")
    measure = MostCommon(arguments.column(), arguments.where)
    return Compiled(measure, Common(members, arguments.flag("ties_okay")), reveals=True)
