"""KILL QUERY, over the list of statements that this server keeps.

Source: ClickHouse documentation, KILL statements.
"""

from collections.abc import Iterable, Mapping, Sequence

from datacontract_runner.embedded.access.cursor import Cursor, written
from datacontract_runner.embedded.access.model import DEFAULT_USER
from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.running import Running, RunningStatements
from datacontract_runner.embedded.tokens import tokenize
from datacontract_runner.sql import literal

_LISTED = {
    "query_id": "String",
    "user": "String",
    "elapsed": "Float64",
    "query": "String",
    "initial_query_id": "String",
    "initial_user": "String",
}
_ANSWER = {"kill_status": "String", "query_id": "String", "user": "String", "query": "String"}


def is_kill_query(sql: str) -> bool:
    """Whether the statement is KILL QUERY, and not KILL MUTATION, which the engine does."""
    cursor = Cursor([token for token, _ in zip(tokenize(sql), range(2), strict=False)])
    return cursor.sees("KILL", "QUERY")


def kill_queries(connection: Connection, user: str, query_id: str, sql: str, running: RunningStatements) -> str:
    """Kills what the condition finds among the user's statements; ``default`` may kill anybody's.

    Args:
        connection: the user's, on which the condition is evaluated with their rights.
        query_id: of the KILL statement itself.

    Returns:
        A SELECT that gives the answer's rows.

    Raises:
        Rejection: code 48 for ON CLUSTER, the engine's code for a condition that cannot be evaluated.
    """
    condition, test = _read(sql)
    mine = [r for r in running.all() if user in (r.user, DEFAULT_USER) and r.query_id != query_id]
    chosen = _matching(connection, condition, mine)
    if not test:
        for statement in chosen:
            running.doom(statement)
    status = "test" if test else "waiting"
    return _select(_ANSWER, [(status, r.query_id, r.user, r.sql) for r in chosen])


def _read(sql: str) -> tuple[str, bool]:
    cursor = Cursor(list(tokenize(sql)))
    cursor.expect("KILL", "QUERY")
    if cursor.sees("ON"):
        raise Rejection(48, "The embedded warehouse is one server: leave out ON CLUSTER.")
    cursor.expect("WHERE")
    condition = written(cursor.until(("SYNC",), ("ASYNC",), ("TEST",), ("FORMAT",)))
    return condition, cursor.sees("TEST")


def _matching(connection: Connection, condition: str, running: list[Running]) -> list[Running]:
    rows = [(r.query_id, r.user, r.elapsed, r.sql, r.query_id, r.user) for r in running]
    found = connection.rows(
        f"SELECT query_id FROM ({_select(_LISTED, rows)}) WHERE ({condition}) FORMAT JSONCompactEachRow"  # noqa: S608
    )
    ids = {query_id for (query_id,) in found}
    return [r for r in running if r.query_id in ids]


def _select(columns: Mapping[str, str], rows: Sequence[tuple[str | float, ...]]) -> str:
    """A SELECT of the rows that needs no privilege."""
    array = f"[{', '.join(map(_row, rows))}]::Array(Tuple({', '.join(columns.values())}))"
    picked = ", ".join(f"tupleElement(listed, {number}) AS {name}" for number, name in enumerate(columns, 1))
    return f"SELECT {picked} FROM (SELECT arrayJoin({array}) AS listed)"  # noqa: S608


def _row(values: Iterable[str | float]) -> str:
    return f"({', '.join(literal(v) if isinstance(v, str) else repr(v) for v in values)})"
