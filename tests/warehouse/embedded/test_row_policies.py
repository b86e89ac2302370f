"""Row policies and masking views: which rows a reader gets."""

# ruff: noqa: E501 - a statement is easier to read on one line

import pytest


@pytest.fixture
def table(client, db):
    client.do(
        f"CREATE TABLE {db}.t (a UInt8, region String) ENGINE = MergeTree ORDER BY a",
        f"INSERT INTO {db}.t SELECT number, ['eu', 'us', 'jp'][number % 3 + 1] FROM numbers(9)",
        f"CREATE ROLE {db}eu, {db}us, {db}free",
        f"GRANT SELECT ON {db}.* TO {db}eu, {db}us, {db}free",
        f"CREATE USER {db}e, {db}u, {db}both, {db}f",
        f"GRANT {db}eu TO {db}e, {db}both",
        f"GRANT {db}us TO {db}u, {db}both",
        f"GRANT {db}free TO {db}f",
    )
    return f"{db}.t"


def seen(client, db, user, table):
    return {a for (a,) in client.as_user(f"{db}{user}").rows(f"SELECT a FROM {table}")}


EU, US, JP = {0, 3, 6}, {1, 4, 7}, {2, 5, 8}
ALL = EU | US | JP


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([], {"e": ALL, "u": ALL, "both": ALL, "f": ALL}),
        (["p ON {t} USING region = 'eu' TO {db}eu"], {"e": EU, "u": ALL, "both": EU, "f": ALL}),
        (
            ["p ON {t} USING region = 'eu' TO {db}eu", "q ON {t} USING region = 'us' TO {db}us"],
            {"e": EU, "u": US, "both": EU | US, "f": ALL},
        ),
        (
            ["p ON {t} USING region = 'eu' TO {db}eu", "r ON {t} AS RESTRICTIVE USING a < 5 TO ALL EXCEPT {db}us"],
            {"e": {0, 3}, "u": ALL, "both": EU, "f": {0, 1, 2, 3, 4}},
        ),
        (["r ON {t} AS RESTRICTIVE USING a < 5 TO {db}eu, {db}us"], {"e": {0, 1, 2, 3, 4}, "both": {0, 1, 2, 3, 4}, "f": ALL}),
        (["p ON {t} USING a = 8 TO {db}f"], {"e": ALL, "f": {8}}),
        (["p ON {t} USING region = 'jp' TO ALL"], {"e": JP, "u": JP, "f": JP}),
        (["p ON {db}.* USING a = 1 TO {db}eu"], {"e": {1}, "u": ALL}),
        (["p ON {t} USING a IN (SELECT a FROM {t} WHERE region = 'us') TO {db}eu"], {"f": ALL}),
        (["p ON {t} USING 1 TO NONE"], {"e": ALL, "f": ALL}),
    ],
)  # fmt: skip
def test_permissive_policies_are_ored_and_restrictive_ones_anded(client, db, table, policies, expected):
    client.do(*(f"CREATE ROW POLICY {policy.format(t=table, db=db)}" for policy in policies))
    assert {user: seen(client, db, user, table) for user in expected} == expected


def test_the_administrator_sees_every_row_unless_named(client, db, table):
    client.do(f"CREATE ROW POLICY p ON {table} USING region = 'eu' TO {db}eu", f"GRANT {db}eu TO default")
    assert client.rows(f"SELECT count() FROM {table}", role=f"{db}eu") == [[3]]
    client.do(f"REVOKE {db}eu FROM default")
    assert client.rows(f"SELECT count() FROM {table}") == [[9]]
    client.do(f"ALTER ROW POLICY p ON {table} TO default")
    assert client.rows(f"SELECT count() FROM {table}") == [[3]]


def test_a_policy_can_be_altered_renamed_replaced_and_dropped(client, db, table):
    client.do(f"CREATE ROW POLICY p ON {table} USING a = 1 TO {db}eu")
    client.do(f"ALTER ROW POLICY p ON {table} RENAME TO q USING a = 2")
    assert seen(client, db, "e", table) == {2}
    client.do(f"CREATE ROW POLICY OR REPLACE q ON {table} USING a = 3 TO {db}eu, {db}us")
    assert (seen(client, db, "e", table), seen(client, db, "u", table)) == ({3}, {3})
    assert client.ask(f"CREATE ROW POLICY q ON {table} USING a = 3 TO {db}eu").code == 493
    client.do(f"DROP ROW POLICY q ON {table}")
    assert seen(client, db, "e", table) == ALL


