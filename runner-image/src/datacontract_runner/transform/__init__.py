"""dbt between ingest and validate: the project of a run, `dbt build` against its stage, and what its results mean."""

from datacontract_runner.transform.build import build

__all__ = ["build"]
