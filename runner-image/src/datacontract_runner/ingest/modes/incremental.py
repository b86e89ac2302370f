"""`incremental`: rows whose cursor is past the highest value that the table holds are added.

The bound is read from the data held: nothing is kept beside them that could go astray.
"""

from datacontract_api.load import Load
from datacontract_runner import sql
from datacontract_runner.ingest.batch import Batch
from datacontract_runner.ingest.insert import After
from datacontract_runner.ingest.names import BATCH
from datacontract_runner.ingest.target import Target


def incremental(load: Load, target: Target, batch: Batch) -> int:
    """Adds the new rows; returns how many.

    Raises:
        MalformedData: a row has no cursor value.
    """
    target.create()
    cursor = load.cursor or ""
    before = target.count()
    if not _holds_cursor(target, cursor):
        batch.fill(target.database, target.table, target.columns, After(cursor))
    else:
        _add_past(target, batch, cursor)
    return target.count() - before


def _holds_cursor(target: Target, cursor: str) -> bool:
    # max() over no row is 0, not NULL, for a column that is never null.
    return bool(target.connection.value(f"SELECT count({sql.identifier(cursor)}) > 0 FROM {target.name}"))  # noqa: S608


def _add_past(target: Target, batch: Batch, cursor: str) -> None:
    """The bound is kept apart while rows are added: all files are measured by what was held before the first."""
    column = next(column for column in target.columns if column.name == cursor)
    bound = Target(target.connection, target.database, BATCH, (column,))
    name = sql.identifier(cursor)
    bound.drop()
    bound.create()
    try:
        target.connection.execute(f"INSERT INTO {bound.name} SELECT max({name}) FROM {target.name}")  # noqa: S608
        batch.fill(target.database, target.table, target.columns, After(cursor, bound.name))
    finally:
        bound.drop()
