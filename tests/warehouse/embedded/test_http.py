"""ClickHouse's HTTP interface, as its documentation describes it."""

# ruff: noqa: E501 - a statement is easier to read on one line

import gzip
import json
import zlib

import lz4.frame
import pytest
from backports import zstd

COMPRESSORS = {"gzip": gzip.compress, "deflate": zlib.compress, "lz4": lz4.frame.compress, "zstd": zstd.compress}
DECOMPRESSORS = {
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
    "lz4": lz4.frame.decompress,
    "zstd": zstd.decompress,
}


@pytest.mark.parametrize("path", ["/ping", "/replicas_status", "/"])
def test_says_that_it_is_there(client, path):
    answer = client.send(path=path)
    assert (answer.status, answer.body) == (200, b"Ok.\n")


@pytest.mark.parametrize(
    ("method", "parameters", "body", "expected"),
    [
        ("GET", {"query": "SELECT 1"}, None, "1"),
        ("POST", {}, b"SELECT 2", "2"),
        ("POST", {"query": "SELECT"}, b"3", "3"),
        ("POST", {"query": "SELECT {x:UInt8} + {y:UInt8}", "param_x": "2", "param_y": "40"}, None, "42"),
        ("POST", {"query": "SELECT {s:String} FORMAT TSVRaw", "param_s": "it's \\\\ 'x'"}, None, "it's \\ 'x'"),
        ("POST", {"query": "SELECT 5;"}, None, "5"),
        ("POST", {"query": "SELECT getSetting('max_threads')", "max_threads": "3"}, None, "3"),
        ("POST", {"query": "SELECT currentDatabase()", "database": "system"}, None, "system"),
        ("POST", {"query": "SELECT 1 AS x", "default_format": "JSONEachRow"}, None, '{"x":1}'),
        ("POST", {"query": "SELECT 1 AS x FORMAT CSV", "default_format": "JSONEachRow"}, None, "1"),
    ],
)
def test_takes_a_statement_from_the_url_and_the_body(client, method, parameters, body, expected):
    assert client.send(method, parameters, body).text == expected


def test_takes_the_format_from_a_header(client):
    answer = client.send("POST", {}, b"SELECT 1 AS x", {"X-ClickHouse-Format": "JSONEachRow"})
    assert answer.text == '{"x":1}'
    assert answer.headers["content-type"].startswith("application/x-ndjson")


@pytest.mark.parametrize(
    ("sql", "status", "code"),
    [
        ("SELEC 1", 400, 62),
        ("SELECT 1; SELECT 2", 400, 62),
        ("SELECT * FROM nowhere", 404, 60),
        ("SELECT nothing", 404, 47),
        ("SELECT toUInt8('x')", 400, 6),
        ("SELECT * FROM nodb.t", 404, 81),
        ("SELECT 1 INTO OUTFILE 'x'", 500, 182),
        ("SELECT 1 SETTINGS no_such_setting = 1", 404, 115),
        ("SELECT throwIf(1)", 500, 395),
        ("SELECT 1 FORMAT NoSuchFormat", 404, 73),
        ("", 400, 62),
    ],
)
def test_answers_an_error_with_its_code_and_status(client, sql, status, code):
    answer = client.ask(sql)
    assert (answer.status, answer.code) == (status, code)
    assert f"Code: {code}." in answer.text


@pytest.mark.parametrize(
    "sql", ["CREATE DATABASE by_get", "INSERT INTO x SELECT 1", "INSERT INTO x VALUES (1)", "INSERT INTO x FORMAT CSV 1", "DROP TABLE x", "CREATE ROLE by_get", "GRANT SELECT ON *.* TO default"],
)  # fmt: skip
def test_a_get_and_a_read_only_request_change_nothing(client, sql):
    assert client.send("GET", {"query": sql}).code == 164
    assert client.ask(sql, readonly="1").code == 164
    assert client.ask(sql, readonly="2", session_id="read-only").code == 164


