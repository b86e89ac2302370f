"""Columns that a field names and no table has: masking, retention, service levels, loads, arguments of rules."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from datacontract_api.documents.wording import closest
from datacontract_api.quality import QualityRule
from datacontract_runner.lint.subject import Finding, Subject

_WRAPPER = re.compile(r"^(?:Nullable|LowCardinality)\((.*)\)$")
_COLUMN_ARGUMENTS = ("column", "column_A", "column_B")
_COLUMN_LISTS = re.compile(r"compound|select_column|multicolumn")
"""Expectations whose ``column_list`` names columns to check; of others it is what is expected of the table."""


def check_columns(subject: Subject) -> Iterator[Finding]:
    """Finds columns named where they do not exist, or where naming them has no effect."""
    yield from _masking(subject)
    yield from _retention(subject)
    yield from _service_levels(subject)
    yield from _load(subject)
    yield from _quality(subject)


def _masking(subject: Subject) -> Iterator[Finding]:
    columns = [column for schema_object in subject.promised().values() for column in schema_object.properties]
    names, personal = {column.name for column in columns}, {column.name for column in columns if column.is_pii}
    for name in subject.contract.spec.governance.masking:
        path = ("spec", "governance", "masking", name)
        if name not in names:
            yield subject.finding(path, "is a column of no promised table", _nearest(name, names))
        elif name not in personal:
            yield subject.finding(
                path, "is not tagged pii, so nothing is masked", "Add the tag pii to the column, or remove the masking."
            )


def _retention(subject: Subject) -> Iterator[Finding]:
    retention, loaded = subject.contract.spec.governance.retention, subject.load_columns()
    if retention is None:
        return
    types = {
        column.physical_type
        for schema_object in subject.promised().values()
        if (column := schema_object.column(retention.column))
    }
    path = ("spec", "governance", "retention", "column")
    if not types and loaded is not None and retention.column not in loaded:
        names = {column.name for promised in subject.promised().values() for column in promised.properties} | loaded
        yield subject.finding(path, "is a column of no table", _nearest(retention.column, names), retention.column)
    for physical_type in sorted(types):
        if not _unwrapped(physical_type).startswith("Date"):
            message = f"is of type {physical_type}, which has no age"
            yield subject.finding(path, message, "Name a Date or DateTime column.", retention.column)


def _service_levels(subject: Subject) -> Iterator[Finding]:
    promised = subject.promised()
    for index, level in enumerate(subject.contract.spec.sla_properties):
        if level.element is None:
            continue
        path = ("spec", "slaProperties", index, "element")
        table, _, column = level.element.partition(".")
        if table not in promised:
            yield subject.finding(path, "names no promised table", _nearest(table, promised), level.element)
        elif column and promised[table].column(column) is None:
            names = [promise.name for promise in promised[table].properties]
            yield subject.finding(path, f"names no column of {table}", _nearest(column, names), level.element)


def _load(subject: Subject) -> Iterator[Finding]:
    load = subject.contract.spec.load
    if not load.columns:
        return
    known = {column.name for column in load.columns}
    named: list[tuple[tuple[str | int, ...], str]] = [(("cursor",), load.cursor)] if load.cursor else []
    named += [(("key", index), name) for index, name in enumerate(load.key)]
    named += [(("orderBy", index), name) for index, name in enumerate(load.order_by)]
    for path, name in named:
        if name not in known:
            yield subject.finding(
                ("spec", "load", *path), "is not among spec.load.columns", _nearest(name, known), name
            )


def _quality(subject: Subject) -> Iterator[Finding]:
    for index, schema_object in enumerate(subject.contract.spec.schema_):
        known = {column.name for column in schema_object.properties}
        for place, rule in enumerate(schema_object.quality):
            path = ("spec", "schema", index, "quality", place)
            for below, name in _named_by(rule):
                if name not in known:
                    message = f"is no promised column of {schema_object.table}"
                    yield subject.finding((*path, *below), message, _nearest(name, known), name)


def _named_by(rule: QualityRule) -> Iterator[tuple[Sequence[str | int], str]]:
    """Columns that a rule on a table names in its arguments, with the path from the rule."""
    yield from _texts(rule.arguments, ("properties",), ("arguments",))
    if rule.implementation:
        keys = (*_COLUMN_ARGUMENTS, *(("column_list",) if _COLUMN_LISTS.search(rule.implementation.type) else ()))
        yield from _texts(rule.implementation.kwargs, keys, ("implementation", "kwargs"))


def _texts(
    arguments: Mapping[str, Any], keys: Iterable[str], above: tuple[str, ...]
) -> Iterator[tuple[Sequence[str | int], str]]:
    for key in keys:
        value = arguments.get(key)
        if isinstance(value, str):
            yield (*above, key), value
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, str):
                yield (*above, key, index), item


def _nearest(name: str, known: Iterable[str]) -> str:
    known = sorted(known)
    near = closest(name, known)
    return f"Did you mean {near}?" if near else f"Known are: {', '.join(known[:20])}{', …' if known[20:] else ''}."


def _unwrapped(physical_type: str) -> str:
    while match := _WRAPPER.match(physical_type):
        physical_type = match[1]
    return physical_type
