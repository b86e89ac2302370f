"""Checks from rules of `type: library`: the ODCS metrics.

ODCS v3.1, section "Data quality", "Library". What the standard leaves open is decided here and said in docs/quality.md:
a null always counts as missing, never as invalid; every row of a value that occurs more than once is a duplicate.
"""

from collections.abc import Callable, Mapping
from typing import Any

from datacontract_api.errors import InvalidValue
from datacontract_api.quality import Metric, Unit
from datacontract_runner import sql
from datacontract_runner.quality.check import Check, Measure, Origin
from datacontract_runner.quality.comparisons import Operator
from datacontract_runner.quality.expectations.arguments import Arguments, BadArgument, membership
from datacontract_runner.quality.expectations.patterns import matching
from datacontract_runner.quality.measures import Duplicates, Rows, Value, count_where
from datacontract_runner.quality.rules.bound import bound
from datacontract_runner.quality.rules.place import Place, personal

_ARGUMENTS: Mapping[Metric, tuple[str, ...]] = {
    Metric.ROW_COUNT: (),
    Metric.NULL_VALUES: (),
    Metric.MISSING_VALUES: ("missingValues",),
    Metric.INVALID_VALUES: ("validValues", "pattern"),
    Metric.DUPLICATE_VALUES: ("properties",),
}

_NEAREST: Mapping[Metric, str] = {
    Metric.ROW_COUNT: "expect_table_row_count_to_be_between",
    Metric.NULL_VALUES: "expect_column_values_to_not_be_null",
    Metric.MISSING_VALUES: "expect_column_values_to_not_be_in_set",
    Metric.INVALID_VALUES: "expect_column_values_to_be_in_set",
    Metric.DUPLICATE_VALUES: "expect_column_values_to_be_unique",
}
"""Under which expectation a metric appears in Great Expectations' documents."""


def check(place: Place) -> Check:
    """The check of one rule.

    Raises:
        InvalidValue: arguments that the metric does not take, or a metric where it makes no sense.
    """
    metric = place.rule.metric
    assert metric is not None
    _refuse_arguments(place, metric)
    columns = _columns(place, metric)
    try:
        measure, noun = _MEASURES[metric](Arguments(place.rule.arguments, place.types), columns)
    except BadArgument as error:
        raise InvalidValue(f"{metric.value}: {error}.", field=f"{place.path}.arguments") from None
    word, value = bound(place)
    return Check(
        name=place.rule.name or f"{place.subject(columns)} {metric.value}",
        table=place.table,
        columns=columns,
        measure=measure,
        comparison=Operator(word, value, noun, place.rule.unit),
        severity=place.rule.severity,
        origin=Origin.LIBRARY,
        path=place.path,
        expectation="expect_compound_columns_to_be_unique" if len(columns) > 1 else _NEAREST[metric],
        kwargs=_kwargs(place, columns),
        personal=personal(place.schema_object, columns),
        description=place.rule.description or "",
    )


def _refuse_arguments(place: Place, metric: Metric) -> None:
    taken = _ARGUMENTS[metric]
    for name in place.rule.arguments:
        if name not in taken:
            raise InvalidValue(
                f"{metric.value} takes no argument {name!r}.",
                remedy=f"It takes {', '.join(taken) or 'none'}.",
                field=f"{place.path}.arguments.{name}",
            )
    if metric is Metric.ROW_COUNT and place.rule.unit is Unit.PERCENT:
        raise InvalidValue("rowCount counts rows, not percent of rows.", field=f"{place.path}.unit")


def _columns(place: Place, metric: Metric) -> tuple[str, ...]:
    """Columns that the metric is about: the property's, or those that `properties` lists."""
    listed = place.rule.arguments.get("properties")
    if metric is Metric.ROW_COUNT:
        if place.owner:
            raise InvalidValue(
                "rowCount counts a table's rows.", remedy="Move the rule to the table.", field=f"{place.path}.metric"
            )
        return ()
    if listed is not None:
        return _listed(place, listed)
    if place.owner is None:
        remedy = "List them as arguments: {properties: [...]}." if metric is Metric.DUPLICATE_VALUES else ""
        raise InvalidValue(
            f"{metric.value} needs a column.",
            remedy=remedy or "Move the rule to the property it is about.",
            field=f"{place.path}.metric",
        )
    return (place.owner.name,)


def _listed(place: Place, listed: Any) -> tuple[str, ...]:
    path = f"{place.path}.arguments.properties"
    if not isinstance(listed, list) or not listed or not all(isinstance(name, str) for name in listed):
        raise InvalidValue(f"expected a list of properties, found {listed!r}.", field=path)
    for name in listed:
        if name not in place.types:
            promised = ", ".join(place.types)
            raise InvalidValue(f"{place.table} promises no property {name!r}, only {promised}.", field=path)
    return tuple(dict.fromkeys([*([place.owner.name] if place.owner else []), *listed]))


def _kwargs(place: Place, columns: tuple[str, ...]) -> dict[str, Any]:
    """Arguments of the nearest expectation."""
    kwargs: dict[str, Any] = {}
    if columns:
        kwargs = {"column_list": list(columns)} if len(columns) > 1 else {"column": columns[0]}
    for name in ("validValues", "missingValues"):
        if name in place.rule.arguments:
            kwargs["value_set"] = place.rule.arguments[name]
    return kwargs


def _row_count(_: Arguments, __: tuple[str, ...]) -> tuple[Measure, str]:
    return Value(count_where(None)), "rows"


def _null(_: Arguments, columns: tuple[str, ...]) -> tuple[Measure, str]:
    return Rows(f"isNull({sql.identifier(columns[0])})"), "null"


def _missing(arguments: Arguments, columns: tuple[str, ...]) -> tuple[Measure, str]:
    column = sql.identifier(columns[0])
    if "missingValues" not in arguments.kwargs:
        return Rows(f"isNull({column})"), "missing"
    listed = membership(column, arguments.members("missingValues"), inside=True)
    return Rows(f"isNull({column}) OR {listed}"), "missing"


def _invalid(arguments: Arguments, columns: tuple[str, ...]) -> tuple[Measure, str]:
    column = sql.identifier(columns[0])
    tests = []
    if "validValues" in arguments.kwargs:
        tests.append(membership(column, arguments.members("validValues"), inside=False))
    if "pattern" in arguments.kwargs:
        tests.extend(f"NOT {test}" for test in matching(column, arguments.regexes("pattern")))
    if not tests:
        raise BadArgument("expected validValues, pattern or both")
    return Rows(f"isNotNull({column}) AND ({' OR '.join(tests)})"), "invalid"


def _duplicate(_: Arguments, columns: tuple[str, ...]) -> tuple[Measure, str]:
    return Duplicates(columns), "duplicate"


_MEASURES: Mapping[Metric, Callable[[Arguments, tuple[str, ...]], tuple[Measure, str]]] = {
    Metric.ROW_COUNT: _row_count,
    Metric.NULL_VALUES: _null,
    Metric.MISSING_VALUES: _missing,
    Metric.INVALID_VALUES: _invalid,
    Metric.DUPLICATE_VALUES: _duplicate,
}
