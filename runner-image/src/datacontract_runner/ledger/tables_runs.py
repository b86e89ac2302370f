"""Ledger tables about runs and their stages' reports."""

from datacontract_runner.ledger.table import UPDATED_AT, LedgerColumn, LedgerTable

RUNS = LedgerTable(
    name="runs",
    description="One row per run of a contract.",
    columns=(
        LedgerColumn("run_id", "String", "Identifies the run."),
        LedgerColumn("contract", "String", "Namespace and name of the contract."),
        LedgerColumn("version", "String", "Version of the promise that the run followed."),
        LedgerColumn("state", "LowCardinality(String)", "running, succeeded or failed."),
        LedgerColumn("reason", "LowCardinality(String)", "Reason as in the contract's conditions."),
        LedgerColumn("message", "String", "What happened and what to do."),
        LedgerColumn("rows", "UInt64", "Rows of the promised tables after publishing."),
        LedgerColumn("started_at", "DateTime64(3, 'UTC')", "First start of this run id.", "now64(3)"),
        LedgerColumn("finished_at", "Nullable(DateTime64(3, 'UTC'))", "End; NULL while it runs."),
        LedgerColumn("snapshot", "String", "The contract that the run followed, as JSON; it never holds a secret."),
        UPDATED_AT,
    ),
    order_by=("run_id",),
)

STAGE_REPORTS = LedgerTable(
    name="stage_reports",
    description="One row per stage of a run: what it did, or why it failed.",
    columns=(
        LedgerColumn("run_id", "String", "The run."),
        LedgerColumn("contract", "String", "Namespace and name of the contract."),
        LedgerColumn("stage", "LowCardinality(String)", "ingest, transform, validate, publish or govern."),
        LedgerColumn("succeeded", "Bool", "Whether the stage did what it should."),
        LedgerColumn("reason", "LowCardinality(String)", "Reason as in the contract's conditions."),
        LedgerColumn("message", "String", "What happened and what to do."),
        LedgerColumn("millis", "UInt64", "Duration in milliseconds."),
        LedgerColumn("counts", "Map(String, Int64)", "What was counted: rows, tables, checks, changes."),
        LedgerColumn("failures", "String", "Failed checks as a JSON array of name, severity, expected, found."),
        UPDATED_AT,
    ),
    order_by=("run_id", "stage"),
)

TABLES = (RUNS, STAGE_REPORTS)
