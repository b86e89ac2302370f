"""What the beginning and the end of a statement tell."""

import pytest

from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.statement import InsertHead, Verb, head_tokens, insert_head, output_clauses, verb_of
from datacontract_runner.embedded.tokens import tokenize


@pytest.mark.parametrize(
    ("sql", "verb"),
    [
        ("SELECT 1", Verb.SELECT),
        ("((SELECT 1))", Verb.SELECT),
        ("/* x */ -- y\n with a as (select 1) select * from a", Verb.SELECT),
        ("FROM t SELECT a", Verb.SELECT),
        ("insert into t values (1)", Verb.INSERT),
        ("KILL QUERY WHERE 1", Verb.KILL),
        ("USE x", Verb.OTHER),
        ("SHOW TABLES", Verb.OTHER),
        ("`SELECT`", Verb.OTHER),
        ("", Verb.OTHER),
    ],
)
def test_tells_the_kind_of_statement(sql, verb):
    assert verb_of(head_tokens(sql)) is verb


@pytest.mark.parametrize(
    ("sql", "data_format", "data"),
    [
        ("INSERT INTO t FORMAT CSV\n1,2", "CSV", "1,2"),
        ("INSERT INTO t FORMAT CSV 1,2", "CSV", "1,2"),
        ("INSERT INTO t FORMAT CSV  \r\n\n1", "CSV", "\n1"),
        ("INSERT INTO t (a, b) SETTINGS x = 'FORMAT' FORMAT JSONEachRow {}", "JSONEachRow", "{}"),
        ("INSERT INTO `format` FORMAT Native\n\x01\x00\x00", "Native", "\x01\x00\x00"),
        ("INSERT INTO FUNCTION s3('u', 'values') FORMAT Parquet\nPAR1", "Parquet", "PAR1"),
        ("INSERT INTO t VALUES (1, 'FORMAT CSV')", "Values", " (1, 'FORMAT CSV')"),
        ("INSERT INTO t(a) VALUES(1)", "Values", "(1)"),
        ("INSERT INTO t FORMAT CSV\n'", "CSV", "'"),
    ],
)
def test_finds_where_the_data_of_an_insert_begin(sql, data_format, data):
    head = insert_head(sql)
    assert isinstance(head, InsertHead)
    assert (head.data_format, sql[head.data_start :]) == (data_format, data)
    assert "FORMAT " + data_format not in head.sql


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t SELECT 1 FORMAT CSV",
        "INSERT INTO t (a) SELECT * FROM u",
        "INSERT INTO t (SELECT 'VALUES')",
        "INSERT INTO t WITH a AS (SELECT 1) SELECT * FROM a",
        "INSERT INTO t FROM u SELECT a",
        "INSERT INTO t",
    ],
)
def test_an_insert_of_a_query_has_no_data(sql):
    assert insert_head(sql) is None


def test_an_insert_from_a_file_of_the_server_is_refused():
    with pytest.raises(Rejection, match="INFILE"):
        insert_head("INSERT INTO t (a) FROM /* */ INFILE 'x' FORMAT CSV")


@pytest.mark.parametrize(
    ("sql", "output_format", "into_outfile"),
    [
        ("SELECT 1 FORMAT CSV", "CSV", False),
        ("SELECT 1 format CSV;", "CSV", False),
        ("SELECT 1 FORMAT CSV SETTINGS a = 1", "CSV", False),
        ("SELECT 1 AS format FROM t", None, False),
        ("SELECT format FROM t", None, False),
        ("SELECT 'FORMAT CSV'", None, False),
        ("SELECT (SELECT 1 AS x FORMAT CSV)", None, False),
        ("SELECT `FORMAT` FORMAT JSON -- FORMAT CSV", "JSON", False),
        ("SELECT 1 INTO OUTFILE 'x' FORMAT CSV", "CSV", True),
        ("SELECT 1 /* */ into /* */ outfile 'x'", None, True),
        ("SELECT 1 FORMAT CSV INTO OUTFILE 'x'", "CSV", True),
    ],
)
def test_finds_where_the_result_goes(sql, output_format, into_outfile):
    clauses = output_clauses(tokenize(sql))
    assert (clauses.output_format, clauses.into_outfile) == (output_format, into_outfile)
    if output_format:
        assert sql[clauses.format_start :].upper().startswith("FORMAT")
