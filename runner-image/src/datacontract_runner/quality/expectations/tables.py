"""Expectations about the table as a whole: its rows, another table's rows, a query's rows."""

import re

from datacontract_runner import sql
from datacontract_runner.quality.comparisons import Limits
from datacontract_runner.quality.expectations.aggregates import limits
from datacontract_runner.quality.expectations.arguments import Arguments, BadArgument
from datacontract_runner.quality.expectations.compiled import Compiled, compiles
from datacontract_runner.quality.measures import Counted, TwoTables, Value, count_where
from datacontract_runner.quality.questions import TABLE, Query
from datacontract_runner.quality.structure import SameRows


def _rows(arguments: Arguments) -> Value:
    return Value(count_where(arguments.where))


@compiles("expect_table_row_count_to_be_between")
def row_count_between(arguments: Arguments) -> Compiled:
    """Rows, all or those of `row_condition`."""
    return Compiled(_rows(arguments), limits(arguments, "number of rows", whole=True))


@compiles("expect_table_row_count_to_equal")
def row_count_equals(arguments: Arguments) -> Compiled:
    """An exact number of rows."""
    value = arguments.number("value")
    return Compiled(_rows(arguments), Limits("number of rows", value, value))


@compiles("expect_table_row_count_to_equal_other_table")
def row_count_equals_other(arguments: Arguments) -> Compiled:
    """The other table is looked for in the stage, so it is one of this contract's."""
    other = arguments.text("other_table_name")
    counted = Query(f"SELECT count() FROM {sql.identifier(other)}", guarded=True)  # noqa: S608
    return Compiled(TwoTables(count_where(arguments.where), counted), SameRows(other))


@compiles("unexpected_rows_expectation")
def unexpected_rows(arguments: Arguments) -> Compiled:
    """The query's rows are counted in the warehouse instead of being fetched.

    In the query ``{batch}`` stands for the table.
    """
    query = arguments.text("unexpected_rows_query").strip().rstrip(";")
    if unknown := set(re.findall(r"\{(\w+)\}", query)) - {"batch"}:
        raise BadArgument(f"unexpected_rows_query: only {{batch}} is filled in, found {', '.join(sorted(unknown))}")
    filled = re.sub(r"\{batch\}", lambda _: TABLE, query).replace("{{", "{").replace("}}", "}")
    measure = Counted(Query(f"SELECT count() FROM (\n{filled}\n)", guarded=True))  # noqa: S608
    return Compiled(measure, Limits("number of unexpected rows", None, 0))
