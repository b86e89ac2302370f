"""SQL in the words of the server: what it shows of views, policies and TTLs can then be compared with what we want."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from datacontract_runner.governance import scan
from datacontract_runner.governance.model import Access, MaskingView, Policy, Wanted
from datacontract_runner.governance.view_select import parse_select, render_select
from datacontract_runner.warehouse import Connection

_FORMAT = "SELECT arrayMap(text -> formatQuerySingleLineOrNull(text), {texts:Array(String)})"


def format_queries(connection: Connection, queries: Iterable[str]) -> Mapping[str, str]:
    """Queries as ClickHouse formats them; one that it cannot read stays as it is. Nothing is executed."""
    texts = sorted(set(queries))
    if not texts:
        return {}
    formatted = connection.value(_FORMAT, {"texts": texts})
    return {text: new or text for text, new in zip(texts, formatted, strict=True)}


def format_expressions(connection: Connection, expressions: Iterable[str]) -> Mapping[str, str]:
    """Expressions as ClickHouse formats them, without comments and without parentheses around the whole."""
    texts = set(expressions)
    formatted = format_queries(connection, (_query(text) for text in texts))
    return {text: scan.without_parentheses(formatted[_query(text)].removeprefix("SELECT ")) for text in texts}


def _query(expression: str) -> str:
    # On a line of its own, a comment at its end does not swallow the parenthesis.
    return f"SELECT ({expression}\n)"


def format_access(connection: Connection, access: Access) -> Access:
    """Access with filters and masks as ClickHouse formats them."""
    filters = format_expressions(connection, (policy.using for policy in access.policies))
    selects = format_queries(connection, (render_select(view) for view in access.views if view.columns))
    return replace(
        access,
        policies=frozenset(_policy(policy, filters) for policy in access.policies),
        views=frozenset(_view(view, selects) for view in access.views),
    )


def format_wanted(connection: Connection, wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Tables' wishes with TTLs as ClickHouse formats them."""
    wishes = tuple(wanted)
    ttls = format_expressions(connection, (wish.ttl for wish in wishes if wish.ttl))
    return tuple(replace(wish, ttl=ttls[wish.ttl]) if wish.ttl else wish for wish in wishes)


def _policy(policy: Policy, filters: Mapping[str, str]) -> Policy:
    return replace(policy, using=filters[policy.using])


def _view(view: MaskingView, selects: Mapping[str, str]) -> MaskingView:
    parsed = parse_select(selects[render_select(view)]) if view.columns else None
    return replace(view, columns=parsed[1]) if parsed else view
