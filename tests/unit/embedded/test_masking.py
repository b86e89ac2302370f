"""No credential survives in what is logged or shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datacontract_runner.embedded.masking import HIDDEN, UNREADABLE, masked, masked_text
from datacontract_runner.sql import literal

S = "s3cret-Value"


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT * FROM s3('https://b/x.csv', 'AKIA{S}', '{S}', 'CSV')",
        f"SELECT * FROM s3('https://b/x.csv', access_key_id = 'AKIA{S}', secret_access_key = '{S}')",
        f"INSERT INTO FUNCTION s3('https://b/x', 'k{S}', '{S}', 'Parquet') SELECT 1",
        f"SELECT * FROM s3Cluster('c', 'https://b/x.csv', 'k{S}', '{S}')",
        f"SELECT * FROM postgresql('h:5432', 'db', 't', 'user', '{S}')",
        f"SELECT * FROM mysql('h:3306', 'db', 't', 'user', '{S}')",
        f"SELECT * FROM url('https://h/x', 'CSV', headers('Authorization'='Bearer {S}'))",
        f"SELECT * FROM url('https://kim:{S}@h/x', 'CSV')",
        f"SELECT * FROM url('https://h/x?sig={S}&a=1', 'CSV')",
        f"SELECT * FROM url('https://h/x?X-Amz-Signature={S}', 'CSV')",
        f"SELECT * FROM azureBlobStorage('DefaultEndpointsProtocol=https;AccountKey={S}', 'c', 'p')",
        f"SELECT * FROM mongodb('h:27017', 'db', 'c', 'user', '{S}')",
        f"SELECT * FROM remote('h', 'db', 't', 'user', '{S}')",
        f"CREATE TABLE t (a Int32) ENGINE = S3('https://b/x', 'k{S}', '{S}', 'CSV')",
        f"CREATE TABLE t (a Int32) ENGINE = PostgreSQL('h', 'd', 't', 'u', '{S}')",
        f"CREATE DATABASE d ENGINE = MySQL('h', 'd', user = 'u', password = '{S}')",
        f"CREATE USER kim IDENTIFIED BY '{S}'",
        f"ALTER USER kim IDENTIFIED WITH sha256_password BY '{S}'",
        f"CREATE DICTIONARY d (a Int32) SOURCE(POSTGRESQL(host 'h' user 'u' password '{S}'))",
        f"CREATE NAMED COLLECTION c AS access_key_id = 'k', secret_access_key = '{S}'",
        f"BACKUP DATABASE d TO S3('https://b/x', 'k', '{S}')",
        f"SELECT * FROM /* x */ S3 ( 'https://b/x' , 'k' , /* ' */ '{S}' )",
    ],
)
def test_credentials_in_sql_are_hidden_and_the_rest_is_kept(sql):
    shown = masked(sql)
    assert S not in shown
    assert "HIDDEN" in shown
    assert shown.split("(")[0][:12] == sql[:12]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'a', concat('b', 'c') FROM t WHERE x = 'y'",
        "SELECT * FROM s3('https://b/x.csv')",
        "SELECT * FROM file('x.csv', 'CSV', 'a Int32')",
        "INSERT INTO t VALUES ('a')",
        "SELECT password FROM users WHERE name = 'x'",
        "GRANT SELECT ON a.b TO c",
    ],
)
def test_statements_without_credentials_stay_as_they_are(sql):
    assert masked(sql) == sql


def test_a_statement_that_cannot_be_read_is_hidden_whole():
    assert masked(f"SELECT * FROM s3('https://b', 'k', '{S}") == UNREADABLE


def test_the_beginning_of_a_statement_shows_no_part_of_a_string_that_is_cut_in_two():
    sql = f"SELECT 1, * FROM s3('https://b', 'k', '{S}"
    assert masked(sql, cut=True) == f"SELECT 1, * FROM s3('https://b', {HIDDEN},"


@given(st.text(min_size=4).filter(lambda secret: secret not in HIDDEN and secret not in UNREADABLE))
def test_a_password_of_any_characters_is_hidden(secret):
    sql = f"SELECT * FROM postgresql('h', 'd', 't', 'u', {literal(secret)})"
    assert masked(sql) == f"SELECT * FROM postgresql('h', 'd', 't', 'u', {HIDDEN})"


def test_addresses_in_messages_lose_their_credentials():
    assert (
        masked_text(f"cannot read https://kim:{S}@h/x?token={S}&a=1")
        == "cannot read https://[HIDDEN]@h/x?token=[HIDDEN]&a=1"
    )
