"""Loading: the rows of the contract's source into the load table of a run's stage, pushed down into ClickHouse."""

from datacontract_runner.ingest.load import Loaded, load_into

__all__ = ["Loaded", "load_into"]
