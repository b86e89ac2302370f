"""Users, roles and grants: who may do what, and what the statements about it answer."""

# ruff: noqa: E501 - a statement is easier to read on one line

import base64
import json

import pytest


@pytest.fixture
def table(client, db):
    client.do(
        f"CREATE TABLE {db}.t (a UInt8, b String, c Nullable(Float64)) ENGINE = MergeTree ORDER BY a",
        f"INSERT INTO {db}.t VALUES (1, 'x', 1.5), (2, 'y', NULL)",
    )
    return f"{db}.t"


def test_a_user_needs_their_password(client, db):
    client.do(f"CREATE USER {db}u IDENTIFIED BY 'pw'")
    assert client.as_user(f"{db}u", "pw").ask("SELECT 1").text == "1"
    for name, password in ((f"{db}u", "no"), (f"{db}u", ""), (f"{db}nobody", ""), ("default", "x")):
        answer = client.as_user(name, password).ask("SELECT 1")
        assert (answer.status, answer.code) == (403, 516)


def test_a_user_can_authenticate_in_three_ways(client, db):
    user = f"{db}u"
    client.do(f"CREATE USER {user} IDENTIFIED BY 'p:w'")
    basic = base64.b64encode(f"{user}:p:w".encode()).decode()
    assert client.send("GET", {"query": "SELECT 1"}, headers={"Authorization": f"Basic {basic}"}).text == "1"
    assert client.send("GET", {"query": "SELECT 1", "user": user, "password": "p:w"}).text == "1"
    assert client.as_user(user, "p:w").send("GET", {"query": "SELECT 1"}).text == "1"
    for header in ("Basic !!", "Bearer abc", "Basic " + base64.b64encode(f"{user}:x".encode()).decode()):
        assert client.send("GET", {"query": "SELECT 1"}, headers={"Authorization": header}).code == 516


@pytest.mark.parametrize(
    "identified",
    [
        "BY 'pw'",
        "WITH sha256_password BY 'pw'",
        "WITH plaintext_password BY 'pw'",
        "WITH double_sha1_password BY 'pw'",
        "WITH sha256_hash BY '30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4'",
    ],
)
def test_a_password_can_be_given_in_each_form(client, db, identified):
    client.do(f"CREATE USER {db}u IDENTIFIED {identified}")
    assert client.as_user(f"{db}u", "pw").ask("SELECT 1").code == 0
    assert client.as_user(f"{db}u", "pw2").ask("SELECT 1").code == 516


def test_no_password_is_kept_in_the_clear(client, db, embedded_data):
    client.do(f"CREATE USER {db}u IDENTIFIED WITH plaintext_password BY 'very-secret-word'")
    kept = [path for path in embedded_data.iterdir() if path.is_file() and b"very-secret-word" in path.read_bytes()]
    assert kept == []


@pytest.mark.parametrize(
    ("granted", "allowed", "refused"),
    [
        (
            "SELECT(a, b) ON {t}",
            ["SELECT a, b FROM {t}", "SELECT count() FROM {t}"],
            ["SELECT c FROM {t}", "SELECT * FROM {t}"],
        ),
        ("SELECT ON {t}", ["SELECT * FROM {t}"], ["INSERT INTO {t} VALUES (9, '', 0)", "DROP TABLE {t}"]),
        (
            "INSERT ON {t}",
            ["INSERT INTO {t} VALUES (9, '', 0)"],
            ["SELECT a FROM {t}", "ALTER TABLE {t} DELETE WHERE 1"],
        ),
        ("SELECT ON {db}.*", ["SELECT * FROM {t}"], ["CREATE TABLE {db}.u (a UInt8) ENGINE = Memory"]),
        (
            "SELECT ON {db}.* , CREATE TABLE ON {db}.*",
            ["CREATE TABLE {db}.u (a UInt8) ENGINE = Memory"],
            ["DROP TABLE {t}"],
        ),
    ],
)
def test_a_user_may_do_what_is_granted_and_nothing_else(client, db, table, granted, allowed, refused):
    names = {"t": table, "db": db}
    client.do(
        f"CREATE USER {db}u", f"CREATE ROLE {db}r", f"GRANT {db}r TO {db}u", f"GRANT {granted.format(**names)} TO {db}r"
    )
    user = client.as_user(f"{db}u")
    for sql in allowed:
        assert user.ask(sql.format(**names)).code == 0
    for sql in refused:
        answer = user.ask(sql.format(**names))
        assert answer.code == 497
        assert f"{db}u: Not enough privileges" in answer.text


