"""Each source against a real server: what it reads, in each format and compression, and what it says when it cannot."""

import gzip
import io
import time
from collections.abc import Callable
from typing import Any

import lz4.frame
import pyarrow as pa
import pyarrow.parquet
import pytest

from datacontract_api.errors import (
    ContractError,
    MalformedData,
    SchemaMismatch,
    SecretMissing,
    SourceDenied,
    SourceEmpty,
    SourceNotFound,
    SourceUnreachable,
    Unsupported,
)
from datacontract_runner.ingest.sample import zstd
from support.servers import FileServer, PostgresServer, S3Server
from support.servers.files import AUTHORIZATION
from support.servers.ports import free_port
from warehouse.ingest.conftest import Loads

COLUMNS = [{"name": "id", "type": "Int32"}, {"name": "name", "type": "Nullable(String)"}]
ROWS = [(1, "a"), (2, None), (3, "ü'`\\")]

Credentials = dict[str, str]


def document(form: str) -> bytes:
    """The rows in a format."""
    if form == "csv":
        return "id,name\n1,a\n2,\n3,ü'`\\\n".encode()
    if form == "ndjson":
        return '{"id":1,"name":"a"}\n{"id":2}\n{"id":3,"name":"ü\'`\\\\"}\n'.encode()
    stream = io.BytesIO()
    table = pa.table({"id": pa.array([1, 2, 3], pa.int32()), "name": [name for _, name in ROWS]})
    pyarrow.parquet.write_table(table, stream)
    return stream.getvalue()


COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstd.compress,
    ".lz4": lz4.frame.compress,
}
each_document = pytest.mark.parametrize(
    "name", [f"rows.{form}{ending}" for form in ("csv", "ndjson", "parquet") for ending in COMPRESSED]
)


def content(name: str) -> bytes:
    """The rows as the name says."""
    form, _, ending = name.partition(".")[2].partition(".")
    return COMPRESSED[f".{ending}" if ending else ""](document(form))


def with_url(kind: str, url: str, secret: bool = False) -> dict[str, Any]:
    """`spec.source` for an address, the format by its ending."""
    form = Loads.file(url)["file"]["format"]
    return {kind: {"url": url, "format": form, **({"credentialsSecretRef": {"name": "s"}} if secret else {})}}


@each_document
def test_file(either_way: Loads, name: str) -> None:
    loaded = either_way.load(either_way.write(name, content(name)), columns=COLUMNS)
    assert either_way.rows("id") == ROWS
    assert (loaded.rows, loaded.files, loaded.bytes) == (3, 1, len(content(name)))


@each_document
def test_http(loads: Loads, file_server: FileServer, name: str) -> None:
    file_server.put(name, content(name))
    assert loads.load(with_url("http", file_server.url(name)), columns=COLUMNS).rows == 3
    assert loads.rows("id") == ROWS


@each_document
def test_s3(loads: Loads, s3: S3Server, name: str) -> None:
    s3.put(name, content(name))
    assert loads.load(with_url("s3", s3.url(name), secret=True), s3.secret, columns=COLUMNS).rows == 3
    assert loads.rows("id") == ROWS


@pytest.mark.parametrize("name", ["rows.csv", "rows.csv.gz", "rows.ndjson", "rows.parquet"])
def test_columns_are_inferred_where_nothing_says_them(either_way: Loads, name: str) -> None:
    either_way.load(either_way.write(name, content(name)))
    assert either_way.rows("id") == ROWS
    assert [*either_way.types()] == ["id", "name"]
    assert either_way.types()["name"] == "Nullable(String)"


def test_what_was_inferred_once_is_kept(either_way: Loads) -> None:
    either_way.load(either_way.write("rows.csv", "id,name\n1,2\n"), mode="append")
    assert either_way.types()["name"] == "Nullable(Int64)"
    either_way.load(either_way.write("rows.csv", "name,id,more\n3,2,x\n"), mode="append")
    assert either_way.rows() == [(1, 2), (2, 3)]


def test_the_schema_object_of_the_load_table_tells_its_columns(loads: Loads) -> None:
    promised = [{"name": "id", "physicalType": "INT"}, {"name": "name", "physicalType": "Nullable( String )"}]
    loads.load(loads.write("rows.csv", "id,name\n1,a\n"), schema=[{"name": "loaded", "properties": promised}])
    assert loads.types() == {"id": "Int32", "name": "Nullable(String)"}


