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

    def select_winners(self) -> str:
        """One row per key of those that arrived."""
        newest = [f"{self.cursor} DESC NULLS LAST"] if self.cursor else []
        newest += [f"{sql.identifier(name)} DESC" for name in (FILE_COLUMN, PATH_COLUMN, ROW_COLUMN)]
        return (
            f"INSERT INTO {self.winners.name} ({self.names}) SELECT {self.names} FROM {self.arrived.name} "  # noqa: S608
            f"ORDER BY {self.key}, {', '.join(newest)} LIMIT 1 BY {self.key}"
        )

    def delete_late(self) -> str:
        """Takes from the winners those that are older than the row held."""
        newer = (
            f"held.{self.cursor} > late.{self.cursor} OR (isNull(late.{self.cursor}) AND isNotNull(held.{self.cursor}))"
        )
        same_key = " AND ".join(f"held.{name} = late.{name}" for name in map(sql.identifier, self.load.key))
        held = f"(SELECT {self.key}, {self.cursor} FROM {self.target.name} WHERE ({self.key}) IN ({self._keys()}))"  # noqa: S608
        if self.load.cursor in self.load.key:
            return ""
        late = f"SELECT {', '.join(f'late.{name}' for name in map(sql.identifier, self.load.key))} "
        return (
            f"DELETE FROM {self.winners.name} WHERE ({self.key}) IN "  # noqa: S608
            f"({late} FROM {self.winners.name} AS late INNER JOIN {held} AS held ON {same_key} WHERE {newer})"
        )

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
        if merge.cursor and (late := merge.delete_late()):
            connection.execute(Statement(late, settings=_DELETE))
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
