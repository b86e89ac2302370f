"""The catalog: datasets, their columns, who may read them, and what they are made of. Written by the govern stage."""

from datacontract_runner.ledger.table import UPDATED_AT, LedgerColumn, LedgerTable

_CONTRACT = LedgerColumn("contract", "String", "Namespace and name of the contract.")
_DATABASE = LedgerColumn("database", "String", "Database of the table.")
_TABLE = LedgerColumn("table", "String", "The table or view.")
_OWNER = LedgerColumn("owner", "String", "Who answers for the data.")
_TAGS = LedgerColumn("tags", "Array(String)", "Free tags.")
_DELETED = LedgerColumn("deleted", "Bool", "Whether this row says that there is none any more.", "false")

DATASETS = LedgerTable(
    name="datasets",
    description="Tables and views that contracts own.",
    columns=(
        _CONTRACT,
        _DATABASE,
        _TABLE,
        LedgerColumn("promised", "Bool", "Whether readers may rely on it; the others are steps on the way."),
        LedgerColumn("version", "String", "Version of the promise."),
        LedgerColumn("status", "LowCardinality(String)", "Where the promise stands, in the words of ODCS."),
        LedgerColumn("domain", "String", "Business domain."),
        LedgerColumn("data_product", "String", "Data product."),
        _OWNER,
        _TAGS,
        LedgerColumn("description", "String", "What a row is."),
        LedgerColumn("ttl", "String", "TTL that the contract's retention gave it; empty for none."),
        _DELETED,
        UPDATED_AT,
    ),
    order_by=("contract", "database", "table"),
)

COLUMNS = LedgerTable(
    name="columns",
    description="Promised columns as they are in the warehouse.",
    columns=(
        _CONTRACT,
        _DATABASE,
        _TABLE,
        LedgerColumn("column", "String", "Name of the column."),
        LedgerColumn("position", "UInt32", "Place in the table, from 1."),
        LedgerColumn("type", "String", "ClickHouse type."),
        LedgerColumn("description", "String", "What it means."),
        LedgerColumn("classification", "String", "Such as public, restricted, confidential."),
        _TAGS,
        _OWNER,
        LedgerColumn("pii", "Bool", "Whether it is personal data."),
        LedgerColumn(
            "masking", "LowCardinality(String)", "How roles with pii: masked see it; empty for no personal data."
        ),
        _DELETED,
        UPDATED_AT,
    ),
    order_by=("contract", "database", "table", "column"),
)

GRANTS = LedgerTable(
    name="grants",
    description="Who may read what, as the contract says and the warehouse enforces it.",
    columns=(
        _CONTRACT,
        LedgerColumn("role", "String", "Role in the warehouse."),
        _DATABASE,
        _TABLE,
        LedgerColumn("reads", "String", "What the role selects from: the table, or its masking view."),
        LedgerColumn("columns", "Array(String)", "Columns that it may read; empty for all."),
        LedgerColumn("pii", "LowCardinality(String)", "What it sees of personal data: none, masked or clear."),
        LedgerColumn("rows", "String", "Row filter; empty for all rows."),
        _DELETED,
        UPDATED_AT,
    ),
    order_by=("contract", "role", "database", "table"),
)

LINEAGE = LedgerTable(
    name="lineage",
    description="What is made from what: from the source over the load table and models to promised tables.",
    columns=(
        _CONTRACT,
        LedgerColumn("upstream", "String", "The source, or database.table."),
        LedgerColumn("downstream", "String", "What is made from it, as database.table."),
        LedgerColumn("step", "LowCardinality(String)", "load, or transform."),
        _DELETED,
        UPDATED_AT,
    ),
    order_by=("contract", "upstream", "downstream"),
)

TABLES = (DATASETS, COLUMNS, GRANTS, LINEAGE)
