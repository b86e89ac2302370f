"""`expression`: text that is safe to stand between parentheses in a statement of ours, such as ``USING (...)``."""

from datacontract_api.documents.problem import shown
from datacontract_api.errors import InvalidValue
from datacontract_runner.lint.tokens import Kind, NotLexical, Token, meaning, tokens

_REMEDY = "Write one boolean expression over the columns, such as origin = 'JFK'."
_STATEMENTS = frozenset(("SELECT", "WITH", "FROM"))
_MAKES_OTHER_TEXT = {
    "{": "holds a query parameter or a template, which nobody fills in here",
    ";": "holds a ';', which ends a statement",
    "\\": "holds a backslash outside quotes",
    "$": "holds a '$' outside quotes, which opens a heredoc",
    "#": "holds a '#' outside quotes, which opens a comment",
}


def expression(text: str) -> str:
    """Returns a text unchanged if it is exactly one SQL expression.

    What could end the parentheses around it, hide their end or be read differently by two parsers is refused:
    brackets that do not fit, open quotes, comments, heredocs, ';', parameters, characters beyond ASCII outside quotes,
    a list of several expressions, a bare SELECT.

    Args:
        text: SQL by the author of a contract, such as ``spec.governance.access[].rows``.

    Raises:
        InvalidValue: when it is not one expression.
    """
    if reason := _refusal(text):
        raise InvalidValue(f"{shown(text)} {reason}.", remedy=_REMEDY)
    return text


def _refusal(text: str) -> str:
    """Why a text is no expression, empty when it is one."""
    if any(ord(character) < 32 and character not in "\t\n\r" for character in text):
        return "holds a control character"
    try:
        found = tokens(text)
    except NotLexical as error:
        return error.message
    words = meaning(found)
    if not words:
        return "is empty"
    if words[0].kind is Kind.WORD and words[0].text.upper() in _STATEMENTS:
        return f"is a {words[0].text.upper()}, not an expression"
    for token in words:
        if token.kind is Kind.WORD and token.text.upper() == "AS" and token.depth == 0:
            return "gives its value a name with AS"
        if token.kind is Kind.WORD and token.text == "arrayJoin":
            return "makes several rows of one with arrayJoin"
    return next(filter(None, map(_refused_token, found)), "")


def _refused_token(token: Token) -> str:
    if token.kind is Kind.COMMENT:
        return "holds a comment"
    if token.kind is Kind.HEREDOC:
        return _MAKES_OTHER_TEXT["$"]
    if token.kind in (Kind.STRING, Kind.QUOTED_IDENTIFIER):
        return "uses typographic quotes: write ' or `" if token.text[0] in "‘“" else ""
    if not token.text.isascii():
        return f"holds {shown(token.text)} outside quotes"
    if token.text == "," and token.depth == 0:
        return "is a list of several expressions"
    return next((reason for character, reason in _MAKES_OTHER_TEXT.items() if character in token.text), "")
