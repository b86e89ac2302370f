"""Checks from rules of `type: sql`: one SELECT of one number, written by the contract's author.

ODCS v3.1, section "Data quality", "SQL": ``{object}`` is the table and ``{property}`` the column.
"""

import re

from datacontract_api.errors import InvalidValue
from datacontract_runner import sql
from datacontract_runner.quality.check import Check, Origin
from datacontract_runner.quality.comparisons import Operator
from datacontract_runner.quality.measures import Counted
from datacontract_runner.quality.questions import TABLE, Query
from datacontract_runner.quality.rules.bound import bound
from datacontract_runner.quality.rules.place import Place, personal

_BLANK = re.compile(r"\{(object|property)\}")


def check(place: Place) -> Check:
    """The check of one rule.

    Raises:
        InvalidValue: the query names a property where there is none.
    """
    assert place.rule.query is not None
    word, value = bound(place)
    columns = (place.owner.name,) if place.owner else ()
    return Check(
        name=place.rule.name or f"{place.subject(columns)} sql",
        table=place.table,
        columns=columns,
        measure=Counted(Query(_filled(place, place.rule.query), guarded=True)),
        comparison=Operator(word, value, ""),
        severity=place.rule.severity,
        origin=Origin.SQL,
        path=place.path,
        expectation="unexpected_rows_expectation",
        kwargs={"unexpected_rows_query": place.rule.query},
        # A query may read any column of the table.
        personal=personal(place.schema_object, tuple(place.types)),
        description=place.rule.description or "",
    )


def _filled(place: Place, query: str) -> str:
    def fill(blank: re.Match[str]) -> str:
        if blank[1] == "object":
            return TABLE
        if place.owner is None:
            raise InvalidValue(
                f"the query names {blank[0]}, but the rule stands on a table.",
                remedy="Move it to the property, or name the column.",
                field=f"{place.path}.query",
            )
        return sql.identifier(place.owner.name)

    return _BLANK.sub(fill, query.strip().rstrip(";"))
