"""What a table looks like to someone who wants to know later whether it was written to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from datacontract_runner.ledger import Ledger
from datacontract_runner.warehouse import Connection

PATCH_PREFIX = "patch-"
"""Partition ids of patch parts, which lightweight updates leave until they are applied."""


@dataclass(frozen=True)
class Part:
    """One active part.

    Args:
        partition: id of its partition.
        low: lowest block number in it.
        high: highest block number in it.
        version: how new it is: its highest block or mutation number.
        rows: rows in it, deleted ones included.
        ttl: Unix time at which its last row expires; 0 for never.
        thinned: whether rows in it are marked as deleted, so that a merge may leave fewer, or none.
    """

    partition: str
    low: int
    high: int
    version: int
    rows: int
    ttl: int
    thinned: bool = False


@dataclass(frozen=True)
class TableState:
    """One table at one moment.

    Args:
        uuid: the table's identity.
        ddl: hash of its engine, columns and comments.
        mutation: number of its newest mutation, 0 for none.
        parts: its active parts.
        engine: name of its engine, since some lose rows by merging.
    """

    uuid: str
    ddl: int
    mutation: int
    parts: tuple[Part, ...]
    engine: str = "MergeTree"


States = Mapping[str, TableState]
"""State by table name; a table that does not exist is absent."""

# uuid and DDL hash as in the one-table form of the specification, for many tables at once.
_HEADS = """
SELECT t.name, toString(t.uuid), cityHash64(t.engine_full, t.comment, c.cols), m.number, t.engine
FROM (SELECT name, uuid, engine, engine_full, comment FROM system.tables
      WHERE database = {d:String} AND has({names:Array(String)}, name)) t
LEFT JOIN (SELECT table,
                  arraySort(groupArray((position, name, type, default_kind, default_expression, comment,
                                        compression_codec))) cols
           FROM system.columns WHERE database = {d:String} AND has({names:Array(String)}, table) GROUP BY table) c
       ON t.name = c.table
LEFT JOIN (SELECT table, max(arrayMax(block_numbers.number)) number
           FROM system.mutations WHERE database = {d:String} AND has({names:Array(String)}, table) GROUP BY table) m
       ON t.name = m.table
"""

_PARTS = """
SELECT table, partition_id, min_block_number, max_block_number, greatest(max_block_number, toInt64(data_version)),
       rows, toInt64(toUnixTimestamp(delete_ttl_info_max)), has_lightweight_delete != 0
FROM system.parts WHERE database = {d:String} AND has({names:Array(String)}, table) AND active
ORDER BY table, partition_id, min_block_number
"""


def observe_states(connection: Connection, database: str, names: Iterable[str]) -> dict[str, TableState]:
    """Looks at tables. Parts are read before the heads, so that a table replaced in between shows as another one.

    Args:
        connection: to the warehouse.
        database: where the tables are.
        names: which; those that do not exist are absent from the result.
    """
    wanted = {"d": database, "names": sorted(names)}
    parts: dict[str, list[Part]] = defaultdict(list)
    for table, *part in connection.rows(_PARTS, wanted):
        parts[table].append(Part(*part))
    return {
        name: TableState(uuid, int(ddl), int(mutation), tuple(parts[name]), engine)
        for name, uuid, ddl, mutation, engine in connection.rows(_HEADS, wanted)
    }


def server_time(connection: Connection, record: States) -> int:
    """Seconds since 1970 by the server's clock, which TTLs go by; 0 when no row of the record ever expires."""
    if not any(part.ttl for state in record.values() for part in state.parts):
        return 0
    return int(connection.value("SELECT toInt64(toUnixTimestamp(now()))"))


def save_states(ledger: Ledger, record: str, database: str, states: States) -> None:
    """Keeps states in the ledger under a name that was not used before."""
    where = {"record": record, "database": database}
    columns = ("uuid", "ddl", "mutation", "engine")
    heads = [where | {"table": name} | {c: getattr(state, c) for c in columns} for name, state in states.items()]
    parts = [where | {"table": name} | vars(part) for name, state in states.items() for part in state.parts]
    ledger.insert("table_parts", parts)
    ledger.insert("table_heads", heads)


def load_states(ledger: Ledger, record: str) -> dict[str, TableState]:
    """Reads states back."""
    parts: dict[str, list[Part]] = defaultdict(list)
    columns = "table, partition, low, high, version, rows, ttl, thinned"
    for table, *part in ledger.select("table_parts", columns, "record = {r:String}", {"r": record}):
        parts[table].append(Part(*part))
    heads = ledger.select("table_heads", "table, uuid, ddl, mutation, engine", "record = {r:String}", {"r": record})
    return {
        table: TableState(uuid, ddl, mutation, tuple(parts[table]), engine)
        for table, uuid, ddl, mutation, engine in heads
    }
