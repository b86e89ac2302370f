"""The run's memory: tables in the warehouse (database `datacontract`) that are documented and meant to be queried."""

from datacontract_runner.ledger.ledger import Ledger
from datacontract_runner.ledger.runs import RunRecord, RunState
from datacontract_runner.ledger.table import LEDGER_DATABASE, LedgerColumn, LedgerTable

__all__ = ["LEDGER_DATABASE", "Ledger", "LedgerColumn", "LedgerTable", "RunRecord", "RunState"]