def test_files_of_a_pattern_are_read_in_the_order_of_their_names(either_way: Loads) -> None:
    for name in ("b/2.csv", "b/10.csv", "b/1.csv", "c/0.csv"):
        either_way.write(name, f"id,name\n1,{name}\n")
    either_way.load(either_way.file("b/*.csv"), mode="upsert", key=["id"], columns=COLUMNS)
    assert either_way.rows() == [(1, "b/2.csv")]


@pytest.mark.parametrize("name", ["a{b,c}.csv", "it's.csv", "back\\slash.csv", "`tick`.csv", "sp ace.csv", "ü😀.csv",
                                  "a?b.csv", "100%.csv", "a;DROP TABLE x--.csv", "-rf.csv", "[1].csv"])  # fmt: skip
def test_a_file_may_have_any_name(either_way: Loads, name: str) -> None:
    either_way.write("axb.csv", "id,name\n9,other\n")
    either_way.load(either_way.write(name, "id,name\n1,a\n"), columns=COLUMNS)
    assert either_way.rows() == [(1, "a")]


HOSTILE = ["it's", '"quoted"', "back\\slash", "`tick`", "a b", "ü😀", "x'); DROP TABLE y --", "{id:UInt8}", "%s", "a,b",
           "a.b", "(", "?", "_path", "row", "x" * 190]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_may_have_any_name(either_way: Loads, name: str) -> None:
    quoted = name.replace('"', '""')
    source = either_way.write("rows.csv", f'key,"{quoted}"\n1,5\n1,6\n2,7\n')
    columns = [{"name": "key", "type": "Int32"}, {"name": name, "type": "Nullable(Int32)"}]
    either_way.load(source, mode="upsert", key=["key"], cursor=name, columns=columns)
    either_way.load(source, mode="upsert", key=["key"], cursor=name, columns=columns)
    assert either_way.rows() == [(1, 6), (2, 7)]
    either_way.drop()
    either_way.load(source, mode="incremental", cursor=name, columns=columns)
    assert either_way.load(source, mode="incremental", cursor=name, columns=columns).rows == 0


def test_http_with_a_header_of_authorization(loads: Loads, file_server: FileServer) -> None:
    file_server.put("private/rows.csv", document("csv"))
    source = with_url("http", file_server.url("private/rows.csv"), secret=True)
    loads.load(source, {"authorization": AUTHORIZATION}, columns=COLUMNS)
    assert loads.rows("id") == ROWS


def test_http_reads_the_addresses_of_a_range(loads: Loads, file_server: FileServer) -> None:
    for number in (1, 2):
        file_server.put(f"part-{number}.csv", f"id,name\n{number},x\n".encode())
    loads.load(with_url("http", file_server.url("part-{1..2}.csv")), columns=COLUMNS)
    assert loads.rows("id") == [(1, "x"), (2, "x")]


def test_s3_reads_the_objects_of_a_glob_in_order(loads: Loads, s3: S3Server) -> None:
    for number in (3, 1, 2):
        s3.put(f"glob/{number}.csv", f"id,name\n1,{number}\n".encode())
    load = {"mode": "upsert", "key": ["id"], "columns": COLUMNS}
    loads.load(with_url("s3", s3.url("glob/*.csv"), secret=True), s3.secret, **load)
    assert loads.rows() == [(1, "3")]


TYPES = {
    "smallint": ("-32768", "Nullable(Int16)", -32768),
    "bigint": ("9223372036854775807", "Nullable(Int64)", 9223372036854775807),
    "numeric(10,2)": ("'1234.56'", "Nullable(Decimal(10, 2))", "1234.56"),
    "double precision": ("0.1", "Nullable(Float64)", 0.1),
    "text": ("'it''s \\ ü'", "Nullable(String)", "it's \\ ü"),
    "boolean": ("true", "Nullable(UInt8)", 1),
    "date": ("'2024-02-29'", "Nullable(Date32)", "2024-02-29"),
    "timestamp": ("'2024-02-29 12:34:56.789'", "Nullable(DateTime64(6))", "2024-02-29 12:34:56.789000"),
    "timestamptz": ("'2024-02-29 12:34:56+02'", "Nullable(DateTime64(6))", "2024-02-29 10:34:56.000000"),
    "uuid": ("'00000000-0000-0000-0000-00000000000a'", "Nullable(UUID)", "00000000-0000-0000-0000-00000000000a"),
    "jsonb": ("'{\"a\": 1}'", "Nullable(String)", '{"a": 1}'),
    "int[]": ("array[1, null]", "Array(Nullable(Int32))", "[1,NULL]"),
}


