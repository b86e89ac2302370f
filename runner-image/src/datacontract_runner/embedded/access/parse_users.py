"""Reads CREATE, ALTER and DROP of users and roles, SET ROLE and SET DEFAULT ROLE."""

from datacontract_runner.embedded.access.cursor import Cursor, written
from datacontract_runner.embedded.access.model import NameSet, Password
from datacontract_runner.embedded.access.passwords import check_kind, stored
from datacontract_runner.embedded.access.statements import (
    AlterRole,
    AlterUser,
    CreateRole,
    CreateUser,
    Drop,
    SetDefaultRole,
    SetRole,
)
from datacontract_runner.embedded.rejection import Rejection

_Settings = tuple[tuple[str, str], ...]


def parse_role(cursor: Cursor, _database: str) -> CreateRole | AlterRole:
    """CREATE ROLE [IF NOT EXISTS | OR REPLACE] names [SETTINGS ...]; ALTER ROLE [IF EXISTS] names [RENAME TO x]."""
    if cursor.accept("ALTER", "ROLE"):
        if_exists = cursor.accept("IF", "EXISTS")
        names = cursor.names()
        rename = cursor.name() if cursor.accept("RENAME", "TO") else None
        return AlterRole(names, if_exists, rename, _settings(cursor))
    cursor.expect("CREATE")
    cursor.expect("ROLE")
    or_replace = cursor.accept("OR", "REPLACE")
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    return CreateRole(cursor.names(), if_not_exists, or_replace, _settings(cursor) or ())


def parse_user(cursor: Cursor, _database: str) -> CreateUser | AlterUser:
    """CREATE USER and ALTER USER with password, default roles, default database and settings."""
    if cursor.accept("ALTER", "USER"):
        if_exists = cursor.accept("IF", "EXISTS")
        names = cursor.names()
        rename = cursor.name() if cursor.accept("RENAME", "TO") else None
        clauses = _UserClauses(cursor)
        return AlterUser(
            names, if_exists, rename, clauses.password, clauses.default_roles, clauses.database, clauses.settings
        )
    cursor.expect("CREATE")
    cursor.expect("USER")
    or_replace = cursor.accept("OR", "REPLACE")
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    names = cursor.names()
    clauses = _UserClauses(cursor)
    return CreateUser(
        names,
        if_not_exists,
        or_replace,
        clauses.password,
        clauses.default_roles,
        clauses.database,
        clauses.settings or (),
    )


def parse_drop(cursor: Cursor, _database: str) -> Drop:
    """DROP USER and DROP ROLE."""
    cursor.expect("DROP")
    kind = cursor.take().word
    if_exists = cursor.accept("IF", "EXISTS")
    return Drop(kind, cursor.names(), if_exists)


def parse_set_role(cursor: Cursor, _database: str) -> SetRole | SetDefaultRole:
    """SET ROLE {DEFAULT | NONE | names | ALL [EXCEPT names]} and SET DEFAULT ROLE ... TO users."""
    cursor.expect("SET")
    if cursor.accept("DEFAULT", "ROLE"):
        roles = name_set(cursor)
        cursor.expect("TO")
        return SetDefaultRole(roles, cursor.names())
    cursor.expect("ROLE")
    return SetRole(None if cursor.accept("DEFAULT") else name_set(cursor))


def name_set(cursor: Cursor) -> NameSet:
    """{NONE | names | ALL [EXCEPT names]}; ClickHouse also takes ``names EXCEPT names`` and ``ANY``."""
    if cursor.accept("NONE"):
        return NameSet()
    every = cursor.accept("ALL") or cursor.accept("ANY")
    names = () if every else cursor.names()
    excepted = cursor.names() if cursor.accept("EXCEPT") else ()
    return NameSet(every=every, names=names, excepted=excepted)


class _UserClauses:
    """The clauses after a user's name, in any order."""

    def __init__(self, cursor: Cursor) -> None:
        self.password: Password | None = None
        self.default_roles: NameSet | None = None
        self.database: str | None = None
        self.settings: _Settings | None = None
        while not cursor.ended:
            self._read(cursor)

    def _read(self, cursor: Cursor) -> None:
        if cursor.accept("NOT", "IDENTIFIED"):
            self.password = Password()
        elif cursor.accept("IDENTIFIED"):
            self.password = _password(cursor)
        elif cursor.accept("DEFAULT", "ROLE"):
            self.default_roles = name_set(cursor)
        elif cursor.accept("DEFAULT", "DATABASE"):
            self.database = "" if cursor.accept("NONE") else cursor.name()
        elif cursor.sees("SETTINGS"):
            self.settings = _settings(cursor)
        else:
            _skip_host(cursor)


def _skip_host(cursor: Cursor) -> None:
    """Only HOST ANY and HOST LOCAL can be kept: the warehouse does not look at the client's address."""
    if cursor.accept("HOST"):
        if cursor.accept("ANY") or cursor.accept("LOCAL"):
            return
        raise Rejection(48, "The embedded warehouse does not check client addresses: HOST ANY is the only choice.")
    if cursor.accept("GRANTEES", "ANY"):
        return
    raise Rejection(48, "The embedded warehouse cannot keep this clause of CREATE USER or ALTER USER.")


def _password(cursor: Cursor) -> Password:
    kind = cursor.take().word.lower() if cursor.accept("WITH") else ""
    if kind == "no_password":
        return Password()
    check_kind(kind)
    cursor.expect("BY")
    secret = cursor.string()
    salt = cursor.string() if cursor.accept("SALT") else ""
    if cursor.sees(","):
        raise Rejection(48, "The embedded warehouse keeps one way to authenticate per user.")
    return stored(kind or "sha256_password", secret, salt)


def _settings(cursor: Cursor) -> _Settings | None:
    if not cursor.accept("SETTINGS"):
        return None
    if cursor.accept("NONE"):
        return ()
    settings = [_setting(cursor)]
    while cursor.accept(","):
        settings.append(_setting(cursor))
    return tuple(settings)


def _setting(cursor: Cursor) -> tuple[str, str]:
    name = cursor.name()
    if name.upper() in ("PROFILE", "INHERIT"):
        raise Rejection(48, "The embedded warehouse has no settings profiles: write the settings themselves.")
    cursor.accept("=")
    tokens = cursor.until((",",), ("DEFAULT",), ("IDENTIFIED",), ("HOST",))
    if len(tokens) == 1:
        return name, tokens[0].value
    if len(tokens) == 2 and tokens[0].text in ("-", "+"):
        return name, written(tokens)
    raise Rejection(48, f"The embedded warehouse cannot keep constraints on the setting {name}.")
