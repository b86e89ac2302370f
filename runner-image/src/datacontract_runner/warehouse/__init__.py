"""The client's side of ClickHouse: where it is, one connection to it, and what its errors mean to us."""

from datacontract_runner.warehouse.connection import Connection, Parameters, Settings, Statement
from datacontract_runner.warehouse.errors import StatementFailed
from datacontract_runner.warehouse.target import Target, parse_url

__all__ = ["Connection", "Parameters", "Settings", "Statement", "StatementFailed", "Target", "parse_url"]