def test_a_revoke_is_in_force_for_the_next_statement(client, db, table):
    client.do(f"CREATE USER {db}u", f"GRANT SELECT ON {table} TO {db}u")
    user = client.as_user(f"{db}u").within(session_id=f"{db}s")
    assert user.ask(f"SELECT * FROM {table}").code == 0
    client.do(f"REVOKE SELECT(c) ON {table} FROM {db}u")
    assert user.ask(f"SELECT a FROM {table}").code == 0
    assert user.ask(f"SELECT c FROM {table}").code == 497
    client.do(f"REVOKE ALL ON *.* FROM {db}u")
    assert user.ask(f"SELECT a FROM {table}").code == 497


def test_tables_are_completed_with_the_current_database(client, db, table):
    client.do(f"CREATE USER {db}u", f"GRANT SELECT ON t TO {db}u", f"GRANT INSERT ON * TO {db}u", database=db)
    assert client.rows(f"SHOW GRANTS FOR {db}u") == [
        [f"GRANT INSERT ON {db}.* TO {db}u"],
        [f"GRANT SELECT ON {db}.t TO {db}u"],
    ]


@pytest.mark.parametrize(
    "name",
    [
        "with space",
        "kim@example.org",
        "quote`d",
        "x'y",
        "späße",
        "🦆",
        "SELECT",
        "a.b",
        "a\\b",
        "[0]",
        "<x>&amp;",
        'do"uble',
        "new\nline",
    ],
)
def test_names_of_any_kind_work(client, db, name):
    quoted = "`" + (db + name).replace("\\", "\\\\").replace("`", "\\`") + "`"
    role = quoted[:-1] + "r`"
    table = f"{db}.{quoted}"
    client.do(
        f"CREATE TABLE {table} (a UInt8) ENGINE = MergeTree ORDER BY a",
        f"INSERT INTO {table} SELECT number FROM numbers(10)",
        f"CREATE USER {quoted} IDENTIFIED BY 'pw'",
        f"CREATE ROLE {role}",
        f"GRANT SELECT ON {table} TO {role}",
        f"GRANT {role} TO {quoted}",
        f"CREATE ROW POLICY {quoted} ON {table} USING a < 3 TO {quoted}",
    )
    basic = base64.b64encode(f"{db}{name}:pw".encode()).decode()
    answer = client.send("POST", {}, f"SELECT count() FROM {table}".encode(), {"Authorization": f"Basic {basic}"})
    assert (answer.code, answer.text) == (0, "3"), answer.text
    assert [db + name] in client.rows("SELECT name FROM system.users")
    assert client.rows(f"SHOW GRANTS FOR {quoted}") != []
    client.do(f"DROP USER {quoted}", f"DROP ROW POLICY {quoted} ON {table}")


@pytest.mark.parametrize("name", ["nul\\0", "bell\x07", "del\ufffe"])
def test_characters_that_cannot_be_kept_are_refused_at_once_and_break_nothing(client, db, name):
    client.do(f"CREATE ROLE {db}r")
    assert client.ask(f"CREATE ROW POLICY p ON {db}.`{name}` USING 1 TO {db}r").code == 48
    assert client.ask(f"GRANT SELECT ON {db}.`{name}` TO {db}r").code in (0, 48)
    assert client.rows(f"SELECT count() FROM system.roles WHERE name = '{db}r'") == [[1]]


