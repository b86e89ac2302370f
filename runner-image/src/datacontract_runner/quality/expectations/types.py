"""Expectations about a column's type, by the name of its ClickHouse type without parameters, Nullable and the like."""

from datacontract_runner.quality.expectations.arguments import Arguments
from datacontract_runner.quality.expectations.compiled import Compiled, compiles
from datacontract_runner.quality.measures import ColumnType, type_name
from datacontract_runner.quality.structure import TypeIn


def _type(arguments: Arguments, names: tuple[str, ...]) -> Compiled:
    return Compiled(ColumnType(arguments.column_name()), TypeIn(tuple(type_name(name) for name in names)))


@compiles("expect_column_type_to_be")
def type_to_be(arguments: Arguments) -> Compiled:
    """One type."""
    return _type(arguments, (arguments.text("type_"),))


@compiles("expect_column_values_to_be_of_type")
def values_of_type(arguments: Arguments) -> Compiled:
    """In SQL all values of a column have its type, so `mostly` and `row_condition` change nothing."""
    return _type(arguments, (arguments.text("type_"),))


@compiles("expect_column_values_to_be_in_type_list")
def values_in_type_list(arguments: Arguments) -> Compiled:
    """One of several types."""
    return _type(arguments, arguments.texts("type_list"))