def test_postgres_types(loads: Loads, postgres: PostgresServer) -> None:
    names = [f"c{number}" for number in range(len(TYPES))]
    declared = ", ".join(f"{name} {type_}" for name, type_ in zip(names, TYPES, strict=True))
    values = ", ".join(value for value, _, _ in TYPES.values())
    postgres.execute(f"CREATE TABLE types ({declared}); INSERT INTO types VALUES ({values});")
    loads.load(postgres.source("types"), postgres.secret)
    assert list(loads.types().values()) == [type_ for _, type_, _ in TYPES.values()]
    shown = ", ".join(f"toString({name})" for name in names)
    (found,) = loads.connection.rows(f"SELECT {shown} FROM {loads.database}.loaded")
    assert list(found) == [str(value) for _, _, value in TYPES.values()]


def test_postgres_filters_where_the_rows_are(loads: Loads, postgres: PostgresServer) -> None:
    postgres.execute(
        "CREATE TABLE moves (id int NOT NULL, at timestamptz); INSERT INTO moves "
        "SELECT g, '2024-01-01'::timestamptz + g * interval '1 s' FROM generate_series(1, 9) g;"
    )
    columns = [{"name": "id", "type": "Int64"}, {"name": "at", "type": "DateTime('UTC')"}]
    load = {"mode": "incremental", "cursor": "at", "columns": columns}
    assert loads.load(postgres.source("moves"), postgres.secret, **load).rows == 9
    postgres.execute("INSERT INTO moves VALUES (10, '2024-02-01 00:00:00Z'), (11, '2023-01-01 00:00:00Z');")
    assert loads.load(postgres.source("moves"), postgres.secret, **load).rows == 1
    asked = [line for line in postgres.log_file.read_text().splitlines() if 'COPY (SELECT "id", "at" FROM' in line]
    assert """("at" > '2024-01-01 00:00:09.000000')""" in asked[-1]


def test_postgres_that_writes_moments_in_another_time_zone_is_refused(loads: Loads, postgres: PostgresServer) -> None:
    postgres.execute(
        """
        CREATE TABLE "mo'ments" (id int, at timestamptz); INSERT INTO "mo'ments" VALUES (1, '2024-07-01 12:00:00Z');
        CREATE TABLE days (id int, on_day date); INSERT INTO days VALUES (1, '2024-07-01');
        ALTER ROLE loader SET timezone = 'America/New_York';
        """
    )
    try:
        with pytest.raises(Unsupported, match=r"time zone America/New_York.* ALTER ROLE"):
            loads.load(postgres.source("mo'ments"), postgres.secret)
        assert loads.load(postgres.source("days"), postgres.secret).rows == 1
    finally:
        postgres.execute("ALTER ROLE loader RESET timezone;")
    loads.drop()
    loads.load(postgres.source("mo'ments"), postgres.secret)
    assert loads.connection.value(f"SELECT toString(at) FROM {loads.database}.loaded") == "2024-07-01 12:00:00.000000"