def test_roles_are_chosen_by_session_and_by_request(client, db, table):
    client.do(
        f"CREATE USER {db}u",
        f"CREATE ROLE {db}a, {db}b, {db}c",
        f"GRANT {db}a, {db}b TO {db}u",
        f"GRANT SELECT(a) ON {table} TO {db}a",
        f"GRANT SELECT(b) ON {table} TO {db}b",
    )
    user = client.as_user(f"{db}u")
    assert user.ask(f"SELECT a, b FROM {table}").code == 0
    assert user.ask(f"SELECT b FROM {table}", role=f"{db}a").code == 497
    assert user.ask(f"SELECT a FROM {table}", role=f"{db}a").code == 0
    assert user.ask("SELECT 1", role=f"{db}c").code == 512
    assert user.ask("SELECT 1", role=f"{db}nothing").code == 511
    session = user.within(session_id=f"{db}s")
    session.do(f"SET ROLE {db}b")
    assert session.rows("SHOW CURRENT ROLES") == [[f"{db}b"]]
    assert session.ask(f"SELECT a FROM {table}").code == 497
    session.do("SET ROLE DEFAULT")
    assert session.ask(f"SELECT a, b FROM {table}").code == 0
    client.do(f"SET DEFAULT ROLE {db}a TO {db}u")
    assert user.ask(f"SELECT b FROM {table}").code == 497
    session.do(f"SET ROLE ALL EXCEPT {db}a")
    assert session.ask(f"SELECT b FROM {table}").code == 0
    assert client.ask(f"SET DEFAULT ROLE {db}c TO {db}u").code == 512


def test_roles_hold_roles(client, db, table):
    client.do(
        f"CREATE USER {db}u",
        f"CREATE ROLE {db}inner, {db}outer",
        f"GRANT SELECT ON {table} TO {db}inner",
        f"GRANT {db}inner TO {db}outer",
        f"GRANT {db}outer TO {db}u",
    )
    user = client.as_user(f"{db}u")
    assert user.ask(f"SELECT * FROM {table}").code == 0
    assert user.rows("SHOW ENABLED ROLES") == [[f"{db}inner"], [f"{db}outer"]]
    client.do(f"DROP ROLE {db}inner")
    assert user.ask(f"SELECT * FROM {table}").code == 497


def test_roles_that_are_not_yet_in_force_do_not_disturb_the_statements_that_give_them(client, db, table):
    session = client.within(session_id=f"{db}s")
    session.do(
        f"CREATE ROLE {db}r", f"GRANT {db}r TO default", f"GRANT SELECT(a) ON {table} TO {db}r", f"CREATE USER {db}u",
        f"GRANT {db}r TO {db}u", f"DROP ROLE {db}r", f"CREATE ROLE {db}q", f"GRANT {db}q TO default", f"ALTER ROLE {db}q RENAME TO {db}p",
        "SELECT 1",
    )  # fmt: skip
    assert [f"{db}p"] in session.rows("SHOW CURRENT ROLES")


