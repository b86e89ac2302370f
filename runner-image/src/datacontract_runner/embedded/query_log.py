"""``system.query_log``: the engine's own log, under the names of users and queries that clients know.

The engine gives every statement its only user and an id of its own. What the client calls them travels in
``log_comment``, and a view puts it back. The database ``system`` lives in memory, so the latest rows are carried over
when the engine restarts; a killed process loses its log, as it loses nothing else.

Source: ClickHouse documentation, System tables, query_log.
"""

import json
from dataclasses import dataclass

from datacontract_runner.embedded.connection import OWN, Connection
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.sql import literal

# Rows that the engine keeps, and rows that a restart keeps. A row takes about a kilobyte.
KEPT, CARRIED = 20_000, 1_000
# What is carried over of a row: all of its hundred columns would take longer than the restart.
_CARRIED = (
    "type, event_date, event_time, event_time_microseconds, query_start_time, query_start_time_microseconds, "
    "query_duration_ms, read_rows, read_bytes, written_rows, written_bytes, result_rows, result_bytes, memory_usage, "
    "current_database, query, query_kind, databases, tables, projections, exception_code, exception, is_initial_query, "
    "log_comment"
)
_ENGINES, _EARLIER = "embedded_query_log", "embedded_earlier_query_log"
_TAG, _USER, _ID, _COMMENT = "embedded_tag", "user", "query_id", "log_comment"
CONFIG = (
    f"<query_log><database>system</database><table>{_ENGINES}</table>"
    "<flush_interval_milliseconds>1000</flush_interval_milliseconds>"
    f"<engine>ENGINE = Memory SETTINGS min_rows_to_keep = {KEPT // 2}, max_rows_to_keep = {KEPT}</engine></query_log>"
)


@dataclass(frozen=True)
class Label:
    """What a client calls a statement, and the tag by which it can be killed."""

    tag: str
    user: str
    query_id: str
    comment: str = ""

    @property
    def log_comment(self) -> str:
        """The label as the engine's setting ``log_comment`` carries it."""
        return json.dumps({_TAG: self.tag, _USER: self.user, _ID: self.query_id, _COMMENT: self.comment})


def tag_condition(column: str) -> str:
    """A condition that finds a statement by the parameter ``tag``."""
    return f"JSONExtractString({column}, {literal(_TAG)}) = {{tag:String}}"


def attach_query_log(root: Connection, carried: bytes) -> None:
    """Makes the view, with rows from before the restart.

    Args:
        carried: what :func:`carry_query_log` gave.
    """
    root.query("SYSTEM FLUSH LOGS")  # makes the engine's table
    bounded = f"ENGINE = Memory SETTINGS min_rows_to_keep = {KEPT // 2}, max_rows_to_keep = {KEPT}"
    root.query(f"CREATE TABLE system.{_EARLIER} AS system.{_ENGINES} {bounded}")
    root.query(
        "CREATE VIEW system.query_log DEFINER = default SQL SECURITY DEFINER AS SELECT * REPLACE ("  # noqa: S608
        f"{_from_label(_USER)} AS user, {_from_label(_USER)} AS initial_user, {_from_label(_ID)} AS query_id, "
        f"{_from_label(_ID)} AS initial_query_id, {_from_label(_COMMENT)} AS log_comment) "
        f"FROM {_everything()}"
    )
    if carried:
        root.insert(f"INSERT INTO system.{_EARLIER} ({_CARRIED})", "Native", [carried])


def carry_query_log(root: Connection) -> bytes:
    """The latest rows, before the engine stops."""
    try:
        root.query("SYSTEM FLUSH LOGS")
        newest = f"ORDER BY event_time_microseconds DESC LIMIT {CARRIED}"
        rows = f"FROM {_everything()} WHERE event_time > now() - 600 {newest}"
        return root.query(f"SELECT {_CARRIED} {rows}", "Native").data
    except Rejection:
        return b""  # a log is not worth a restart that fails


def record(root: Connection, label: Label, sql: str, kind: str) -> None:
    """Logs a statement that the engine does not run itself: one about users and grants.

    Args:
        sql: the statement, without credentials.
        kind: such as ``Grant``.
    """
    root.query(
        f"INSERT INTO system.{_EARLIER} (type, event_date, event_time, event_time_microseconds, query_start_time, "
        "query_start_time_microseconds, query, query_kind, is_initial_query, log_comment) "
        "SELECT 'QueryFinish', today(), now(), now64(6), now(), now64(6), {sql:String}, {kind:String}, 1, "
        "{label:String}",
        "Null",
        {"sql": sql, "kind": kind, "label": label.log_comment},
    )


def _from_label(name: str) -> str:
    return f"JSONExtractString(log_comment, {literal(name)})"


def _everything() -> str:
    """Both tables, without the statements that the warehouse runs for itself."""
    mine = f"JSONHas(log_comment, {literal(_TAG)}) AND position(query, {literal(OWN)}) = 0"
    return f"(SELECT * FROM system.{_ENGINES} WHERE {mine} UNION ALL SELECT * FROM system.{_EARLIER})"  # noqa: S608
