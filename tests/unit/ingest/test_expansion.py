"""Which documents an address with a pattern means."""

from typing import Any

import pytest

from datacontract_api.sources import FileFormat, TableFunction
from datacontract_runner.ingest.expansion import exact_address, expand

NO_ENGINE: Any = None


@pytest.mark.parametrize(
    ("pattern", "path", "address"),
    [
        ("s3://bucket/a/*.csv", "bucket/a/1.csv", "s3://bucket/a/1.csv"),
        ("s3://bucket/*.csv", "bucket/1.csv", "s3://bucket/1.csv"),
        ("http://host:9000/bucket/a/b*/c.csv", "bucket/a/bx/c.csv", "http://host:9000/bucket/a/bx/c.csv"),
        ("https://bucket.s3.amazonaws.com/a/*.csv", "bucket/a/1.csv", "https://bucket.s3.amazonaws.com/a/1.csv"),
        ("https://bucket.s3.amazonaws.com/*.csv", "bucket/1.csv", "https://bucket.s3.amazonaws.com/1.csv"),
        ("https://b.s3.amazonaws.com/b/x*", "b/b/x1", "https://b.s3.amazonaws.com/b/x1"),
        ("s3://bucket/a%20b/*.csv", "bucket/a b/1.csv", "s3://bucket/a%20b/1.csv"),
        ("s3://bucket/a/*.csv", "bucket/a/{1}.csv", None),
        ("s3://bucket/a/*.csv", "bucket/a/100% ü#.csv", "s3://bucket/a/100%25%20%C3%BC%23.csv"),
    ],
)
def test_the_address_of_one_object(pattern: str, path: str, address: str | None) -> None:
    assert exact_address(pattern, path) == address


@pytest.mark.parametrize(
    ("address", "addresses"),
    [
        ("http://h/x.csv", ["http://h/x.csv"]),
        ("http://h/{1..3}.csv", ["http://h/1.csv", "http://h/2.csv", "http://h/3.csv"]),
        ("http://h/{08..11}.csv", ["http://h/08.csv", "http://h/09.csv", "http://h/10.csv", "http://h/11.csv"]),
        ("http://{a,b}/{x,}", ["http://a/x", "http://a/", "http://b/x", "http://b/"]),
        ("http://{a|b}/x.csv", ["http://{a|b}/x.csv"]),
        ("http://h/x.csv?a=b*", ["http://h/x.csv?a=b*"]),
    ],
)
def test_braces_of_an_http_address_are_written_out(address: str, addresses: list[str]) -> None:
    function = TableFunction("url", (address, "CSVWithNames"), format=FileFormat.CSV)
    assert [one.arguments for one in expand(function, NO_ENGINE)] == [(one, "CSVWithNames") for one in addresses]


def test_a_database_has_no_documents() -> None:
    function = TableFunction("postgresql", ("h:5432", "d{1,2}"), takes_structure=False)
    assert expand(function, NO_ENGINE) == (function,)