def test_the_administrator_can_look_through_a_role(client, db, table):
    client.do(f"CREATE ROLE {db}r", f"GRANT SELECT(a) ON {table} TO {db}r", f"GRANT {db}r TO default")
    assert client.ask(f"SELECT * FROM {table}", role=f"{db}r").code == 497
    assert client.ask(f"SELECT a FROM {table}", role=f"{db}r").code == 0
    assert client.ask(f"SELECT * FROM {table}").code == 0


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE USER {db}x", "CREATE ROLE {db}x", "DROP USER {db}u", "DROP ROLE {db}r", "ALTER USER {db}u IDENTIFIED BY 'x'",
        "ALTER USER default IDENTIFIED BY 'x'", "GRANT SELECT ON {t} TO {db}u", "GRANT {db}r TO {db}u",
        "CREATE ROW POLICY p ON {t} USING 1 TO ALL", "DROP ROW POLICY IF EXISTS p ON {t}", "SHOW CREATE USER default",
        "SHOW GRANTS FOR default", "SHOW USERS", "SET DEFAULT ROLE NONE TO default", "REVOKE ALL ON *.* FROM default",
        "ALTER ROLE {db}r RENAME TO {db}q",
    ],
)  # fmt: skip
def test_an_ordinary_user_changes_nothing_about_access(client, db, table, sql):
    client.do(f"CREATE USER {db}u", f"CREATE ROLE {db}r", f"GRANT SELECT ON {table} TO {db}u")
    assert client.as_user(f"{db}u").ask(sql.format(db=db, t=table)).code == 497


@pytest.mark.parametrize(
    "sql", ["SET ROLE `__u_default`", "SET ROLE __u_default", "SET /* x */ ROLE ALL", "set role default"]
)
def test_nobody_becomes_the_administrator_by_set_role(client, db, table, sql):
    client.do(f"CREATE USER {db}u")
    user = client.as_user(f"{db}u").within(session_id=f"{db}s")
    user.ask(sql)
    assert user.ask(f"SELECT * FROM {table}").code == 497


def test_grant_option_and_admin_option_let_others_grant(client, db, table):
    client.do(
        f"CREATE USER {db}u, {db}v",
        f"CREATE ROLE {db}r",
        f"GRANT SELECT ON {table} TO {db}u WITH GRANT OPTION",
        f"GRANT {db}r TO {db}u WITH ADMIN OPTION",
    )
    user = client.as_user(f"{db}u")
    user.do(f"GRANT SELECT(a) ON {table} TO {db}v", f"GRANT {db}r TO {db}v")
    assert user.ask(f"GRANT INSERT ON {table} TO {db}v").code == 497
    assert client.as_user(f"{db}v").ask(f"SELECT a FROM {table}").code == 0
    client.do(f"REVOKE GRANT OPTION FOR SELECT ON {table} FROM {db}u", f"REVOKE ADMIN OPTION FOR {db}r FROM {db}u")
    assert user.ask(f"GRANT SELECT(b) ON {table} TO {db}v").code == 497
    assert user.ask(f"GRANT {db}r TO {db}v").code == 497
    assert user.ask(f"SELECT b FROM {table}").code == 0


def test_shows_what_was_created_and_granted(client, db, table):
    client.do(
        f"CREATE USER {db}u IDENTIFIED BY 'x' DEFAULT ROLE NONE DEFAULT DATABASE {db} SETTINGS max_threads = 3",
        f"CREATE ROLE {db}r SETTINGS max_result_rows = 10",
        f"GRANT SELECT(a, b) ON {table} TO {db}r WITH GRANT OPTION",
        f"GRANT {db}r TO {db}u",
        f"CREATE ROW POLICY p ON {table} AS RESTRICTIVE FOR SELECT USING a != 2 TO ALL EXCEPT {db}u",
    )
    assert client.rows(f"SHOW CREATE USER {db}u") == [
        [
            f"CREATE USER {db}u IDENTIFIED WITH sha256_password DEFAULT DATABASE {db} DEFAULT ROLE NONE SETTINGS max_threads = '3'"
        ]
    ]
    assert client.rows(f"SHOW CREATE ROLE {db}r") == [[f"CREATE ROLE {db}r SETTINGS max_result_rows = '10'"]]
    assert client.rows(f"SHOW GRANTS FOR {db}r") == [[f"GRANT SELECT(a, b) ON {table} TO {db}r WITH GRANT OPTION"]]
    assert client.rows(f"SHOW GRANTS FOR {db}u") == [[f"GRANT {db}r TO {db}u"]]
    assert client.rows(f"SHOW CREATE ROW POLICY p ON {table}") == [
        [f"CREATE ROW POLICY p ON {table} AS RESTRICTIVE FOR SELECT USING a != 2 TO ALL EXCEPT {db}u"]
    ]
    assert [f"p ON {table}"] in client.rows("SHOW ROW POLICIES")
    assert client.rows(f"SHOW POLICIES ON {table}") == [["p"]]


