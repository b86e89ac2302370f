"""`spec.governance.access[].rows`: one expression each, over the columns of the tables it is for."""

from collections.abc import Iterator

from datacontract_api.errors import InvalidValue
from datacontract_runner.lint.expressions import expression
from datacontract_runner.lint.subject import Finding, Subject
from datacontract_runner.lint.tokens import Kind, Token, meaning, tokens


def check_row_filters(subject: Subject) -> Iterator[Finding]:
    """Finds row filters that are no single expression, or that name no column of a table they are for."""
    promised = subject.promised()
    for index, rule in enumerate(subject.contract.spec.governance.access):
        if rule.rows is None:
            continue
        path = ("spec", "governance", "access", index, "rows")
        try:
            expression(rule.rows)
        except InvalidValue as error:
            yield subject.finding(path, error.message.rstrip("."), error.remedy, error=InvalidValue)
            continue
        names = _names(rule.rows)
        for table in rule.tables:
            known = {column.name for column in promised[table].properties}
            if not names & known:
                message = f"names no promised column of {table}: every row would be shown, or none"
                yield subject.finding(path, message, f"Use one of: {', '.join(sorted(known)[:20])}.", rule.rows)


def _names(text: str) -> set[str]:
    """What could be a column in an expression: words and quoted identifiers that are not called."""
    words = meaning(tokens(text))
    following = [*(token.text for token in words[1:]), ""]
    return {_name(token) for token, after in zip(words, following, strict=True) if _may_name(token) and after != "("}


def _may_name(token: Token) -> bool:
    return token.kind in (Kind.WORD, Kind.QUOTED_IDENTIFIER)


def _name(token: Token) -> str:
    if token.kind is Kind.WORD:
        return token.text
    quote = token.text[0]
    return token.text[1:-1].replace(quote * 2, quote).replace(f"\\{quote}", quote).replace("\\\\", "\\")
