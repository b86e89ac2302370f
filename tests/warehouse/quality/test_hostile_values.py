"""Whatever a contract says, its values reach SQL as literals and its columns as identifiers."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datacontract_runner import sql
from datacontract_runner.quality import validate
from datacontract_runner.warehouse import Connection
from support.checks.rules import expectation, metric, promising

TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)
HOSTILE = st.sampled_from(
    ["'", "`", "\\", "\n", "'; DROP TABLE t --", "') OR (1=1", "\\'", "\0table\0", "{x:String}", "%s"]
)
COLUMN = st.one_of(HOSTILE, TEXT).filter(lambda text: all(character > "\x1f" for character in text) and text != "b")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.one_of(HOSTILE, TEXT).filter(lambda text: text != "b"), column=COLUMN)
def test_hostile_values_are_found_and_never_executed(
    connection: Connection, database: str, value: str, column: str
) -> None:
    table = sql.qualified(database, "t")
    connection.execute(
        f"CREATE OR REPLACE TABLE {table} ({sql.identifier(column)} Nullable(String)) "
        "ENGINE = MergeTree ORDER BY tuple()"
    )
    connection.insert(database, "t", [column], [[value], [value], ["b"], [None]])
    condition = {"type": "comparison", "column": {"name": column}, "operator": "==", "parameter": value}
    table_rules = [
        expectation("expect_column_values_to_be_in_set", column=column, value_set=[value]),
        expectation("expect_column_values_to_not_be_in_set", column=column, value_set=["b"], row_condition=condition),
        expectation("expect_column_values_to_be_unique", column=column, row_condition=condition),
        expectation("expect_column_most_common_value_to_be_in_set", column=column, value_set=[value]),
        expectation("expect_column_distinct_values_to_equal_set", column=column, value_set=[value, "b"]),
        {"type": "sql", "query": "SELECT count() FROM {object}", "mustBe": 4},
    ]
    column_rules = [
        metric("invalidValues", arguments={"validValues": [value]}, mustBe=1),
        metric("missingValues", arguments={"missingValues": [value]}, mustBe=3),
        {"type": "sql", "query": "SELECT uniq({property}) FROM {object}", "mustBe": 2},
    ]
    promised = {"name": column, "physicalType": "Nullable(String)", "quality": column_rules}
    results = validate(connection, database, promising((promised,), table_rules))
    assert not any(result.error for result in results)
    in_set, not_in_set, unique, *others = [result for result in results if result.origin == "expectation"]
    assert (in_set.measured.unexpected_count, not_in_set.measured.element_count) == (1, 2)
    assert unique.measured.unexpected_count == 2
    assert all(result.success for result in (*others, *[r for r in results if r.origin != "expectation"]))
