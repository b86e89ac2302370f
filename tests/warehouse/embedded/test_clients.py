"""clickhouse-connect and dbt-clickhouse, unmodified, against the embedded warehouse."""

# ruff: noqa: E501 - a statement is easier to read on one line

import datetime
import io
import random
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import clickhouse_connect
import pyarrow
import pyarrow.parquet
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError
from clickhouse_connect.driver.external import ExternalData

from datacontract_runner.sql import literal


@pytest.fixture(scope="module")
def connect(embedded):
    """Opens clickhouse-connect clients."""
    port = urlsplit(embedded.url).port
    opened = []

    def open_client(**options):
        opened.append(clickhouse_connect.get_client(host="127.0.0.1", port=port, **options))
        return opened[-1]

    yield open_client
    for client in opened:
        client.close()


@pytest.fixture
def cc(connect, db):
    return connect(database=db)


TYPES = {
    "UInt8": [0, 255], "Int64": [-(2**63), 2**63 - 1], "UInt256": [0, 2**256 - 1], "Float64": [1.5, -0.25], "Bool": [True, False],
    "String": ["", "it's \\ \n\t 🦆" * 50], "FixedString(3)": [b"abc", b"xyz"], "Nullable(Int32)": [None, 7],
    "Date": [datetime.date(1970, 1, 1), datetime.date(2149, 6, 6)], "Date32": [datetime.date(1900, 1, 1), datetime.date(2299, 12, 31)],
    "Array(Nullable(String))": [["a", None], []], "Map(String, Array(UInt8))": [{"a": [1, 2]}, {}], "Tuple(UInt8, String)": [(1, "a"), (2, "")],
    "LowCardinality(String)": ["a", "b"], "LowCardinality(Nullable(String))": [None, "b"], "Enum8('a' = 1, 'b' = 2)": ["a", "b"],
    "Array(Array(LowCardinality(String)))": [[["x"], []], [["y", "x"]]],
}  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
def test_values_of_every_type_come_back_as_they_went(cc, kind):
    rows = [[number, value] for number, value in enumerate(TYPES[kind])]
    cc.command(f"CREATE TABLE v (n UInt8, v {kind}) ENGINE = MergeTree ORDER BY n")
    cc.insert("v", rows, column_names=["n", "v"])
    assert [list(row) for row in cc.query("SELECT n, v FROM v ORDER BY n").result_rows] == rows


BEFORE = ["UInt8", "String", "Nullable(String)", "Array(UInt16)", "Map(String, UInt8)", "LowCardinality(String)", "LowCardinality(Nullable(String))",
          "Array(LowCardinality(String))", "Tuple(a UInt8, b String)", "Decimal(30, 4)", "Decimal(9, 2)", "FixedString(5)", "UUID", "Enum16('a' = 1)",
          "Array(Array(Nullable(String)))", "Bool", "DateTime64(3, 'Asia/Tokyo')", "IPv6", "Int256"]  # fmt: skip


@pytest.mark.parametrize("before", BEFORE)
def test_a_datetime_keeps_its_time_zone_whatever_columns_come_before_it(cc, before):
    zone = "America/New_York"
    sql = f"SELECT * FROM generateRandom({literal('b ' + before)}, 1, 200, 3) LIMIT 700"
    result = cc.query(
        f"SELECT b, toDateTime('2024-07-01 12:00:00', '{zone}') AS d, number AS e FROM ({sql}) AS r PASTE JOIN numbers(700) AS n"
    )
    assert len(result.result_rows) == 700
    assert {row[1] for row in result.result_rows} == {datetime.datetime(2024, 7, 1, 12, tzinfo=ZoneInfo(zone))}
    assert {str(row[1].tzinfo) for row in result.result_rows} == {zone}
    assert [row[2] for row in result.result_rows] == list(range(700))


def test_an_empty_result_has_names_types_and_time_zones(cc):
    result = cc.query("SELECT 1 AS a, toDateTime(0, 'Asia/Tokyo') AS d WHERE 0")
    assert (result.column_names, [kind.name for kind in result.column_types]) == (
        ("a", "d"),
        ["UInt8", "DateTime('Asia/Tokyo')"],
    )


