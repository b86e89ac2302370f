"""Waiting until a table holds everything that was asked of it: mutations, patches, running inserts."""

import time
from collections.abc import Callable, Iterable

from datacontract_api.errors import WrittenMeanwhile
from datacontract_runner import sql
from datacontract_runner.stages.context import Progress
from datacontract_runner.transaction.record import PATCH_PREFIX
from datacontract_runner.warehouse import Connection, Statement

MUTATION_PATIENCE = 600.0
"""Seconds to wait for mutations that others started on our tables."""

INSERT_PATIENCE = 60.0
"""Seconds to wait for running inserts before publishing."""


def unfinished_mutations(connection: Connection, database: str, names: Iterable[str]) -> list[str]:
    """Tables with a mutation that is not done, with the reason of its last failure if there was one."""
    rows = connection.rows(
        "SELECT table, any(latest_fail_reason) FROM system.mutations WHERE database = {d:String} "
        "AND has({names:Array(String)}, table) AND NOT is_done GROUP BY table ORDER BY table",
        {"d": database, "names": sorted(names)},
    )
    return [f"{table} ({reason[:200]})" if reason else str(table) for table, reason in rows]


def patched_tables(connection: Connection, database: str, names: Iterable[str]) -> list[str]:
    """Tables with patch parts, applied or not."""
    rows = connection.rows(
        "SELECT DISTINCT table FROM system.parts WHERE database = {d:String} AND has({names:Array(String)}, table) "
        "AND active AND startsWith(partition_id, {p:String}) ORDER BY table",
        {"d": database, "names": sorted(names), "p": PATCH_PREFIX},
    )
    return [str(table) for (table,) in rows]


_INSERT_TARGETS = r"""
WITH replaceAll(replaceAll(extract(query, '(?is)INSERT\s+INTO\s+(?:TABLE\s+)?([^\s(]+)'), '`', ''), '"', '') AS t
SELECT DISTINCT if(position(t, '.') > 0, t, concat(current_database, '.', t)) AS target
FROM system.processes WHERE query_kind = 'Insert' AND has({targets:Array(String)}, target) ORDER BY target
"""


def running_inserts(connection: Connection, database: str, names: Iterable[str]) -> list[str]:
    """Our tables that a running INSERT names. One that reaches them through a view of another table shows not."""
    targets = [f"{database}.{name}" for name in sorted(names)]
    return [str(target) for (target,) in connection.rows(_INSERT_TARGETS, {"targets": targets})]


def wait_for(found: Callable[[], list[str]], patience: float, what: str, progress: Progress) -> None:
    """Waits until nothing is found any more.

    Args:
        found: looks, and names what is still in the way.
        patience: seconds.
        what: for the message, such as ``unfinished mutations``.
        progress: told once that we wait.

    Raises:
        WrittenMeanwhile: it lasts longer.
    """
    deadline, told = time.monotonic() + patience, False
    while names := found():
        if time.monotonic() > deadline:
            raise WrittenMeanwhile(
                f"waited {patience:.0f} s for {what} on {', '.join(names)}.",
                remedy="Let the other writer finish, or stop it, and run again.",
            )
        if not told:
            progress.note(f"waiting for {what} on {', '.join(names)}")
            told = True
        time.sleep(0.1)


def settle(connection: Connection, database: str, names: Iterable[str], progress: Progress) -> None:
    """Waits for mutations, applies patches, and waits for that.

    Raises:
        WrittenMeanwhile: a mutation does not end.
    """
    tables = sorted(names)

    def pending() -> list[str]:
        return unfinished_mutations(connection, database, tables)

    wait_for(pending, MUTATION_PATIENCE, "unfinished mutations", progress)
    patched = patched_tables(connection, database, tables)
    for table in patched:
        text = f"ALTER TABLE {sql.qualified(database, table)} APPLY PATCHES"
        connection.execute(Statement(text, settings={"mutations_sync": 2}))
    if patched:
        wait_for(pending, MUTATION_PATIENCE, "unfinished mutations", progress)
