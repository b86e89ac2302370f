"""Texts that would do harm if they were ever executed or half understood, and canaries that tell whether one was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datacontract_runner.ledger import LEDGER_DATABASE
from datacontract_runner.warehouse import Connection

CANARY = "hostile_canary"
"""A database, a table in it, a user and a role of this name belong to nobody that a contract knows."""

DROP = f"DROP TABLE {CANARY}.{CANARY}"

HOSTILE: Mapping[str, str] = {
    "single quote": "a'b",
    "double quote": 'a"b',
    "backtick": "a`b",
    "backslash": "a\\",
    "backslash and quote": "\\'",
    "newline": "a\nb",
    "carriage return": "a\r\nb\r",
    "tab": "\ta\t",
    "NUL": "a\0b",
    "control characters": "\x01\x08\x0b\x1b[31m\x7f",
    "statement": f"'; {DROP} --",
    "statement behind a backslash": f"\\'; {DROP} --",
    "statement behind a backtick": f"`; {DROP} --",
    "statement behind a double quote": f'"; {DROP} --',
    "statement behind a bracket": f"') ; {DROP}; SELECT ('",
    "clause": f"', COMMENT COLUMN id '{DROP}",
    "open comment": "a /* b",
    "closed comment": "a */ b --",
    "heredoc": "$$a$$ $x$",
    "Jinja": "{{ 7 * 7 }}{% set x = 1 %}{# c #}",
    "open Jinja": "{{ {% raw %}",
    "parameters": "{a:String} {object} %s %(a)s ${HOME} $1 ?",
    "our own marks": "x\n[owner: eve; tags: none]",
    "markup of the terminal": "[/] [red]x",
    "JSON": '{"a": [1, "\\u0000"]}',
    "emoji": "🛩️ Zoë 漢字",
    "direction of writing": "\u202eabc\u2066\u2028\x85\ufeff",
    "only spaces": "   ",
    "as long as a label": "b'" * 128,
    "long": "a'`\\" * 2_500,
}
"""Kind of harm, and a text that does it."""


@dataclass(frozen=True)
class Warden:
    """Sees what is in a warehouse outside of what one contract may touch.

    Args:
        connection: as an account that sees everything.
        databases: prefix of the contract's databases.
        prefix: prefix of the contract's roles.
    """

    connection: Connection
    databases: str
    prefix: str

    def observe(self) -> Mapping[str, Sequence[Any]]:
        """Databases, tables and their rows, users, roles, grants and policies that no contract may touch."""
        mine = {"d": self.databases, "r": self.prefix, "l": LEDGER_DATABASE}
        return {name: self.connection.rows(query, mine) for name, query in _OUTSIDE.items()}


_OTHERS = "NOT startsWith(database, {d:String}) AND database != {l:String}"
_OUTSIDE = {
    "databases": "SELECT name FROM system.databases WHERE NOT startsWith(name, {d:String}) ORDER BY name",
    "tables": "SELECT database, name, uuid, create_table_query, total_rows FROM system.tables "
    f"WHERE {_OTHERS} AND database NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA') ORDER BY ALL",
    "ledger": "SELECT name FROM system.tables WHERE database = {l:String} AND NOT startsWith(name, 'lock_') ORDER BY 1",
    "users": "SELECT name FROM system.users ORDER BY name",
    "roles": "SELECT name FROM system.roles WHERE NOT startsWith(name, {r:String}) ORDER BY name",
    "grants": "SELECT user_name, role_name, access_type, database, table, column, grant_option FROM system.grants "
    "WHERE NOT startsWith(coalesce(role_name, ''), {r:String}) ORDER BY ALL",
    "memberships": "SELECT user_name, role_name, granted_role_name FROM system.role_grants ORDER BY ALL",
    "policies": f"SELECT name, select_filter FROM system.row_policies WHERE {_OTHERS} ORDER BY name",
    "functions": "SELECT name FROM system.functions WHERE origin = 'SQLUserDefined' ORDER BY name",
}


def plant_canaries(connection: Connection) -> None:
    """Makes a database, a table with a row, a role that reads it and a user who has the role."""
    for statement in (
        f"CREATE DATABASE IF NOT EXISTS {CANARY}",
        f"CREATE TABLE IF NOT EXISTS {CANARY}.{CANARY} (id UInt8) ENGINE = MergeTree ORDER BY id",
        f"INSERT INTO {CANARY}.{CANARY} VALUES (1)",
        f"CREATE ROLE IF NOT EXISTS {CANARY}",
        f"GRANT SELECT ON {CANARY}.* TO {CANARY}",
        f"CREATE USER IF NOT EXISTS {CANARY} IDENTIFIED WITH sha256_password BY 'tweet'",
        f"GRANT {CANARY} TO {CANARY}",
    ):
        connection.execute(statement)


def remove_canaries(connection: Connection) -> None:
    """Takes them away again."""
    for statement in (
        f"DROP USER IF EXISTS {CANARY}",
        f"DROP ROLE IF EXISTS {CANARY}",
        f"DROP DATABASE IF EXISTS {CANARY} SYNC",
    ):
        connection.execute(statement)