def test_a_read_only_request_leaves_its_session_as_it_was(client, db):
    session = client.within(session_id=f"{db}s")
    assert session.ask("SELECT 1", readonly="1").text == "1"
    session.do(f"CREATE TABLE {db}.t (a UInt8) ENGINE = Memory")


def test_a_session_that_made_itself_read_only_can_still_read(client, db):
    session = client.within(session_id=f"{db}s")
    session.do("SET readonly = 1")
    assert session.ask("SELECT 1").text == "1"
    assert session.ask(f"CREATE TABLE {db}.t (a UInt8) ENGINE = Memory").code == 164


def test_the_result_after_an_error_is_clean(client):
    session = client.within(session_id="errors")
    assert (
        session.ask("SELECT number, throwIf(number = 70000) FROM numbers(100000) SETTINGS max_block_size = 1000").code
        == 395
    )
    assert session.ask("SELECT 1").text == "1"


def test_an_early_error_has_an_errors_status_and_a_late_one_ends_the_body_with_a_marked_message(client):
    assert client.ask("SELECT throwIf(number = 10) FROM numbers(100)").status == 500
    answer = client.ask("SELECT number, throwIf(number = 3000000) FROM numbers(4000000)")
    tag = answer.headers["x-clickhouse-exception-tag"].encode()
    assert answer.status == 200
    message, mark = (
        answer.body.rsplit(b"\r\n__exception__\r\n" + tag + b"\r\n", 1)[1].split(b"\n", 1)[0],
        answer.body[-40:],
    )
    assert message.startswith(b"Code: 395.")
    assert mark.endswith(tag + b"\r\n__exception__\r\n")


def test_streams_without_holding_the_result(client, embedded):
    """The first bytes are there while the query still runs."""
    import socket
    from urllib.parse import urlsplit

    host, port = urlsplit(embedded.url).netloc.split(":")
    sql = b"SELECT number, sleepEachRow(0.00002) FROM numbers(100000000) FORMAT RowBinary SETTINGS function_sleep_max_microseconds_per_block = 0"
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(sql), sql))
        assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")


def test_a_query_whose_client_has_gone_is_killed(client, embedded, eventually):
    import socket
    from urllib.parse import urlsplit

    host, port = urlsplit(embedded.url).netloc.split(":")
    sql = b"SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(rand(), 'abandoned')"
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(sql), sql))
        running = "SELECT count() FROM system.processes WHERE query LIKE '%abandoned%' AND query NOT LIKE '%processes%'"
        eventually(lambda: client.rows(running) == [[1]])
    eventually(lambda: client.rows(running) == [[0]])


def test_queries_whose_clients_leave_at_once_are_killed_too(client, embedded, eventually):
    """Before the engine knows of them: killing once would come too early."""
    import socket
    from urllib.parse import urlsplit

    host, port = urlsplit(embedded.url).netloc.split(":")
    sql = b"SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(rand(), 'left at once')"
    for _ in range(20):
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(sql), sql))
    running = "KILL QUERY WHERE query LIKE '%left at once%' TEST"
    eventually(lambda: client.rows(running) == [])


def test_kill_query_finds_a_query_by_the_id_that_the_client_gave(client, in_background, eventually):
    victim = in_background(
        lambda: client.ask("SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(rand())", query_id="victim")
    )
    eventually(lambda: client.rows("KILL QUERY WHERE query_id = 'victim' TEST") != [])
    assert client.rows("KILL QUERY WHERE query_id = 'victim' SYNC") == [
        ["waiting", "victim", "default", "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(rand())"]
    ]
    assert victim.result().code == 394


def test_refuses_a_query_id_that_is_running(client, in_background, eventually):
    first = in_background(lambda: client.ask("SELECT sleep(2)", query_id="twice"))
    eventually(lambda: client.rows("KILL QUERY WHERE query_id = 'twice' TEST") != [])
    assert client.ask("SELECT 1", query_id="twice").code == 216
    client.do("KILL QUERY WHERE query_id = 'twice'")
    first.result()
    assert client.ask("SELECT 1", query_id="twice").headers["x-clickhouse-query-id"] == "twice"


