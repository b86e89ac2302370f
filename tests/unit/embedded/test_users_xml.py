"""The file that the engine enforces."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from datacontract_runner.embedded.access.model import Access, NameSet, Role, RowPolicy, User
from datacontract_runner.embedded.access.users_xml import engine_name, shown_name, stamp_of, user_role, users_xml

# Characters that XML 1.0 can hold at all; ClickHouse takes no others in names that clients send.
TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="￾￿"), min_size=1)


@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1))
def test_engine_names_are_plain_and_can_be_turned_back(name):
    assert engine_name(name).isascii()
    assert engine_name(name).replace("_", "a").isalnum()
    assert shown_name(engine_name(name)) == (name, False)
    assert shown_name(user_role(name)) == (name, True)


@given(st.lists(TEXT, min_size=2, unique=True))
def test_engine_names_of_different_names_differ(names):
    every = [engine_name(name) for name in names] + [user_role(name) for name in names]
    assert len(set(every)) == len(every)


@given(TEXT, TEXT, TEXT)
def test_the_file_is_well_formed_whatever_the_names(role, user, using):
    access = Access(
        roles=(Role(name=role, privileges=(f"GRANT SELECT ON {user}",)),),
        users=(User(name="default"), User(name=user + "u")),
        policies=(RowPolicy(name="p", database=role, table=user, using=using, to=NameSet(names=(role,))),),
    )
    root = ElementTree.fromstring(users_xml(access))
    assert [query.text for query in root.findall(f"./roles/{engine_name(role)}/grants/query")] == [
        f"GRANT SELECT ON {user}"
    ]
    named = [d for d in root.findall("./users/default/databases/database") if d.get("name") == role]
    assert [table.get("name") for database in named for table in database] == [user]


def test_the_stamp_changes_with_the_content_and_only_then():
    one, two = Access(roles=(Role(name="a"),)), Access(roles=(Role(name="b"),))
    assert stamp_of(users_xml(one)) == stamp_of(users_xml(one.model_copy()))
    assert stamp_of(users_xml(one)) != stamp_of(users_xml(two))


def test_connections_hold_every_role_but_a_view_of_a_user_only_theirs():
    access = Access(roles=(Role(name="a"), Role(name="b")), users=(User(name="default"), User(name="kim")))
    root = ElementTree.fromstring(users_xml(access))
    held = {user: [q.text for q in root.findall(f"./users/{user}/grants/query")] for user in ("default", "kim")}
    assert "GRANT `a`" in held["default"]
    assert "GRANT `__u_kim`" in held["default"]
    assert held["kim"] == ["GRANT `__u_kim`"]
