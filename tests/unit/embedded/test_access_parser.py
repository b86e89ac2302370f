"""Access statements as they are read."""

# ruff: noqa: E501 - a statement and what it is read as are easier to compare on one line

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datacontract_runner.embedded.access.model import NameSet
from datacontract_runner.embedded.access.parser import find_parser, parse
from datacontract_runner.embedded.access.statements import (
    AlterPolicy,
    AlterUser,
    CreatePolicy,
    CreateRole,
    CreateUser,
    Drop,
    DropPolicy,
    Grant,
    GrantRoles,
    SetDefaultRole,
    SetRole,
    ShowCreate,
    ShowGrants,
    ShowNames,
)
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.tokens import tokenize
from datacontract_runner.sql import identifier


def read(sql):
    tokens = list(tokenize(sql))
    parser = find_parser(tokens[:8])
    assert parser is not None
    return parse(parser, tokens, "here")


A, AB = NameSet(names=("a",)), NameSet(names=("a", "b"))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE ROLE a", CreateRole(("a",))),
        ("create role if not exists a, `b c`", CreateRole(("a", "b c"), if_not_exists=True)),
        ("CREATE ROLE OR REPLACE a SETTINGS max_threads = 3, x = 'y'", CreateRole(("a",), or_replace=True, settings=(("max_threads", "3"), ("x", "y")))),
        ("DROP ROLE IF EXISTS a, b", Drop("ROLE", ("a", "b"), if_exists=True)),
        ("DROP USER 'a@b'", Drop("USER", ("a@b",))),
        ("CREATE USER a HOST ANY DEFAULT ROLE b, c DEFAULT DATABASE d", CreateUser(("a",), default_roles=NameSet(names=("b", "c")), default_database="d")),
        ("ALTER USER a RENAME TO b DEFAULT ROLE ALL EXCEPT c", AlterUser(("a",), rename="b", default_roles=NameSet(every=True, excepted=("c",)))),
        ("GRANT SELECT ON t TO a", Grant("SELECT ON `here`.t", A)),
        ("GRANT SELECT(x, `y z`), INSERT ON db.`t 1` TO a, b WITH GRANT OPTION", Grant("SELECT(x, `y z`), INSERT ON db.`t 1`", AB, option=True)),
        ("GRANT SELECT ON *, INSERT ON db.*, ALL ON *.* TO a", Grant("SELECT ON `here`.*, INSERT ON db.*, ALL ON *.*", A)),
        ("GRANT SET DEFINER ON kim TO a", Grant("SET DEFINER ON kim", A)),
        ("GRANT SELECT ON a.b TO a WITH REPLACE OPTION", Grant("SELECT ON a.b", A, replace=True)),
        ("REVOKE GRANT OPTION FOR SELECT ON a.b FROM a", Grant("SELECT ON a.b", A, revoke=True, option=True)),
        ("REVOKE ALL ON *.* FROM ALL EXCEPT a", Grant("ALL ON *.*", NameSet(every=True, excepted=("a",)), revoke=True)),
        ("GRANT r1, r2 TO a WITH ADMIN OPTION", GrantRoles(("r1", "r2"), A, option=True)),
        ("REVOKE ADMIN OPTION FOR r FROM a", GrantRoles(("r",), A, revoke=True, option=True)),
        ("GRANT `on`, `to` TO a", GrantRoles(("on", "to"), A)),
        ("SET DEFAULT ROLE NONE TO a, b", SetDefaultRole(NameSet(), ("a", "b"))),
        ("SET ROLE DEFAULT", SetRole(None)),
        ("SET ROLE ALL EXCEPT a", SetRole(NameSet(every=True, excepted=("a",)))),
        ("CREATE ROW POLICY p ON t USING x != 'a' AND (y > 1) TO a", CreatePolicy((("p", "here", "t"),), using="x != 'a' AND (y > 1)", to=A)),
        ("CREATE POLICY p, q ON d.t, d.u AS restrictive FOR SELECT USING 1 TO ALL", CreatePolicy((("p", "d", "t"), ("p", "d", "u"), ("q", "d", "t"), ("q", "d", "u")), restrictive=True, using="1", to=NameSet(every=True))),
        ("CREATE ROW POLICY p ON d.t, q ON d.* USING 1 TO a", CreatePolicy((("p", "d", "t"), ("q", "d", "")), using="1", to=A)),
        ("CREATE ROW POLICY p ON t USING a IN (SELECT 1 /* TO */) TO a", CreatePolicy((("p", "here", "t"),), using="a IN (SELECT 1 )", to=A)),
        ("ALTER POLICY p ON t RENAME TO q USING NONE", AlterPolicy((("p", "here", "t"),), rename="q", using="")),
        ("DROP ROW POLICY IF EXISTS p ON t, u", DropPolicy((("p", "here", "t"), ("p", "here", "u")), if_exists=True)),
        ("SHOW GRANTS", ShowGrants()),
        ("SHOW GRANTS FOR a, b FORMAT TSV", ShowGrants(("a", "b"))),
        ("SHOW CREATE USER", ShowCreate("USER")),
        ("SHOW CREATE ROW POLICY p ON d.t", ShowCreate("POLICY", targets=(("p", "d", "t"),))),
        ("SHOW CURRENT ROLES", ShowNames("CURRENT ROLES")),
        ("SHOW POLICIES ON t;", ShowNames("POLICIES", ("here", "t"))),
    ],
)  # fmt: skip
def test_reads(sql, expected):
    assert read(sql) == expected


@pytest.mark.parametrize(
    "sql",
    ["SELECT 1", "CREATE TABLE t (a Int32)", "SHOW TABLES", "SHOW CREATE TABLE t", "SET max_threads = 1", "DROP TABLE role", "ALTER TABLE t DELETE WHERE 1", "WITH 1 AS grant SELECT grant", ""],
)  # fmt: skip
def test_leaves_other_statements_to_the_engine(sql):
    assert find_parser(list(tokenize(sql))) is None


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("GRANT SELECT ON a.b", 62),
        ("CREATE ROLE a b", 62),
        ("DROP USER", 62),
        ("CREATE ROLE a ON CLUSTER c", 48),
        ("GRANT CURRENT GRANTS ON *.* TO a", 48),
        ("CREATE USER a IDENTIFIED WITH kerberos REALM 'x'", 48),
        ("CREATE USER a HOST LIKE '%.x'", 48),
        ("CREATE USER a SETTINGS PROFILE 'x'", 48),
        ("CREATE USER a SETTINGS max_threads = 1 MAX 3", 48),
        ("SHOW GRANTS WITH IMPLICIT", 48),
        ("CREATE QUOTA q", 48),
        ("ALTER SETTINGS PROFILE q", 48),
        ("DROP MASKING POLICY q ON t", 48),
        ("MOVE USER a TO b", 48),
    ],
)
def test_refuses_what_it_cannot_read_or_keep(sql, code):
    with pytest.raises(Rejection) as refused:
        read(sql)
    assert refused.value.code == code


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_names_of_any_characters_stay_names(role, user, policy):
    assert read(f"GRANT {identifier(role)} TO {identifier(user)}") == GrantRoles((role,), NameSet(names=(user,)))
    assert read(f"DROP ROW POLICY {identifier(policy)} ON {identifier(role)}.{identifier(user)}") == DropPolicy(
        ((policy, role, user),)
    )