def test_policies_survive_an_exchange_of_tables(client, db, table):
    client.do(
        f"CREATE ROW POLICY p ON {table} USING region = 'eu' TO {db}eu",
        f"CREATE TABLE {db}.next AS {table}",
        f"INSERT INTO {db}.next SELECT number + 10, ['eu', 'us'][number % 2 + 1] FROM numbers(4)",
        f"EXCHANGE TABLES {table} AND {db}.next",
    )
    assert seen(client, db, "e", table) == {10, 12}


def test_a_masking_view_reads_with_its_definers_rights_and_keeps_its_own_policy(client, db, table):
    """The readers hold SELECT on the view alone; the policy on the view is enforced, those on the table are not."""
    client.do(
        f"CREATE ROLE {db}analyst", f"CREATE USER {db}x", f"GRANT {db}analyst TO {db}x",
        f"CREATE VIEW {db}.masked (a UInt8, region String) DEFINER = CURRENT_USER SQL SECURITY DEFINER "
        f"AS SELECT a, '***' AS region FROM {table}",
        f"GRANT SELECT ON {db}.masked TO {db}analyst",
        f"CREATE ROW POLICY p ON {table} USING a < 3 TO {db}analyst",
    )  # fmt: skip
    user = client.as_user(f"{db}x")
    assert user.ask(f"SELECT * FROM {table}").code == 497
    assert user.rows(f"SELECT count(), any(region) FROM {db}.masked") == [[9, "***"]]
    client.do(f"CREATE ROW POLICY v ON {db}.masked USING a < 3 TO {db}analyst")
    assert user.rows(f"SELECT count() FROM {db}.masked") == [[3]]
    assert client.rows(f"SELECT count() FROM {db}.masked") == [[9]]


def test_a_named_account_can_define_masking_views(client, db, table):
    client.do(
        f"CREATE USER {db}masker", f"GRANT SELECT(a) ON {table} TO {db}masker",
        f"CREATE VIEW {db}.good DEFINER = {db}masker SQL SECURITY DEFINER AS SELECT a FROM {table}",
        f"CREATE VIEW {db}.bad DEFINER = {db}masker SQL SECURITY DEFINER AS SELECT region FROM {table}",
    )  # fmt: skip
    assert client.ask(f"CREATE VIEW {db}.none DEFINER = {db}nobody SQL SECURITY DEFINER AS SELECT 1").code == 192
    assert client.as_user(f"{db}f").ask(f"SELECT a FROM {db}.good").code == 0
    assert client.as_user(f"{db}f").ask(f"SELECT region FROM {db}.bad").code == 497


@pytest.mark.parametrize(
    "clause",
    [
        "SQL SECURITY DEFINER", "DEFINER = CURRENT_USER SQL SECURITY DEFINER", "DEFINER CURRENT_USER SQL SECURITY DEFINER",
        "DEFINER = CURRENT_USER", "/* DEFINER = x */ SQL /**/ SECURITY DEFINER",
    ],
)  # fmt: skip
def test_a_view_of_another_user_runs_as_that_user(client, db, table, clause):
    client.do(
        f"CREATE TABLE {db}.secret (s UInt8) ENGINE = MergeTree ORDER BY s",
        f"CREATE USER {db}author", f"GRANT CREATE VIEW, DROP VIEW ON {db}.* TO {db}author",
        f"GRANT SELECT ON {table} TO {db}author",
        f"CREATE ROW POLICY p ON {table} USING a = 7 TO {db}author",
    )  # fmt: skip
    author = client.as_user(f"{db}author")
    author.do(f"CREATE VIEW {db}.v {clause} AS SELECT a FROM {table}")
    assert seen(client, db, "f", f"{db}.v") == {7}
    author.ask(f"CREATE VIEW {db}.w {clause} AS SELECT s FROM {db}.secret")
    assert client.as_user(f"{db}f").ask(f"SELECT * FROM {db}.w").code in (497, 60)


@pytest.mark.parametrize("named", ["default", "`default`", "'default'", '"default"'])
def test_only_the_administrator_defines_views_as_the_administrator(client, db, named):
    client.do(f"CREATE USER {db}author", f"GRANT CREATE VIEW ON {db}.* TO {db}author")
    sql = f"CREATE VIEW {db}.v DEFINER = {named} SQL SECURITY DEFINER AS SELECT 1"
    assert client.as_user(f"{db}author").ask(sql).code == 497
    assert client.ask(sql).code == 0


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE ROW POLICY p ON system.one USING 1 TO ALL",
        "CREATE ROW POLICY p ON {db}.t, q ON {db}.* USING 1 TO ALL",
    ],
)
def test_refuses_policies_that_it_could_not_enforce(client, db, table, sql):
    assert client.ask(sql.format(db=db)).code == 48
    assert seen(client, db, "f", table) == ALL
