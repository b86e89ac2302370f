"""Data Docs of a run: readable, and loading nothing from other hosts."""

import re
from pathlib import Path

from datacontract_runner import sql
from datacontract_runner.quality import validate
from datacontract_runner.quality.gx.datadocs import write_docs
from datacontract_runner.warehouse import Connection
from support.checks.rules import PROPERTIES, expectation, metric, promising

RULES = [
    metric("rowCount", mustBe=3),
    expectation("expect_column_values_to_match_regex", column="s", regex="^https?://"),
    expectation("expect_column_mean_to_be_between", column="a", min_value=5),
    expectation("expect_column_mean_to_be_between", column="s", min_value=5),
]


def test_data_docs_tell_what_failed_and_load_nothing_from_elsewhere(
    connection: Connection, database: str, tmp_path: Path
) -> None:
    columns = ", ".join(f"{p['name']} {p['physicalType']}" for p in PROPERTIES)
    connection.execute(f"CREATE TABLE {sql.qualified(database, 't')} ({columns}) ENGINE = MergeTree ORDER BY id")
    rows = [[1, 1, None, "<script src='https://example.org/x.js'></script>", "m1"], [2, 2, 2, "http://y", "m2"]]
    connection.insert(database, "t", [p["name"] for p in PROPERTIES], rows)
    results = validate(connection, database, promising(PROPERTIES, RULES))

    index = write_docs("default/rules", "run-1", results, tmp_path / "docs")

    page = (index.parent / "t.html").read_text()
    assert '<a href="t.html">t</a>' in index.read_text()
    assert "values must match this regular expression" in page
    for text in (page, index.read_text()):
        assert "default-src 'none'" in text
        assert not re.search(r"<(script|link|img|iframe|form)\b", text)
        assert not re.search(r"(src|url\()\s*=?\s*['\"]?(https?:)?//", text)