@pytest.mark.parametrize("encoding", COMPRESSORS)
def test_takes_compressed_bodies(client, encoding):
    body = COMPRESSORS[encoding](b"SELECT 'compressed'")
    assert client.send("POST", {}, body, {"Content-Encoding": encoding}).text == "compressed"


@pytest.mark.parametrize("encoding", COMPRESSORS)
def test_refuses_a_body_that_is_cut_off_or_not_compressed(client, encoding):
    whole = COMPRESSORS[encoding](b"SELECT 1" + b" " * 5000)
    for body in (whole[: len(whole) // 2], b"SELECT 1"):
        assert client.send("POST", {}, body, {"Content-Encoding": encoding}).code == 271


def test_refuses_an_unknown_encoding(client):
    assert client.send("POST", {}, b"x", {"Content-Encoding": "rot13"}).code == 48


@pytest.mark.parametrize("encoding", DECOMPRESSORS)
@pytest.mark.parametrize("rows", [3, 400_000])
def test_compresses_answers_when_asked(client, encoding, rows):
    asked = {"enable_http_compression": "1", "query": f"SELECT number FROM numbers({rows})"}
    answer = client.send("POST", asked, None, {"Accept-Encoding": encoding})
    assert answer.headers["content-encoding"] == encoding
    assert DECOMPRESSORS[encoding](answer.body) == b"".join(b"%d\n" % n for n in range(rows))


@pytest.mark.parametrize("name", ["compress", "decompress"])
def test_refuses_clickhouses_own_compressed_blocks_in_words(client, name):
    answer = client.ask("SELECT 1", **{name: "1"})
    assert (answer.status, answer.code) == (501, 48)


def test_does_not_compress_unasked(client):
    answer = client.send("POST", {"query": "SELECT 1"}, None, {"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers


VALUES = [
    ("VALUES (1, 'a'), (2, 'b')", 2),
    ("(n, s) VALUES (1 + 1, concat('a', 'b')), (3, 'it''s')", 2),
    ("FORMAT Values (1, 'a')", 1),
    ("SETTINGS async_insert = 0 VALUES (1, 'a');", 1),
    ("VALUES " + ", ".join(f"({n}, 'x')" for n in range(300_000)), 300_000),
    ("SELECT number, 'x' FROM numbers(7)", 7),
    ("(n) SELECT 1 UNION ALL SELECT 2", 2),
    ("WITH 3 AS k SELECT k, 'values'", 1),
    ("(n, s) (SELECT 1, 'format')", 1),
    ('FORMAT JSONEachRow {"n": 1}', 1),
    ("FORMAT CSV\n1,a\n2,b\n", 2),
    ("FORMAT TSV\n1\ta\n", 1),
]


@pytest.mark.parametrize(("tail", "rows"), VALUES)
def test_inserts_however_their_rows_are_given(client, db, tail, rows):
    client.do(f"CREATE TABLE {db}.t (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
    answer = client.ask(f"INSERT INTO {db}.t {tail}")
    assert answer.code == 0, answer.text
    assert answer.summary["written_rows"] == rows
    assert client.rows(f"SELECT count() FROM {db}.t") == [[rows]]
    head, _, data = f"INSERT INTO {db}.t {tail}".partition("\n")
    if len(head) < 10_000:
        assert client.send("POST", {"query": head}, data.encode()).summary["written_rows"] == rows


def test_values_take_parameters(client, db):
    client.do(f"CREATE TABLE {db}.t (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
    client.do(f"INSERT INTO {db}.t VALUES ({{n:UInt32}}, {{s:String}})", param_n="4", param_s="four")
    assert client.rows(f"SELECT * FROM {db}.t") == [[4, "four"]]


@pytest.mark.parametrize(
    "sql",
    [
        "FROM INFILE '/etc/hostname' FORMAT LineAsString",
        "/**/ from /* */ infile '/etc/hostname' FORMAT LineAsString",
        "(s) FROM INFILE '/etc/hostname' COMPRESSION 'none' FORMAT CSV",
    ],
)
def test_no_file_of_the_server_is_read_by_insert(client, db, sql):
    client.do(f"CREATE TABLE {db}.t (s String) ENGINE = MergeTree ORDER BY s")
    assert client.ask(f"INSERT INTO {db}.t {sql}").code == 48
    assert client.rows(f"SELECT count() FROM {db}.t") == [[0]]


def test_an_error_names_no_credentials(client):
    sql = "SELECT * FROM url('http://kim:hunter2@127.0.0.1:1/x.csv', 'CSV', 'a Int32') SETTINGS http_max_tries = 1"
    answer = client.ask(sql)
    assert answer.code != 0
    assert "hunter2" not in answer.text


def test_says_what_a_statement_read_and_wrote(client, db):
    client.do(f"CREATE TABLE {db}.t (a UInt64) ENGINE = MergeTree ORDER BY a")
    assert client.ask(f"INSERT INTO {db}.t SELECT number FROM numbers(1000)").summary["written_rows"] == 1000
    read = client.ask(f"SELECT count(), sum(a) FROM {db}.t").summary
    assert (read["read_rows"], read["result_rows"]) == (1000, 1)
    assert read["elapsed_ns"] > 0


def test_sends_progress_when_asked(client):
    answer = client.ask("SELECT sum(number) FROM numbers(1000)", send_progress_in_http_headers="1")
    assert json.loads(answer.headers["x-clickhouse-progress"])["read_rows"] == "1000"
    assert "x-clickhouse-progress" not in client.ask("SELECT 1").headers


def test_external_tables_come_with_the_query(client):
    boundary = "b1"
    form = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="ext"; filename="ext"\r\n\r\n1,a\n2,b\n\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="query"\r\n\r\nSELECT sum(n) FROM ext\r\n--{boundary}--\r\n'
    )
    answer = client.send(
        "POST",
        {"ext_structure": "n UInt8, s String", "ext_format": "CSV"},
        form.encode(),
        {"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    assert answer.text == "3"


@pytest.mark.parametrize(
    "name", ["Native", "RowBinary", "CSVWithNames", "JSONCompact", "Parquet", "ArrowStream", "Pretty"]
)
def test_gives_the_engines_own_bytes_for_a_format(client, embedded, name):
    """Large enough to be sent in pieces, or to be held back whole, whichever the format takes."""
    sql = f"SELECT number AS n, toString(number) AS s FROM numbers(200000) ORDER BY n FORMAT {name}"
    answer = client.ask(sql, output_format_pretty_max_rows="5", output_format_parquet_parallel_encoding="0")
    assert answer.code == 0
    reread = client.ask(f"INSERT INTO FUNCTION null('n UInt64, s String') FORMAT {name}\n".encode() + answer.body)
    if name == "Pretty":
        assert b"199999" in answer.body or b"Showed" in answer.body
    else:
        assert (reread.code, reread.summary["written_rows"]) == (0, 200_000), reread.text


@pytest.mark.parametrize("name", ["JSON", "CSVWithNames", "Native", "TSVWithNamesAndTypes"])
def test_a_result_without_rows_still_has_its_columns(client, name):
    answer = client.ask(f"SELECT number AS nn FROM numbers(10) WHERE 0 FORMAT {name}")
    assert b"nn" in answer.body


def test_json_is_json(client):
    assert json.loads(client.ask("SELECT 1 AS x, 'y' AS y FORMAT JSON").body)["data"] == [{"x": 1, "y": "y"}]


def test_a_header_cannot_be_broken_by_what_a_client_sends(client):
    answer = client.send("POST", {"query_id": "a\r\nX-Evil: 1", "query": "SELECT 1"})
    assert "x-evil" not in answer.headers


def test_answers_many_requests_on_one_connection(client, embedded):
    import http.client
    from urllib.parse import urlsplit

    connection = http.client.HTTPConnection(urlsplit(embedded.url).netloc, timeout=30)
    for number in range(50):
        connection.request("POST", "/", f"SELECT {number}" if number % 7 else "SELECT nothing")
        response = connection.getresponse()
        body = response.read()
        assert body == b"%d\n" % number if number % 7 else response.status == 404
    connection.close()