def test_large_results_stream_block_by_block(cc):
    with cc.query_row_block_stream("SELECT number, toString(number) FROM numbers(1000000)") as blocks:
        sizes = [len(block) for block in blocks]
    assert sum(sizes) == 1_000_000
    assert len(sizes) > 10


def test_an_error_in_the_middle_of_a_stream_is_raised(cc):
    with (
        pytest.raises(DatabaseError, match="throwIf"),
        cc.query_row_block_stream("SELECT throwIf(number = 4000000) FROM numbers(5000000)") as blocks,
    ):
        for _ in blocks:
            pass
    assert cc.command("SELECT 1") == 1


@pytest.mark.parametrize("compress", [False, "gzip", "lz4", "zstd"])
def test_every_compression_works_both_ways(connect, db, compress):
    cc = connect(database=db, compress=compress)
    cc.command("CREATE TABLE c (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
    rows = [[number, str(number) * 20] for number in range(20_000)]
    cc.insert("c", rows, column_names=["n", "s"])
    assert [list(row) for row in cc.query("SELECT * FROM c ORDER BY n").result_rows] == rows


def test_arrow_goes_in_and_comes_out(cc):
    table = pyarrow.table({"n": pyarrow.array(range(1000), pyarrow.uint32()), "s": [str(n) for n in range(1000)]})
    cc.command("CREATE TABLE a (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
    cc.insert_arrow("a", table)
    back = cc.query_arrow("SELECT n, s FROM a ORDER BY n", use_strings=True)
    assert back.column("n").to_pylist() == list(range(1000))
    assert back.column("s").to_pylist() == [str(n) for n in range(1000)]


@pytest.mark.parametrize("data_format", ["Parquet", "CSVWithNames", "JSONEachRow"])
def test_files_are_inserted_as_they_are(cc, data_format):
    cc.command("CREATE TABLE f (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
    if data_format == "Parquet":
        file = io.BytesIO()
        pyarrow.parquet.write_table(pyarrow.table({"n": list(range(5000)), "s": ["x"] * 5000}), file)
        data = file.getvalue()
    elif data_format == "CSVWithNames":
        data = b"n,s\n" + b"".join(b'%d,"x"\n' % n for n in range(5000))
    else:
        data = b"".join(b'{"n":%d,"s":"x"}\n' % n for n in range(5000))
    summary = cc.raw_insert("f", insert_block=io.BytesIO(data), fmt=data_format)
    assert summary.written_rows == 5000
    assert cc.query("SELECT count(), sum(n), uniq(s) FROM f").first_row == (5000, sum(range(5000)), 1)


def test_a_malformed_row_is_an_error_with_its_place(cc):
    cc.command("CREATE TABLE f (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
    with pytest.raises(DatabaseError, match=r"row 3|line 4|\(at row 3\)"):
        cc.raw_insert("f", insert_block=b"n,s\n1,a\n2,b\nx,c\n", fmt="CSVWithNames")
    assert cc.command("SELECT 7") == 7


def test_parameters_external_data_and_temporary_tables(cc):
    assert cc.query("SELECT {a:UInt8} + 1, {b:String}", parameters={"a": 41, "b": "it's \\"}).first_row == (
        42,
        "it's \\",
    )
    external = ExternalData(
        file_name="movies.csv", fmt="CSV", structure=["name String", "year UInt16"], data=b"Metropolis,1927\nM,1931\n"
    )
    assert cc.query("SELECT sum(year) FROM movies", external_data=external).first_row == (3858,)
    cc.command("CREATE TEMPORARY TABLE tt (a UInt8)")
    cc.insert("tt", [[1], [2]], column_names=["a"])
    assert cc.query("SELECT sum(a) FROM tt").first_row == (3,)


@pytest.mark.parametrize(
    "sql",
    ["SHOW DATABASES", "SHOW TABLES FROM system LIKE 'on%'", "DESCRIBE TABLE system.one", "EXISTS TABLE system.one", "EXPLAIN SELECT 1", "SHOW CREATE TABLE system.grants", "SHOW GRANTS", "CHECK GRANT SELECT ON *.*"],
)  # fmt: skip
def test_statements_that_are_no_select_give_rows(cc, sql):
    assert cc.query(sql).row_count >= 1


def test_maintenance_statements_work(cc):
    cc.command("CREATE TABLE a (n UInt8, d Date) ENGINE = MergeTree PARTITION BY d ORDER BY n")
    cc.command("INSERT INTO a VALUES (1, '2024-01-01'), (2, '2024-01-02')")
    cc.command("CREATE TABLE b AS a")
    cc.command("ALTER TABLE b ATTACH PARTITION ALL FROM a")
    cc.command("INSERT INTO b VALUES (3, '2024-01-03')")
    cc.command("EXCHANGE TABLES a AND b")
    cc.command("DELETE FROM a WHERE n = 1")
    cc.command("OPTIMIZE TABLE a FINAL")
    assert cc.query("SELECT n FROM a ORDER BY n").result_rows == [(2,), (3,)]


def test_random_results_are_the_same_in_native_and_in_json(cc):
    """The bytes that this server changes (blocks, zones) say what the engine says."""
    kinds = [
        "UInt32",
        "String",
        "Nullable(Float64)",
        "Array(String)",
        "DateTime('Europe/Paris')",
        "LowCardinality(String)",
        "Date",
    ]
    for seed in range(15):
        chosen = random.Random(seed).sample(kinds, 4)
        structure = ", ".join(f"c{n} {kind}" for n, kind in enumerate(chosen))
        sql = f"SELECT {', '.join(f'toString(c{n}) AS s{n}, c{n}' for n in range(4))} FROM generateRandom({literal(structure)}, {seed}, 20, 3) LIMIT 300"
        for row in cc.query(sql).result_rows:
            for text, value, kind in zip(row[::2], row[1::2], chosen, strict=True):
                if kind.startswith("DateTime"):
                    assert value.strftime("%Y-%m-%d %H:%M:%S") == text
                elif kind in ("UInt32", "String", "Date"):
                    assert str(value) == text


MODELS = {
    "dbt_project.yml": "name: p\nversion: '1.0.0'\nprofile: p\n",
    "seeds/s.csv": "id,name,at\n1,a,2024-01-01 00:00:00\n2,b,2024-01-02 00:00:00\n",
    "models/as_table.sql": "{{ config(materialized='table', order_by='id') }} select id, name from {{ ref('s') }}",
    "models/as_view.sql": "select * from {{ ref('as_table') }}",
    "models/appended.sql": "{{ config(materialized='incremental', order_by='id') }} select id, name from {{ ref('s') }}",
    "models/replaced.sql": "{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete_insert', order_by='id') }} select id, name from {{ ref('s') }}",
    "models/kept.sql": "{{ config(materialized='materialized_view', order_by='id') }} select id, name from {{ ref('s') }}",
    "models/tests.yml": "models:\n- name: as_table\n  config: {grants: {select: [DB_reader]}}\n  columns:\n  - name: id\n    data_tests: [unique, not_null]\n",
    "snapshots/snap.sql": "{% snapshot snap %}{{ config(target_schema='DB', unique_key='id', strategy='timestamp', updated_at='at') }} select * from {{ ref('s') }}{% endsnapshot %}",
}


def test_dbt_builds_every_materialization_twice_and_grants(client, embedded, db, tmp_path):
    client.do(f"CREATE ROLE {db}_reader")
    for name, content in MODELS.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content.replace("DB", db))
    port = urlsplit(embedded.url).port
    (tmp_path / "profiles.yml").write_text(
        f"p: {{target: t, outputs: {{t: {{type: clickhouse, schema: {db}, host: 127.0.0.1, port: {port}, user: default, password: '', threads: 2}}}}}}"
    )
    dbt = Path(sys.executable).with_name("dbt")
    for _ in range(2):
        done = subprocess.run(
            [dbt, "build", "--profiles-dir", ".", "--no-use-colors"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
    assert client.rows(
        f"SELECT (SELECT count() FROM {db}.as_view), (SELECT count() FROM {db}.appended), (SELECT count() FROM {db}.replaced), (SELECT count() FROM {db}.snap)"
    ) == [[2, 4, 2, 2]]
    assert client.rows(f"SHOW GRANTS FOR {db}_reader") == [[f"GRANT SELECT ON {db}.as_table TO {db}_reader"]]