def test_settings_of_users_and_roles_are_in_force(client, db):
    client.do(
        f"CREATE USER {db}u SETTINGS max_threads = 3",
        f"CREATE ROLE {db}r SETTINGS max_block_size = 7",
        f"GRANT {db}r TO {db}u",
    )
    sql = "SELECT getSetting('max_threads'), getSetting('max_block_size')"
    assert client.as_user(f"{db}u").rows(sql) == [[3, 7]]


def test_system_tables_tell_the_administrator_and_nobody_else(client, db, table):
    client.do(
        f"CREATE USER {db}u", f"CREATE ROLE {db}r", f"GRANT SELECT(a) ON {table} TO {db}r", f"GRANT {db}r TO {db}u WITH ADMIN OPTION",
        f"CREATE POLICY p ON {table} USING a = 1 TO {db}r",
    )  # fmt: skip
    mine = f"startsWith(concat(ifNull(user_name, ''), ifNull(role_name, '')), '{db}')"
    assert client.rows(f"SELECT access_type, database, table, column FROM system.grants WHERE {mine}") == [
        ["SELECT", db, "t", "a"]
    ]
    assert client.rows(
        f"SELECT user_name, granted_role_name, with_admin_option FROM system.role_grants WHERE {mine}"
    ) == [[f"{db}u", f"{db}r", 1]]
    assert client.rows(
        f"SELECT short_name, select_filter, apply_to_list FROM system.row_policies WHERE database = '{db}'"
    ) == [["p", "a = 1", [f"{db}r"]]]
    assert client.rows(f"SELECT name FROM system.roles WHERE startsWith(name, '{db}')") == [[f"{db}r"]]
    for name in ("users", "roles", "grants", "role_grants", "row_policies"):
        assert client.as_user(f"{db}u").rows(f"SELECT count() FROM system.{name}") == [[0]]


@pytest.mark.parametrize("granted", ["SHOW ACCESS ON *.*", "ACCESS MANAGEMENT ON *.*", "SHOW USERS, SHOW ROLES ON *.*"])
def test_who_may_see_access_reads_the_system_tables(client, db, table, granted):
    """So an account with few rights can govern: it must read what is there."""
    client.do(
        f"CREATE USER {db}u", f"CREATE ROLE {db}r, {db}n", f"GRANT {granted} TO {db}n", f"GRANT {db}n TO {db}r", f"GRANT {db}r TO {db}u",
        f"CREATE POLICY p ON {table} USING a = 1 TO {db}r",
    )  # fmt: skip
    user = client.as_user(f"{db}u")
    assert [f"{db}r"] in user.rows("SELECT name FROM system.roles")
    assert [db] in user.rows("SELECT database FROM system.row_policies")
    assert user.rows(f"SELECT granted_role_name FROM system.role_grants WHERE user_name = '{db}u'") == [[f"{db}r"]]


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("CREATE USER {db}u", 493),
        ("CREATE ROLE {db}r", 493),
        ("DROP USER {db}x", 192),
        ("DROP ROLE {db}x", 511),
        ("GRANT SELECT ON {db}.* TO {db}x", 511),
        ("GRANT {db}x TO {db}u", 511),
        ("GRANT NONSENSE ON {db}.* TO {db}u", 62),
        ("GRANT CREATE USER ON {db}.* TO {db}u", 62),
        ("DROP ROW POLICY p ON {db}.t", 523),
        ("DROP USER default", 495),
        ("CREATE QUOTA q", 48),
        ("CREATE SETTINGS PROFILE q", 48),
        ("CREATE MASKING POLICY m ON {db}.t UPDATE a = 1 TO {db}r", 48),
        ("GRANT ON CLUSTER c SELECT ON {db}.* TO {db}u", 48),
        ("CREATE ROLE {db}y ON CLUSTER c", 48),
        ("CREATE USER {db}y IDENTIFIED WITH ldap SERVER 's'", 48),
        ("CREATE USER {db}y HOST IP '10.0.0.0/8'", 48),
        ("EXECUTE AS default SELECT 1", 48),
        ("GRANT SELECT ON TO {db}u", 62),
    ],
)
def test_refuses_in_clickhouses_words(client, db, sql, code):
    client.do(f"CREATE USER {db}u", f"CREATE ROLE {db}r")
    assert client.ask(sql.format(db=db)).code == code


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE USER IF NOT EXISTS {db}u", "CREATE ROLE IF NOT EXISTS {db}r", "CREATE ROLE OR REPLACE {db}r", "DROP USER IF EXISTS {db}x",
        "DROP ROLE IF EXISTS {db}x", "ALTER USER IF EXISTS {db}x IDENTIFIED BY 'p'", "DROP ROW POLICY IF EXISTS p ON {db}.t",
    ],
)  # fmt: skip
def test_lenient_forms_succeed(client, db, sql):
    client.do(f"CREATE USER {db}u", f"CREATE ROLE {db}r")
    client.do(sql.format(db=db))


