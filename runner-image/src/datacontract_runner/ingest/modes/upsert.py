"""`upsert`: rows replace those with the same key, new keys are added, and readers find one row per key.

The table in the stage is the run's own, so that rows can be deleted and inserted without anyone seeing a key twice or
not at all. Of several rows with one key the one with the highest cursor wins, whether it is held or arrives; without a
cursor, or where cursors are equal, the one that arrived last: the last of the last file.
"""

from dataclasses import dataclass

from datacontract_api.errors import MalformedData
from datacontract_api.load import Load
from datacontract_runner import sql
from datacontract_runner.ingest.batch import Batch
from datacontract_runner.ingest.column import Column
from datacontract_runner.ingest.datatype import parse_type
from datacontract_runner.ingest.names import BATCH, FILE_COLUMN, PATH_COLUMN, ROW_COLUMN, WINNERS
from datacontract_runner.ingest.target import Target
from datacontract_runner.warehouse import Statement

_PLACE = (Column(FILE_COLUMN, "UInt32"), Column(PATH_COLUMN, "LowCardinality(String)"), Column(ROW_COLUMN, "UInt64"))
_HELD = sql.identifier("\theld")


def upsert(load: Load, target: Target, batch: Batch) -> int:
    """Replaces and adds rows; returns how many it wrote.

    Raises:
        MalformedData: a row has no key, or rows of one key come in no order.
    """
    target.create()
    arrived = Target(target.connection, target.database, BATCH, target.columns, tuple(load.key))
    winners = Target(target.connection, target.database, WINNERS, target.columns, tuple(load.key))
    _drop(arrived, winners)
    arrived.create(_PLACE)
    try:
        batch.fill(arrived.database, arrived.table, arrived.columns, ordered=True)
        merge = Merge(load, target, arrived, winners)
        _check_keys(merge, batch)
        return _merge(merge)
    finally:
        _drop(arrived, winners)


def _drop(*targets: Target) -> None:
    for target in targets:
        target.drop()


@dataclass(frozen=True)
class Merge:
    """The tables of one upsert and the SQL over them. Purely computational.

    Args:
        load: key and cursor.
        target: the rows held.
        arrived: the rows that arrived, with their place in the source.
        winners: receives one row per key.
    """

    load: Load
    target: Target
    arrived: Target
    winners: Target

    @property
    def key(self) -> str:
        """The key's columns."""
        return sql.columns(self.load.key)

    @property
    def names(self) -> str:
        """All columns."""
        return sql.columns(column.name for column in self.target.columns)

    @property
    def cursor(self) -> str:
        """The cursor column, empty when there is none."""
        return sql.identifier(self.load.cursor) if self.load.cursor else ""

    @property
    def respects_held(self) -> bool:
        """Whether a row that is held may be newer than one that arrives."""
        return bool(self.load.cursor) and self.load.cursor not in self.load.key

    def select_winners(self) -> str:
        """One row per key of those that arrived, without those that are older than the row held."""
        place = sql.columns(column.name for column in _PLACE)
        arrived = f"SELECT {self.names}, {place}, 0 AS {_HELD} FROM {self.arrived.name}"  # noqa: S608
        newest = [f"{self.cursor} DESC NULLS LAST", _HELD] if self.respects_held else []
        newest += [f"{sql.identifier(column.name)} DESC" for column in _PLACE]
        if self.respects_held:
            keys = f"SELECT {self.key} FROM {self.arrived.name}"  # noqa: S608
            arrived += (
                f" UNION ALL SELECT {self.names}, 0, '', 0, 1 FROM {self.target.name} WHERE ({self.key}) IN ({keys})"  # noqa: S608
            )
        order = f"ORDER BY {self.key}, {', '.join(newest)} LIMIT 1 BY {self.key}"
        best = f"SELECT {self.names}, {_HELD} FROM ({arrived}) {order}"  # noqa: S608
        return f"INSERT INTO {self.winners.name} ({self.names}) SELECT {self.names} FROM ({best}) WHERE {_HELD} = 0"  # noqa: S608

    def delete_replaced(self) -> str:
        """Takes the rows that a winner replaces from the rows held."""
        return f"DELETE FROM {self.target.name} WHERE ({self.key}) IN ({self._keys()})"  # noqa: S608

    def insert_winners(self) -> str:
        """Adds the winners to the rows held."""
        return f"INSERT INTO {self.target.name} ({self.names}) SELECT {self.names} FROM {self.winners.name}"  # noqa: S608

    def _keys(self) -> str:
        return f"SELECT {self.key} FROM {self.winners.name}"  # noqa: S608


_DELETE = {"mutations_sync": 2, "lightweight_deletes_sync": 2, "allow_nondeterministic_mutations": 1}


def _merge(merge: Merge) -> int:
    connection = merge.target.connection
    merge.winners.create()
    connection.execute(merge.select_winners())
    if merge.target.count():
        connection.execute(Statement(merge.delete_replaced(), settings=_DELETE))
    connection.execute(merge.insert_winners())
    return merge.winners.count()


def _check_keys(merge: Merge, batch: Batch) -> None:
    nullable = [column.name for column in merge.target.columns
                if column.name in merge.load.key and parse_type(column.type).nullable]  # fmt: skip
    for name in nullable:
        _refuse_null(merge, batch, name)
    if not batch.has_order:
        _refuse_doubles(merge, batch)


def _refuse_null(merge: Merge, batch: Batch, name: str) -> None:
    found = merge.target.connection.value(
        f"SELECT count() FROM {merge.arrived.name} WHERE isNull({sql.identifier(name)})"  # noqa: S608
    )
    if found:
        raise MalformedData(
            f"{found} rows of {batch.subject.label} have no value in the key column {name}.",
            remedy="Fill it at the source, leave these rows out there, or choose another key.",
            field="spec.load.key",
        )


def _refuse_doubles(merge: Merge, batch: Batch) -> None:
    """A database gives its rows in no order: of two with one key, and one cursor value, none is the newer."""
    unique = ", ".join([merge.key, *([merge.cursor] if merge.cursor else [])])
    doubles = merge.target.connection.value(f"SELECT count() - uniqExact({unique}) FROM {merge.arrived.name}")  # noqa: S608
    if doubles:
        raise MalformedData(
            f"{doubles} rows of {batch.subject.label} have the key of another row, and nothing tells which is newer.",
            remedy="Name a column in spec.load.cursor that tells, or choose a key that is one.",
            field="spec.load.key",
        )
