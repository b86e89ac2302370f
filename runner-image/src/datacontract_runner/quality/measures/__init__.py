"""The measures: what to ask the warehouse, and how its answers become a measurement. One file per subject."""

from datacontract_runner.quality.measures.delegated import Delegated
from datacontract_runner.quality.measures.pieces import aggregate, all_of, count_where, negated, present
from datacontract_runner.quality.measures.rows import STATISTICS, Duplicates, Rows, RowsAgainst
from datacontract_runner.quality.measures.sets import DistinctValues, MostCommon
from datacontract_runner.quality.measures.tables import (
    ColumnCount,
    ColumnType,
    Counted,
    Structure,
    TwoTables,
    type_name,
)
from datacontract_runner.quality.measures.values import Median, Quantiles, Ratio, Value

__all__ = [
    "STATISTICS",
    "ColumnCount",
    "ColumnType",
    "Counted",
    "Delegated",
    "DistinctValues",
    "Duplicates",
    "Median",
    "MostCommon",
    "Quantiles",
    "Ratio",
    "Rows",
    "RowsAgainst",
    "Structure",
    "TwoTables",
    "Value",
    "aggregate",
    "all_of",
    "count_where",
    "negated",
    "present",
    "type_name",
]
