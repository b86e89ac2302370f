"""Expectations about the length of text, in characters (code points)."""

from datacontract_runner.quality import literals, words
from datacontract_runner.quality.expectations.arguments import Arguments, BadArgument
from datacontract_runner.quality.expectations.compiled import Compiled, compiles
from datacontract_runner.quality.expectations.values import each_value, outside


def length(arguments: Arguments) -> str:
    """SQL expression of the length of the column's value."""
    function = "lengthUTF8" if arguments.is_text(arguments.column_name()) else "length"
    return f"{function}({arguments.column()})"


def _whole(arguments: Arguments, name: str) -> int | None:
    if arguments.kwargs.get(name) is None:
        return None
    value = arguments.number(name)
    if value != int(value):
        raise BadArgument(f"{name}: expected a whole number, found {value!r}")
    return int(value)


@compiles("expect_column_value_lengths_to_be_between")
def lengths_between(arguments: Arguments) -> Compiled:
    """Bounds are whole numbers."""
    arguments.bounds()
    low, high = _whole(arguments, "min_value"), _whole(arguments, "max_value")
    strict = {"strict_low": arguments.flag("strict_min"), "strict_high": arguments.flag("strict_max")}
    unexpected = outside(length(arguments), low, high, **strict)
    return each_value(arguments, unexpected, f"of a length not {words.interval(low, high, **strict)}")


@compiles("expect_column_value_lengths_to_equal")
def lengths_equal(arguments: Arguments) -> Compiled:
    """One length."""
    value = arguments.number("value")
    unexpected = f"{length(arguments)} != {literals.scalar(value)}"
    return each_value(arguments, unexpected, f"of a length other than {value:g}")
