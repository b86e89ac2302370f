"""Expectations about which columns the table has: answered from its structure, without reading a row."""

from datacontract_runner.quality.comparisons import Limits
from datacontract_runner.quality.expectations.arguments import Arguments, BadArgument
from datacontract_runner.quality.expectations.compiled import Compiled, compiles
from datacontract_runner.quality.measures import ColumnCount, Structure
from datacontract_runner.quality.structure import ColumnAt, ColumnOrder, ColumnSet


@compiles("expect_column_to_exist")
def column_exists(arguments: Arguments) -> Compiled:
    """The name is compared as it is written; a position counts from 0."""
    position = None if arguments.kwargs.get("column_index") is None else int(arguments.number("column_index"))
    return Compiled(Structure(), ColumnAt(arguments.text("column"), position))


@compiles("expect_table_column_count_to_equal")
def column_count_equals(arguments: Arguments) -> Compiled:
    """An exact number of columns."""
    value = arguments.number("value")
    return Compiled(ColumnCount(), Limits("number of columns", value, value))


@compiles("expect_table_column_count_to_be_between")
def column_count_between(arguments: Arguments) -> Compiled:
    """A range."""
    return Compiled(ColumnCount(), Limits("number of columns", *arguments.bounds(whole=True)))


@compiles("expect_table_columns_to_match_ordered_list")
def columns_in_order(arguments: Arguments) -> Compiled:
    """These columns, in this order."""
    return Compiled(Structure(), ColumnOrder(arguments.texts("column_list")))


@compiles("expect_table_columns_to_match_set")
def columns_in_set(arguments: Arguments) -> Compiled:
    """These columns, in any order. Names are compared as they are written: ClickHouse's are case-sensitive."""
    names = arguments.kwargs.get("column_set")
    if not isinstance(names, list | tuple | set) or not names:
        raise BadArgument(f"column_set: expected a list of columns, found {names!r}")
    exact = arguments.flag("exact_match", default=True)
    return Compiled(Structure(ordered=False), ColumnSet(tuple(map(str, names)), exact))
