"""Ledger tables of the run transaction: who owns what, stages, records of live tables, publish plans, templates."""

from datacontract_runner.ledger.table import UPDATED_AT, LedgerColumn, LedgerTable

_RUN = LedgerColumn("run_id", "String", "The run.")
_CONTRACT = LedgerColumn("contract", "String", "Namespace and name of the contract.")
_DATABASE = LedgerColumn("database", "String", "Destination database.")
_DELETED = LedgerColumn("deleted", "Bool", "Whether this row says that there is none any more.", "false")

OWNED_TABLES = LedgerTable(
    name="owned_tables",
    description="Which contract owns which table, view or dictionary.",
    columns=(_DATABASE, LedgerColumn("table", "String", "Its name."), _CONTRACT, _DELETED, UPDATED_AT),
    order_by=("database", "table"),
)

HEARTBEATS = LedgerTable(
    name="heartbeats",
    description="Signs of life of whoever holds a lock; the locks themselves are the tables named lock_*.",
    columns=(
        LedgerColumn("lock", "String", "What is locked."),
        LedgerColumn("holder", "String", "Who holds it: a run id."),
        LedgerColumn("released", "Bool", "Whether the holder gave it back."),
        UPDATED_AT,
    ),
    order_by=("lock", "holder"),
)

STAGES = LedgerTable(
    name="stages",
    description="Stage databases, from opening to dropping.",
    columns=(
        LedgerColumn("stage", "String", "Name of the stage database."),
        _RUN,
        _CONTRACT,
        _DATABASE,
        LedgerColumn(
            "state", "LowCardinality(String)", "opening, open, kept (previous tables), held (a late write) or dropped."
        ),
        LedgerColumn("opened_at", "DateTime64(3, 'UTC')", "When it was created.", "now64(3)"),
        UPDATED_AT,
    ),
    order_by=("stage",),
)

TABLE_HEADS = LedgerTable(
    name="table_heads",
    description="Tables as they were when a run looked at them, to tell later whether someone wrote.",
    columns=(
        LedgerColumn("record", "String", "Which look it was: the stage, and live or stage."),
        _DATABASE,
        LedgerColumn("table", "String", "Name of the table."),
        LedgerColumn("uuid", "String", "Its UUID."),
        LedgerColumn("ddl", "UInt64", "Hash of engine, columns and comments."),
        LedgerColumn("mutation", "Int64", "Number of its newest mutation; 0 when it has none."),
        LedgerColumn("engine", "LowCardinality(String)", "Name of its engine."),
        UPDATED_AT,
    ),
    order_by=("record", "database", "table"),
)

TABLE_PARTS = LedgerTable(
    name="table_parts",
    description="Parts of the tables in table_heads, at the same look.",
    columns=(
        LedgerColumn("record", "String", "Which look it was: the stage, and live or stage."),
        _DATABASE,
        LedgerColumn("table", "String", "Name of the table."),
        LedgerColumn("partition", "String", "Partition id."),
        LedgerColumn("low", "Int64", "Lowest block number."),
        LedgerColumn("high", "Int64", "Highest block number."),
        LedgerColumn("version", "Int64", "Highest block number or mutation in it."),
        LedgerColumn("rows", "UInt64", "Rows in it, deleted ones included."),
        LedgerColumn("ttl", "Int64", "Unix time at which its last row expires; 0 for never."),
        LedgerColumn("thinned", "Bool", "Whether rows in it are marked as deleted."),
        UPDATED_AT,
    ),
    order_by=("record", "database", "table", "partition", "low", "high"),
)

PUBLISHES = LedgerTable(
    name="publishes",
    description="Swaps of stage and live tables: publishes and rollbacks.",
    columns=(
        LedgerColumn("plan", "String", "Identifies the swap: the stage of a publish, or the id of a rollback."),
        LedgerColumn("run_id", "String", "publish: the run that it belongs to."),
        _CONTRACT,
        _DATABASE,
        LedgerColumn("stage", "String", "Stage database that the tables are swapped with."),
        LedgerColumn("kind", "LowCardinality(String)", "publish or rollback."),
        LedgerColumn("undoes", "String", "rollback: the plan that it takes back."),
        LedgerColumn("state", "LowCardinality(String)", "begun, reverting, done, reverted, or void: given up."),
        LedgerColumn("begun_at", "DateTime64(6, 'UTC')", "When the plan was written.", "now64(6)"),
        UPDATED_AT,
    ),
    order_by=("plan",),
)

PUBLISH_PLANS = LedgerTable(
    name="publish_plans",
    description="What a swap does to each table: a repeated publish decides by these UUIDs.",
    columns=(
        LedgerColumn("plan", "String", "The swap."),
        LedgerColumn("table", "String", "Name of the table."),
        LedgerColumn("position", "UInt32", "Order of execution."),
        LedgerColumn("action", "LowCardinality(String)", "exchange, bring (live had none) or remove (stage has none)."),
        LedgerColumn("live_uuid", "String", "UUID under the live name before the swap; empty for none."),
        LedgerColumn("stage_uuid", "String", "UUID under the stage name before the swap; empty for none."),
        UPDATED_AT,
    ),
    order_by=("plan", "table"),
)

PUBLISH_DEFINITIONS = LedgerTable(
    name="publish_definitions",
    description="What a swap does to each view, materialized view and dictionary.",
    columns=(
        LedgerColumn("plan", "String", "The swap."),
        LedgerColumn("name", "String", "Name of the object."),
        LedgerColumn("position", "UInt32", "Order of execution."),
        LedgerColumn("before", "String", "Definition before, as JSON: kind, token, statement; empty for none."),
        LedgerColumn("after", "String", "Definition after the swap, likewise."),
        UPDATED_AT,
    ),
    order_by=("plan", "name"),
)

TEMPLATES = LedgerTable(
    name="templates",
    description="Views, materialized views and dictionaries of a contract as last published, to recreate in a stage.",
    columns=(
        _CONTRACT,
        _DATABASE,
        LedgerColumn("name", "String", "Name of the object."),
        LedgerColumn("kind", "LowCardinality(String)", "view, materialized_view or dictionary."),
        LedgerColumn("position", "UInt32", "Order of creation."),
        LedgerColumn("token", "String", "Database name in the statement that stands for whichever database it is for."),
        LedgerColumn("statement", "String", "CREATE statement."),
        _DELETED,
        UPDATED_AT,
    ),
    order_by=("contract", "database", "name"),
)

TABLES = (
    OWNED_TABLES,
    HEARTBEATS,
    STAGES,
    TABLE_HEADS,
    TABLE_PARTS,
    PUBLISHES,
    PUBLISH_PLANS,
    PUBLISH_DEFINITIONS,
    TEMPLATES,
)
