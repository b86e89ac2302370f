"""Documents: YAML files read into contracts and warehouses, every problem with its file, line and column."""

from datacontract_api.documents.document import Document
from datacontract_api.documents.problem import Problem, raise_problems
from datacontract_api.documents.read import (
    load,
    parse,
    problems,
    read_contract,
    read_contracts,
    read_warehouse,
)

__all__ = [
    "Document",
    "Problem",
    "load",
    "parse",
    "problems",
    "raise_problems",
    "read_contract",
    "read_contracts",
    "read_warehouse",
]
