"""Ledger table of check results."""

from datacontract_runner.ledger.table import UPDATED_AT, LedgerColumn, LedgerTable

CHECK_RESULTS = LedgerTable(
    name="check_results",
    description="One row per check of a run: what was promised, what was found. No values of personal data.",
    columns=(
        LedgerColumn("run_id", "String", "The run."),
        LedgerColumn("contract", "String", "Namespace and name of the contract."),
        LedgerColumn("check", "String", "Name of the check, unique within the contract."),
        LedgerColumn("number", "UInt32", "Position of the check among the contract's checks."),
        LedgerColumn("table", "String", "The promised table."),
        LedgerColumn("columns", "Array(String)", "Columns that the check reads, as far as they are known."),
        LedgerColumn("severity", "LowCardinality(String)", "error stops the run, warning is recorded."),
        LedgerColumn("origin", "LowCardinality(String)", "implied, library, sql or expectation."),
        LedgerColumn("expectation", "String", "Great Expectations' name of the check, or the nearest one."),
        LedgerColumn("compiled", "Bool", "Computed by the runner; otherwise by Great Expectations' own engine."),
        LedgerColumn("success", "Bool", "Whether the data keep the promise."),
        LedgerColumn("expected", "String", "The promise in words."),
        LedgerColumn("found", "String", "The finding in words."),
        LedgerColumn("element_count", "Nullable(UInt64)", "Rows looked at; NULL for checks that count no rows."),
        LedgerColumn(
            "missing_count",
            "Nullable(UInt64)",
            "Rows ignored because a value is missing; for sets, values that are absent.",
        ),
        LedgerColumn("unexpected_count", "Nullable(UInt64)", "Rows, or for sets distinct values, that break the rule."),
        LedgerColumn("observed", "String", "Observed value of checks about one value; empty for personal data."),
        LedgerColumn("error", "String", "Why the check could not be evaluated; empty when it could."),
        LedgerColumn("path", "String", "Place of the rule in the contract, such as spec.schema[0].quality[1]."),
        LedgerColumn("samples", "Array(String)", "Rows that break the rule: JSON of key and values; no personal data."),
        LedgerColumn("document", "String", "The result as a Great Expectations validation result, JSON."),
        UPDATED_AT,
    ),
    order_by=("run_id", "check"),
)

TABLES = (CHECK_RESULTS,)