def test_a_renamed_role_keeps_what_it_had(client, db, table):
    client.do(
        f"CREATE USER {db}u", f"CREATE ROLE {db}r", f"GRANT SELECT ON {table} TO {db}r", f"GRANT {db}r TO {db}u",
        f"CREATE POLICY p ON {table} USING a = 1 TO {db}r", f"ALTER ROLE {db}r RENAME TO {db}q",
    )  # fmt: skip
    assert client.as_user(f"{db}u").rows(f"SELECT a FROM {table}") == [[1]]


def test_granting_again_and_again_does_not_grow_what_is_kept(client, db, table, embedded_data):
    client.do(f"CREATE ROLE {db}r")
    for _ in range(3):
        client.do(f"GRANT SELECT ON {table} TO {db}r", f"REVOKE SELECT ON {table} FROM {db}r")
        client.do("SELECT 1")
    kept = json.loads((embedded_data / "access.json").read_text())
    (privileges,) = [role["privileges"] for role in kept["roles"] if role["name"] == f"{db}r"]
    assert len(privileges) <= 2


def test_all_privileges_on_databases_can_be_granted_side_by_side(client, db, table):
    client.do(
        f"CREATE ROLE {db}r",
        f"GRANT ALL ON {db}.* TO {db}r WITH GRANT OPTION",
        f"GRANT ALL ON {db}_b.* TO {db}r",
        f"REVOKE INSERT ON {table} FROM {db}r",
        f"CREATE USER {db}u IDENTIFIED BY 'pw'",
        f"GRANT {db}r TO {db}u",
    )
    user = client.as_user(f"{db}u", "pw")
    assert user.ask(f"SELECT count() FROM {table}").text == "2"
    assert user.ask(f"INSERT INTO {table} (a) VALUES (3)").code == 497


def test_names_may_hold_characters_that_end_a_line_elsewhere(client, db):
    column = "`a\x85\u2028\u2029b`"
    client.do(
        f"CREATE TABLE {db}.odd ({column} UInt8) ENGINE = MergeTree ORDER BY tuple()",
        f"CREATE ROLE {db}r",
        f"GRANT SELECT({column}) ON {db}.odd TO {db}r",
        f"CREATE USER {db}u",
        f"GRANT {db}r TO {db}u",
    )
    assert client.as_user(f"{db}u").ask(f"SELECT {column} FROM {db}.odd").code == 0
    assert client.ask(f"SELECT count() FROM system.grants WHERE role_name = '{db}r'").text == "1"
