"""Quality rules of type sql: one SELECT each, with no placeholder but ours, over the staged table."""

import re
from collections.abc import Iterator

from datacontract_api.errors import InvalidValue
from datacontract_api.quality import QualityRule
from datacontract_runner.lint.selects import refusal, tables_with_database
from datacontract_runner.lint.subject import Finding, Subject

_PLACEHOLDER = re.compile(r"\{\s*(\w+)\s*(?::[^{}]*)?\}")


def check_queries(subject: Subject) -> Iterator[Finding]:
    """Finds queries that are no single SELECT, that use unknown placeholders, or that read a live table."""
    for index, schema_object in enumerate(subject.contract.spec.schema_):
        path: tuple[str | int, ...] = ("spec", "schema", index)
        for place, rule in enumerate(schema_object.quality):
            yield from _check(subject, (*path, "quality", place), rule, {"object"})
        for column, promised in enumerate(schema_object.properties):
            for place, rule in enumerate(promised.quality):
                below = ("properties", column, "quality", place)
                yield from _check(subject, (*path, *below), rule, {"object", "property"})


def _check(subject: Subject, path: tuple[str | int, ...], rule: QualityRule, known: set[str]) -> Iterator[Finding]:
    if rule.query is None:
        return
    path, text = (*path, "query"), rule.query
    for match in _PLACEHOLDER.finditer(text):
        if match[0].strip("{}") not in known:
            message = f"holds {match[0]}, which nobody fills in"
            remedy = f"Known are {', '.join(f'{{{name}}}' for name in sorted(known))}."
            yield subject.finding_in_text(path, text, match.start(), message, remedy, InvalidValue)
            return
    plain = _PLACEHOLDER.sub("filled_in", text)
    if (refused := refusal(plain)) is not None:
        yield subject.finding_in_text(
            path, text, refused.index, refused.message, "Write one SELECT of one number.", InvalidValue
        )
        return
    for database, table in tables_with_database(plain):
        if database == subject.contract.database:
            message = f"reads {database}.{table}, the live table, not the one that this run is about to publish"
            yield subject.finding(path, message, "Write {object} for the rule's own table.", error=InvalidValue)
