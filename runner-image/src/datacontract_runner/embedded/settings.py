"""Settings that come with one request: put on the connection for it, and taken off again for the next."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.sql import identifier, literal

if TYPE_CHECKING:
    from datacontract_runner.embedded.sessions import Session

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")
# The warehouse uses it itself, to find a statement and kill it.
RESERVED = frozenset({"log_comment"})


def apply_settings(session: "Session", connection: Connection, wanted: Mapping[str, str]) -> None:
    """Makes the connection's settings those of the session with the request's on top.

    Only differences to the last request are sent: each SET costs a quarter of a millisecond.

    Raises:
        Rejection: code 115 for a name that cannot be a setting, the engine's own code for a value it refuses.
    """
    for name in wanted:
        if not _NAME.match(name):
            raise Rejection(115, f"Unknown setting '{name[:80]}'.")
    given = {name: value for name, value in wanted.items() if name not in RESERVED}
    gone = [name for name in session.overrides if name not in given]
    fresh = {name: value for name, value in given.items() if session.applied.get(name) != value}
    unknown = [name for name in fresh if name not in session.overrides]
    originals = _current(connection, unknown) if session.lasting and unknown else {}
    _set(connection, {**{name: session.overrides[name] for name in gone}, **fresh})
    for name in gone:
        del session.overrides[name], session.applied[name]
    session.overrides |= {name: originals.get(name) for name in unknown}
    session.applied |= fresh


def _set(connection: Connection, values: Mapping[str, str | None]) -> None:
    if values:
        pairs = (f"{identifier(n)} = {'DEFAULT' if v is None else literal(v)}" for n, v in values.items())
        connection.query(f"SET {', '.join(pairs)}")


def _current(connection: Connection, names: list[str]) -> dict[str, str | None]:
    """The values before they are overridden; None for a default."""
    wanted = ", ".join(map(literal, names))
    found = connection.rows(
        f"SELECT name, if(changed, value, NULL) FROM system.settings WHERE name IN ({wanted}) FORMAT JSONCompactEachRow"  # noqa: S608
    )
    return dict(found)