@pytest.mark.parametrize(
    "name", [name for name in HOSTILE if len(name) < 60 and not set(name) & set('"\\') and name != "_path"]
)
def test_postgres_tables_and_columns_may_have_any_name(loads: Loads, postgres: PostgresServer, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    postgres.execute(f"CREATE SCHEMA {quoted}; CREATE TABLE {quoted}.{quoted} ({quoted} int NOT NULL); "
                     f"INSERT INTO {quoted}.{quoted} VALUES (5);")  # fmt: skip
    columns = [{"name": name, "type": "Int32"}]
    loads.load(postgres.source(name, schema=name), postgres.secret, columns=columns)
    assert loads.rows() == [(5,)]


Server = FileServer | PostgresServer | S3Server
DOWN = "http://127.0.0.1:{}/bucket/x.csv"


def key(name: str, **more: str) -> Callable[[S3Server], dict[str, Any]]:
    """An S3 source of a key."""
    return lambda server: with_url("s3", server.url(name, **more), secret=True)


def path(name: str) -> Callable[[FileServer], dict[str, Any]]:
    """An HTTP source of a path."""
    return lambda server: with_url("http", server.url(name))


def table(name: str, **more: object) -> Callable[[PostgresServer], dict[str, Any]]:
    """A PostgreSQL source of a table."""
    return lambda server: server.source(name, **more)


def elsewhere(kind: str, url: str) -> Callable[[Server], dict[str, Any]]:
    """A source at an address where no server of ours is."""
    return lambda _: with_url(kind, url.format(free_port()))


WRONG: dict[str, tuple[str, Callable[[Any], dict[str, Any]], type[ContractError], str]] = {
    "no such table": ("postgres", table("nope"), SourceNotFound, '"nope" does not exist'),
    "no such schema": ("postgres", table("one", schema="no"), SourceNotFound, "does not exist"),
    "no such database": ("postgres", table("one", database="no"), SourceNotFound, '"no" does not exist'),
    "postgres is down": ("postgres", table("one", port=1), SourceUnreachable, "refused"),
    "postgres is nowhere": ("postgres", table("one", host="no.invalid"), SourceUnreachable, "no.invalid"),
    "no such object": ("s3", key("no.csv"), SourceNotFound, "no.csv"),
    "no such bucket": ("s3", key("*.csv", bucket="no-bucket"), SourceNotFound, "NoSuchBucket"),
    "no name of a bucket": ("s3", key("*.csv", bucket="b"), SourceNotFound, "Bucket name"),
    "no object that matches": ("s3", key("no/*.csv"), SourceEmpty, "matches nothing"),
    "an archive in a bucket": ("s3", key("rows.csv.zip"), Unsupported, "archive"),
    "s3 is down": ("s3", elsewhere("s3", DOWN), SourceUnreachable, "x.csv"),
    "no such document": ("http", path("no.csv"), SourceNotFound, "404"),
    "a document that wants a password": ("http", path("private/x.csv"), SourceDenied, "401"),
    "a document that is forbidden": ("http", path("status/403"), SourceDenied, "403"),
    "http is broken": ("http", path("status/500"), SourceUnreachable, "500"),
    "http is overloaded": ("http", path("status/503"), SourceUnreachable, "503"),
    "http is asked too often": ("http", path("status/429"), SourceUnreachable, "429"),
    "http is down": ("http", elsewhere("http", DOWN), SourceUnreachable, "refused"),
    "http is nowhere": ("http", elsewhere("http", "http://no.invalid/"), SourceUnreachable, "no.invalid"),
}


@pytest.mark.parametrize(("kind", "source", "error", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_source_that_cannot_be_read_is_told_as_what_it_is(
    loads: Loads, request: pytest.FixtureRequest, kind: str, source: Callable[[Server], dict[str, Any]],
    error: type[ContractError], words: str,
) -> None:  # fmt: skip
    server: Server = request.getfixturevalue({"http": "file_server"}.get(kind, kind))
    secret = getattr(server, "secret", {})
    begun = time.monotonic()
    with pytest.raises(error) as raised:
        loads.load(source(server), secret, columns=COLUMNS)
    assert words in raised.value.message
    assert raised.value.field == f"spec.source.{kind}"
    assert "version" not in raised.value.message
    assert not any(value in str(raised.value) for value in secret.values())
    assert time.monotonic() - begun < 60


def test_a_wrong_password_of_postgres_is_denied_and_not_shown(loads: Loads, postgres: PostgresServer) -> None:
    with pytest.raises(SourceDenied) as raised:
        loads.load(postgres.source("one"), {"username": "loader", "password": "wr'ong\\"}, columns=COLUMNS)
    assert "password authentication failed" in raised.value.message
    assert "wr'ong" not in str(raised.value)


def test_a_table_that_the_account_may_not_read_is_denied(loads: Loads, postgres: PostgresServer) -> None:
    postgres.execute("CREATE TABLE closed (id int, name text); CREATE ROLE reader LOGIN PASSWORD 'its own';")
    with pytest.raises(SourceDenied, match="permission denied for table closed"):
        loads.load(postgres.source("closed"), {"username": "reader", "password": "its own"}, columns=COLUMNS)


@pytest.mark.parametrize("key", ["denied.csv", "denied*.csv"])
def test_unknown_access_keys_of_s3_are_denied_and_not_shown(loads: Loads, s3: S3Server, key: str) -> None:
    s3.put("denied.csv", document("csv"))
    s3.check_keys(True)
    try:
        with pytest.raises(SourceDenied) as raised:
            loads.load(with_url("s3", s3.url(key), secret=True), s3.secret, columns=COLUMNS)
    finally:
        s3.check_keys(False)
    assert not any(value in str(raised.value) for value in s3.secret.values())


def test_a_token_in_an_address_is_not_shown(loads: Loads, file_server: FileServer) -> None:
    with pytest.raises(SourceNotFound) as raised:
        loads.load(with_url("http", file_server.url("no.csv?signature=s3cr3t")), columns=COLUMNS)
    assert "s3cr3t" not in str(raised.value)
    file_server.put("rows.csv", document("csv"))
    assert (
        "s3cr3t"
        not in loads.load(with_url("http", file_server.url("rows.csv?signature=s3cr3t")), columns=COLUMNS).source
    )


def test_an_empty_table_of_postgres_does_not_replace(loads: Loads, postgres: PostgresServer) -> None:
    postgres.execute("CREATE TABLE empty_table (id int, name text)")
    with pytest.raises(SourceEmpty, match="has no rows"):
        loads.load(postgres.source("empty_table"), postgres.secret, columns=COLUMNS)


def test_a_column_that_a_table_of_postgres_lacks_is_named(loads: Loads, postgres: PostgresServer) -> None:
    postgres.execute("CREATE TABLE narrow (id int)")
    with pytest.raises(SchemaMismatch, match="lacks the columns name; it has id"):
        loads.load(postgres.source("narrow"), postgres.secret, columns=COLUMNS)


def test_doubles_of_a_database_need_a_cursor_to_tell_which_is_newer(loads: Loads, postgres: PostgresServer) -> None:
    postgres.execute("CREATE TABLE doubles (id int, name text); INSERT INTO doubles VALUES (1, 'a'), (1, 'b');")
    load = {"mode": "upsert", "key": ["id"], "columns": COLUMNS}
    with pytest.raises(ContractError, match=r"1 rows of .* have the key of another row"):
        loads.load(postgres.source("doubles"), postgres.secret, **load)
    loads.load(postgres.source("doubles"), postgres.secret, cursor="name", **load)
    assert loads.rows() == [(1, "b")]


@pytest.mark.parametrize("secret", [{}, {"username": "x"}, {"user": "x", "password": "y"}])
def test_keys_that_the_secret_lacks_are_named(loads: Loads, secret: Credentials) -> None:
    source = {"postgres": {"host": "h", "database": "d", "table": "t", "credentialsSecretRef": {"name": "pg"}}}
    missing = [key for key in ("username", "password") if key not in secret]
    with pytest.raises(SecretMissing, match=f"Secret 'pg' lacks {', '.join(missing)}"):
        loads.load(source, secret, columns=COLUMNS)


@pytest.mark.parametrize("path", ["missing.csv", "folder", "rows.csv.zip", "rows.tar.gz"])
def test_a_file_that_is_none_is_told_as_what_it_is(either_way: Loads, path: str) -> None:
    (either_way.folder / "folder").mkdir()
    for name in ("rows.csv.zip", "rows.tar.gz"):
        either_way.write(name, b"PK")
    expected = {"missing.csv": (SourceNotFound, "does not exist"), "folder": (SourceNotFound, "is a folder")}
    error, words = expected.get(path, (Unsupported, "is an archive"))
    with pytest.raises(error, match=words):
        either_way.load(either_way.file(path), columns=COLUMNS)


def parquet(**columns: Any) -> bytes:
    """A Parquet document."""
    stream = io.BytesIO()
    pyarrow.parquet.write_table(pa.table(columns), stream)
    return stream.getvalue()


def test_each_object_of_a_glob_is_looked_at_by_itself(loads: Loads, s3: S3Server) -> None:
    s3.put("wide/1 ü%#+='.parquet", parquet(id=pa.array([1], pa.int8()), n=pa.array([5], pa.int8())))
    s3.put("wide/2.parquet", parquet(n=pa.array([300], pa.int64()), id=pa.array([2], pa.int64())))
    source = with_url("s3", s3.url("wide/*.parquet"), secret=True)
    columns = [{"name": "id", "type": "Int32"}, {"name": "n", "type": "Int32"}]
    assert loads.load(source, s3.secret, columns=columns).files == 2
    assert loads.rows("id") == [(1, 5), (2, 300)]
    columns[1]["type"] = "Int8"
    with pytest.raises(MalformedData, match=r"row 1 of .*/wide/2\.parquet: column n holds '300', which is no Int8"):
        loads.load(source, s3.secret, columns=columns)


def test_an_object_of_a_glob_that_lacks_a_column_is_named(loads: Loads, s3: S3Server) -> None:
    s3.put("lacking/1.csv", b"id,name\n1,a\n")
    s3.put("lacking/2.csv", b"id,nome\n2,b\n")
    with pytest.raises(SchemaMismatch, match=r"/lacking/2\.csv lacks the columns name; it has id, nome"):
        loads.load(with_url("s3", s3.url("lacking/*.csv"), secret=True), s3.secret, columns=COLUMNS)
