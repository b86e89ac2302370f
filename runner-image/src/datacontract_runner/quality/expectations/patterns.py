"""Expectations about patterns: regular expressions (RE2, found anywhere in the text) and LIKE."""

from collections.abc import Iterable

from datacontract_runner.quality import literals, words
from datacontract_runner.quality.expectations.arguments import Arguments, BadArgument
from datacontract_runner.quality.expectations.compiled import Compiled, compiles
from datacontract_runner.quality.expectations.values import each_value

_EVERYTHING = "(?s).*"
"""Great Expectations' default regular expression."""


def matching(column: str, patterns: Iterable[str]) -> list[str]:
    """SQL conditions that a column matches regular expressions, one each."""
    return [f"match({column}, {literals.scalar(pattern)})" for pattern in patterns]


def _any(conditions: list[str]) -> str:
    return " OR ".join(f"({condition})" for condition in conditions)


def _all(conditions: list[str]) -> str:
    return " AND ".join(f"({condition})" for condition in conditions)


@compiles("expect_column_values_to_match_regex")
def regex(arguments: Arguments) -> Compiled:
    """One expression."""
    patterns = arguments.regexes("regex", _EVERYTHING)
    condition = matching(arguments.column(), patterns)[0]
    return each_value(arguments, f"NOT {condition}", f"not matching {words.quoted(patterns[0])}")


@compiles("expect_column_values_to_not_match_regex")
def not_regex(arguments: Arguments) -> Compiled:
    """One expression."""
    patterns = arguments.regexes("regex")
    return each_value(arguments, matching(arguments.column(), patterns)[0], f"matching {words.quoted(patterns[0])}")


@compiles("expect_column_values_to_match_regex_list")
def regex_list(arguments: Arguments) -> Compiled:
    """Any or all of several expressions."""
    patterns = arguments.regexes("regex_list")
    how = arguments.choice("match_on", ("any", "all"))
    condition = (_any if how == "any" else _all)(matching(arguments.column(), patterns))
    return each_value(arguments, f"NOT ({condition})", f"not matching {how} of {words.members(patterns)}")


@compiles("expect_column_values_to_not_match_regex_list")
def not_regex_list(arguments: Arguments) -> Compiled:
    """None of several expressions."""
    patterns = arguments.regexes("regex_list")
    condition = _any(matching(arguments.column(), patterns))
    return each_value(arguments, condition, f"matching one of {words.members(patterns)}")


def like_pattern(pattern: str, escape: str | None) -> str:
    """A LIKE pattern in ClickHouse's form, where a backslash escapes.

    Args:
        pattern: as written.
        escape: the character that escapes in it; None for ClickHouse's own form.

    Raises:
        BadArgument: the pattern ends with a lone escape character.
    """
    if escape is None:
        return pattern
    written, characters = [], iter(pattern)
    for character in characters:
        escaped = character == escape
        if escaped and not (character := next(characters, "")):
            raise BadArgument(f"like_pattern {pattern!r} ends with a lone escape character")
        special = character == "\\" or (escaped and character in "_%")
        written.append(f"\\{character}" if special else character)
    return "".join(written)


def _escape(arguments: Arguments) -> str | None:
    if arguments.kwargs.get("escape") is None:
        return None
    if len(arguments.text("escape")) != 1 or arguments.text("escape") in "_%":
        raise BadArgument(f"escape: expected one character other than _ and %, found {arguments.kwargs['escape']!r}")
    return arguments.text("escape")


def _likes(arguments: Arguments, patterns: Iterable[str]) -> list[str]:
    escape, column = _escape(arguments), arguments.column()
    return [f"{column} LIKE {literals.scalar(like_pattern(pattern, escape))}" for pattern in patterns]


@compiles("expect_column_values_to_match_like_pattern")
def like(arguments: Arguments) -> Compiled:
    """One pattern."""
    pattern = arguments.text("like_pattern")
    condition = _likes(arguments, [pattern])[0]
    return each_value(arguments, f"NOT ({condition})", f"not like {words.quoted(pattern)}")


@compiles("expect_column_values_to_not_match_like_pattern")
def not_like(arguments: Arguments) -> Compiled:
    """One pattern."""
    pattern = arguments.text("like_pattern")
    return each_value(arguments, _likes(arguments, [pattern])[0], f"like {words.quoted(pattern)}")


@compiles("expect_column_values_to_match_like_pattern_list")
def like_list(arguments: Arguments) -> Compiled:
    """Any or all of several patterns."""
    patterns = arguments.texts("like_pattern_list")
    how = arguments.choice("match_on", ("any", "all"))
    condition = (_any if how == "any" else _all)(_likes(arguments, patterns))
    return each_value(arguments, f"NOT ({condition})", f"not like {how} of {words.members(patterns)}")


@compiles("expect_column_values_to_not_match_like_pattern_list")
def not_like_list(arguments: Arguments) -> Compiled:
    """None of several patterns."""
    patterns = arguments.texts("like_pattern_list")
    condition = _any(_likes(arguments, patterns))
    return each_value(arguments, condition, f"like one of {words.members(patterns)}")
