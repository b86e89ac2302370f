"""`append`: every row of the source is added."""

from datacontract_api.load import Load
from datacontract_runner.ingest.batch import Batch
from datacontract_runner.ingest.target import Target


def append(load: Load, target: Target, batch: Batch) -> int:  # noqa: ARG001 - as every mode
    """Adds the rows; returns how many."""
    target.create()
    before = target.count()
    batch.fill(target.database, target.table, target.columns)
    return target.count() - before
