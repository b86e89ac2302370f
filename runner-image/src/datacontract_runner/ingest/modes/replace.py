"""`replace`: the table holds exactly what the source holds."""

from datacontract_api.errors import SourceEmpty
from datacontract_api.load import Load
from datacontract_runner.ingest.batch import Batch
from datacontract_runner.ingest.target import Target


def replace(load: Load, target: Target, batch: Batch) -> int:  # noqa: ARG001 - as every mode
    """Fills a fresh table; returns its rows.

    Raises:
        SourceEmpty: the source has no row; publishing from it would empty the table.
    """
    target.drop()
    target.create()
    batch.fill(target.database, target.table, target.columns)
    rows = target.count()
    if rows == 0:
        raise SourceEmpty(
            f"{batch.subject.label} has no rows, and mode replace would empty {target.table}.",
            remedy="Check that the data were delivered; to empty the table on purpose, truncate it.",
            field=batch.subject.field,
        )
    return rows
