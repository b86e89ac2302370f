"""What can be said about a regular expression without the engine that runs it, which is RE2.

RE2 has neither look-around nor back-references: https://github.com/google/re2/wiki/Syntax
"""

import re
import warnings

_NOT_IN_RE2 = {
    r"\(\?<?[=!]": "look-around",
    r"\\[1-9]": "a back-reference",
    r"\(\?P=": "a back-reference",
    r"\(\?>": "an atomic group",
    r"\(\?\(": "a conditional group",
    r"\(\?#": "a comment",
}

_ALSO_IN_RE2 = ("missing )", "unterminated", "unbalanced parenthesis", "nothing to repeat", "bad escape (end")
"""Complaints of Python's parser that are true of RE2 as well."""


def complaint(pattern: str) -> str:
    """What is wrong with a pattern; empty when nothing is known to be.

    Args:
        pattern: as written in the contract.
    """
    bare = re.sub(r"\\\\|\[\^?\]?(?:\\.|[^\]\\])*\]", "", pattern, flags=re.DOTALL)
    for syntax, name in _NOT_IN_RE2.items():
        if re.search(syntax, bare):
            return f"{name} is not part of RE2, ClickHouse's regular expressions"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        if str(error).startswith(_ALSO_IN_RE2):
            return str(error)
    return ""
