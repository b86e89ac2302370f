"""`system.query_log`: who ran what, under the names that clients know."""

# ruff: noqa: E501 - a statement is easier to read on one line

COLUMNS = "type, user, query_id, log_comment, written_rows, result_rows, exception_code"


def logged(client, query_id):
    client.do("SYSTEM FLUSH LOGS")
    return client.rows(
        f"SELECT {COLUMNS} FROM system.query_log WHERE query_id = '{query_id}' ORDER BY event_time_microseconds, type"
    )


def test_tells_user_id_comment_rows_and_errors(client, db):
    client.do(f"CREATE TABLE {db}.t (a UInt8) ENGINE = MergeTree ORDER BY a", f"CREATE USER {db}u")
    client.ask("SELECT number FROM numbers(3)", query_id=f"{db}1", log_comment="nightly")
    client.ask(f"INSERT INTO {db}.t FORMAT CSV\n1\n2\n", query_id=f"{db}2")
    client.as_user(f"{db}u").ask(f"SELECT * FROM {db}.t", query_id=f"{db}3")
    client.ask(f"CREATE ROLE {db}r", query_id=f"{db}4")
    assert logged(client, f"{db}1") == [
        ["QueryStart", "default", f"{db}1", "nightly", 0, 0, 0],
        ["QueryFinish", "default", f"{db}1", "nightly", 0, 3, 0],
    ]
    assert logged(client, f"{db}2")[-1][:1] + logged(client, f"{db}2")[-1][4:5] == ["QueryFinish", 2]
    assert logged(client, f"{db}3")[-1] == ["ExceptionBeforeStart", f"{db}u", f"{db}3", "", 0, 0, 497]
    assert logged(client, f"{db}4")[-1][:3] == ["QueryFinish", "default", f"{db}4"]


def test_survives_a_change_of_grants(client, db):
    for _ in range(600):  # more rows than a restart carries
        client.ask("SELECT 'earlier'")
    client.ask("SELECT 'before'", query_id=f"{db}1")
    client.do(f"CREATE ROLE {db}r", "SELECT 1")
    assert [row[0] for row in logged(client, f"{db}1")] == ["QueryStart", "QueryFinish"]


def test_each_user_sees_their_own_and_the_administrator_all(client, db):
    client.do(f"CREATE USER {db}a, {db}b, `{db} c`")
    for user in ("a", "b", " c"):
        client.send("POST", {"user": f"{db}{user}", "query_id": f"{db}{user}"}, b"SELECT 1")
    client.do("SYSTEM FLUSH LOGS")
    sql = f"SELECT DISTINCT user FROM system.query_log WHERE startsWith(user, '{db}') ORDER BY user"
    assert client.rows(sql) == [[f"{db} c"], [f"{db}a"], [f"{db}b"]]
    for user in ("a", " c"):
        assert client.send("POST", {"user": f"{db}{user}", "query": sql}).text == f"{db}{user}"
    assert client.as_user(f"{db}a").rows("SELECT count() FROM system.embedded_query_log") == [[0]]


def test_holds_no_credentials(client, db):
    secret = "Hidden-Word-42"
    client.ask(f"CREATE USER {db}u IDENTIFIED BY '{secret}'")
    client.ask(
        f"SELECT * FROM s3('http://127.0.0.1:1/b/x.csv', 'key', '{secret}', 'CSV', 'a Int32') SETTINGS s3_retry_attempts = 0, s3_max_connections = 1"
    )
    client.ask(f"SELECT * FROM postgresql('127.0.0.1:1', 'd', 't', 'u', '{secret}')")
    client.do("SYSTEM FLUSH LOGS")
    needle = "concat('Hidden', '-Word-42')"
    assert (
        client.rows(
            f"SELECT query FROM system.query_log WHERE position(query, {needle}) > 0 OR position(exception, {needle}) > 0"
        )
        == []
    )
    assert client.rows(f"SELECT count() FROM system.query_log WHERE query LIKE 'CREATE USER {db}u%'") == [[1]]


def test_a_running_statement_is_listed_for_the_administrator_and_for_who_runs_it(client, db, in_background, eventually):
    client.do(f"CREATE USER {db}a, {db}b")
    in_background(lambda: client.as_user(f"{db}a").ask("SELECT sleep(3), 'listed'", query_id=f"{db}run"))
    sql = "SELECT count() FROM system.processes WHERE query LIKE '%listed%' AND query NOT LIKE '%processes%'"
    eventually(lambda: client.rows(sql) == [[1]])
    assert client.as_user(f"{db}b").rows(sql) == [[0]]
    kill = f"KILL QUERY WHERE query_id = '{db}run'"
    assert client.as_user(f"{db}b").rows(kill) == []
    assert len(client.as_user(f"{db}a").rows(kill)) == 1


def test_tells_which_projections_were_used(client, db):
    client.do(
        f"CREATE TABLE {db}.t (a UInt32, b UInt32, PROJECTION by_b (SELECT b, sum(a) GROUP BY b)) ENGINE = MergeTree ORDER BY a",
        f"INSERT INTO {db}.t SELECT number, number % 10 FROM numbers(100000)",
    )
    client.ask(f"SELECT b, sum(a) FROM {db}.t GROUP BY b", query_id=f"{db}p")
    client.do("SYSTEM FLUSH LOGS")
    assert client.rows(
        f"SELECT projections FROM system.query_log WHERE query_id = '{db}p' AND type = 'QueryFinish'"
    ) == [[[f"{db}.t.by_b"]]]
