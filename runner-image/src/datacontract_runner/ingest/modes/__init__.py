"""What a load does with the rows that the table already holds: one file per mode."""

from collections.abc import Callable, Mapping

from datacontract_api.load import Load, LoadMode
from datacontract_runner.ingest.batch import Batch
from datacontract_runner.ingest.modes.append import append
from datacontract_runner.ingest.modes.incremental import incremental
from datacontract_runner.ingest.modes.replace import replace
from datacontract_runner.ingest.modes.upsert import upsert
from datacontract_runner.ingest.target import Target

Mode = Callable[[Load, Target, Batch], int]

MODES: Mapping[LoadMode, Mode] = {
    LoadMode.REPLACE: replace,
    LoadMode.APPEND: append,
    LoadMode.INCREMENTAL: incremental,
    LoadMode.UPSERT: upsert,
}
"""Each fills the target from the batch and returns how many rows it wrote."""
