"""Reads CREATE, ALTER and DROP ROW POLICY."""

from datacontract_runner.embedded.access.cursor import Cursor, written
from datacontract_runner.embedded.access.model import NameSet
from datacontract_runner.embedded.access.parse_users import name_set
from datacontract_runner.embedded.access.statements import AlterPolicy, CreatePolicy, DropPolicy

_Target = tuple[str, str, str]
_CLAUSES = (("AS",), ("FOR", "SELECT"), ("USING",), ("TO",), ("RENAME", "TO"))


def parse_policy(cursor: Cursor, database: str) -> CreatePolicy | AlterPolicy | DropPolicy:
    """One of the three statements, each for ``name [, ...] ON table [, ...]``."""
    verb = cursor.take().word
    cursor.accept("ROW")
    cursor.expect("POLICY")
    or_replace = cursor.accept("OR", "REPLACE")
    lenient = cursor.accept("IF", "NOT", "EXISTS") or cursor.accept("IF", "EXISTS")
    targets = policy_targets(cursor, database)
    if verb == "DROP":
        return DropPolicy(targets, lenient)
    rename = cursor.name() if cursor.accept("RENAME", "TO") else None
    clauses = _Clauses(cursor)
    if verb == "ALTER":
        return AlterPolicy(targets, lenient, rename, clauses.restrictive, clauses.using, clauses.to)
    return CreatePolicy(
        targets, lenient, or_replace, bool(clauses.restrictive), clauses.using or "", clauses.to or NameSet()
    )


def policy_targets(cursor: Cursor, database: str) -> tuple[_Target, ...]:
    """Reads ``name [, ...] ON [db.]table [, ...]``, several times over with commas."""
    targets: list[_Target] = []
    names = [cursor.name()]
    while True:
        while cursor.accept(","):
            names.append(cursor.name())
        cursor.expect("ON")
        tables = [table(cursor, database)]
        # After a comma comes another table, unless an ON follows: then it is the next policy's name.
        while cursor.sees(",") and not _starts_policy(cursor):
            cursor.accept(",")
            tables.append(table(cursor, database))
        targets += [(name, *where) for name in names for where in tables]
        if not cursor.accept(","):
            return tuple(targets)
        names = [cursor.name()]


def _starts_policy(cursor: Cursor) -> bool:
    following = cursor.peek(2)
    return following is not None and following.word == "ON"


def table(cursor: Cursor, database: str) -> tuple[str, str]:
    """Reads ``table``, ``db.table``, ``*`` or ``db.*``; the star gives an empty table name."""
    if cursor.accept("*"):
        return database, ""
    first = cursor.name()
    if not cursor.accept("."):
        return database, first
    return (first, "") if cursor.accept("*") else (first, cursor.name())


class _Clauses:
    """AS, FOR SELECT, USING and TO, in any order."""

    def __init__(self, cursor: Cursor) -> None:
        self.restrictive: bool | None = None
        self.using: str | None = None
        self.to: NameSet | None = None
        while not cursor.ended:
            self._read(cursor)

    def _read(self, cursor: Cursor) -> None:
        if cursor.accept("AS"):
            self.restrictive = cursor.take().word == "RESTRICTIVE"
        elif cursor.accept("FOR", "SELECT"):
            return
        elif cursor.accept("USING"):
            expression = written(cursor.until(*_CLAUSES))
            self.using = "" if expression.upper() == "NONE" else expression
        else:
            cursor.expect("TO")
            self.to = name_set(cursor)
