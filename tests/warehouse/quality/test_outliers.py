"""Outliers by quartiles (linear interpolation), which Great Expectations evaluates on other databases alone."""

import statistics

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datacontract_runner import sql
from datacontract_runner.quality import validate
from datacontract_runner.warehouse import Connection
from support.checks.rules import expectation, promising

values = st.lists(st.none() | st.integers(-50, 50).map(float) | st.sampled_from([1e3, -1e3]), max_size=30)


def _outliers(data: list[float | None], multiplier: float) -> int:
    """How many values a person would count."""
    present = [value for value in data if value is not None]
    if not present:
        return 0
    first, _, third = statistics.quantiles(present, n=4, method="inclusive") if len(present) > 1 else present * 3
    reach = multiplier * (third - first)
    return sum(not first - reach <= value <= third + reach for value in present)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=values, multiplier=st.sampled_from([0.5, 1, 1.5]))
def test_outliers_by_quartiles(
    connection: Connection, database: str, data: list[float | None], multiplier: float
) -> None:
    connection.execute(
        f"CREATE OR REPLACE TABLE {sql.qualified(database, 't')} (f Nullable(Float64)) "
        "ENGINE = MergeTree ORDER BY tuple()"
    )
    connection.insert(database, "t", ["f"], [[value] for value in data])
    rule = expectation("expect_column_values_to_not_be_outliers", column="f", multiplier=multiplier, mostly=0)
    (result,) = validate(connection, database, promising(({"name": "f", "physicalType": "Nullable(Float64)"},), [rule]))
    assert result.error == ""
    assert result.measured.unexpected_count == _outliers(data, multiplier)
    assert result.measured.missing_count == data.count(None)
