"""Checks from rules of `type: custom`: Great Expectations by name, or by import path."""

import difflib
from collections.abc import Mapping
from typing import Any

from datacontract_api.errors import ExpectationUnknown
from datacontract_runner.quality.check import Check, Origin
from datacontract_runner.quality.comparisons import Verdict
from datacontract_runner.quality.expectations.arguments import Arguments, BadArgument
from datacontract_runner.quality.expectations.catalogue import CATALOGUE, COMMON, Entry, Family, close_names
from datacontract_runner.quality.expectations.compiled import Compiled, compiler
from datacontract_runner.quality.expectations.conditions import Condition
from datacontract_runner.quality.measures import Delegated
from datacontract_runner.quality.rules.place import Place, personal

_COLUMN_ARGUMENTS = ("column", "column_A", "column_B")


def check(place: Place) -> Check:
    """The check of one rule.

    Raises:
        ExpectationUnknown: no such expectation, arguments that it does not take, or one that cannot run on SQL.
    """
    implementation = place.rule.implementation
    assert implementation is not None
    name = implementation.type
    if "." in name:
        kwargs = _with_column(place, implementation.kwargs, takes_column="column" in implementation.kwargs)
        return _custom(place, name, kwargs)
    entry = _entry(place, name)
    kwargs = _with_column(place, implementation.kwargs, takes_column="column" in entry.arguments)
    _refuse_arguments(place, entry, kwargs)
    return _core(place, entry, kwargs)


def _entry(place: Place, name: str) -> Entry:
    entry = CATALOGUE.get(name)
    if entry is None:
        close = close_names(name)
        raise ExpectationUnknown(
            f"Great Expectations has no expectation {name!r}.",
            remedy=f"Did you mean {' or '.join(close)}?" if close else "docs/expectations.md lists them all.",
            field=f"{place.path}.implementation.type",
        )
    if entry.impossible:
        raise ExpectationUnknown(
            f"{name} cannot run on a SQL warehouse:", remedy=entry.impossible, field=f"{place.path}.implementation.type"
        )
    return entry


def _with_column(place: Place, kwargs: Mapping[str, Any], *, takes_column: bool) -> dict[str, Any]:
    """Fills in the column of a rule that stands on a property."""
    if place.owner is None or not takes_column:
        return dict(kwargs)
    column = kwargs.get("column", place.owner.name)
    if column != place.owner.name:
        raise ExpectationUnknown(
            f"the rule stands on property {place.owner.name!r} and names column {column!r}.",
            remedy="Leave column out, or move the rule to the table.",
            field=f"{place.path}.implementation.kwargs.column",
        )
    return {**kwargs, "column": column}


def _refuse_arguments(place: Place, entry: Entry, kwargs: Mapping[str, Any]) -> None:
    for name in kwargs:
        if name not in entry.arguments and name not in COMMON:
            close = difflib.get_close_matches(name, entry.arguments, 1)
            raise ExpectationUnknown(
                f"{entry.name} takes no argument {name!r}.",
                remedy=f"Did you mean {close[0]}?" if close else f"It takes {', '.join(entry.arguments) or 'none'}.",
                field=f"{place.path}.implementation.kwargs.{name}",
            )
    for name in entry.all_required:
        if name not in kwargs:
            raise ExpectationUnknown(
                f"{entry.name} needs the argument {name!r}.",
                remedy=f"Add it to kwargs; it takes {', '.join(entry.arguments)}.",
                field=f"{place.path}.implementation.kwargs",
            )


def _core(place: Place, entry: Entry, kwargs: Mapping[str, Any]) -> Check:
    arguments = Arguments(kwargs, place.types)
    try:
        columns = _columns(entry, arguments)
        compile_ = compiler(entry.name)
        compiled = compile_(arguments) if compile_ else _delegated(entry.name, kwargs)
    except BadArgument as error:
        raise ExpectationUnknown(f"{entry.name}: {error}.", field=f"{place.path}.implementation.kwargs") from None
    return _made(place, entry.name, kwargs, columns, compiled)


def _custom(place: Place, name: str, kwargs: Mapping[str, Any]) -> Check:
    """An expectation that somebody wrote: all we know of its columns is how arguments are usually called."""
    named = [kwargs[argument] for argument in _COLUMN_ARGUMENTS if isinstance(kwargs.get(argument), str)]
    listed = kwargs.get("column_list")
    columns = (*named, *(listed if isinstance(listed, list) else ()))
    return _made(place, name, kwargs, columns, _delegated(name, kwargs))


def _delegated(name: str, kwargs: Mapping[str, Any]) -> Compiled:
    return Compiled(Delegated(name, kwargs), Verdict(name), reveals=True)


def _columns(entry: Entry, arguments: Arguments) -> tuple[str, ...]:
    """Columns that the expectation reads, each promised."""
    condition: Condition | None = arguments.condition
    filtered = condition.columns if condition else ()
    if entry.family in (Family.COLUMN_MAP, Family.COLUMN_AGGREGATE):
        return (arguments.column_name(), *filtered)
    if entry.family is Family.COLUMN_PAIR:
        return (arguments.column_name("column_A"), arguments.column_name("column_B"), *filtered)
    if entry.family is Family.MULTICOLUMN:
        return (*arguments.column_names(), *filtered)
    return filtered


def _made(place: Place, name: str, kwargs: Mapping[str, Any], columns: tuple[str, ...], compiled: Compiled) -> Check:
    # A query, and an expectation that somebody wrote, may read any column of the table.
    reads = columns or tuple(place.types)
    return Check(
        name=place.rule.name or f"{place.subject(columns)} {name.rpartition('.')[2]}",
        table=place.table,
        columns=columns,
        measure=compiled.measure,
        comparison=compiled.comparison,
        severity=place.rule.severity,
        origin=Origin.EXPECTATION,
        path=place.path,
        expectation=name,
        kwargs=kwargs,
        personal=personal(place.schema_object, reads),
        reveals=compiled.reveals,
        description=place.rule.description or "",
    )
