"""How a table of the ledger is declared: as data, from which its DDL and its documentation are made."""

from dataclasses import dataclass

from datacontract_runner import sql

LEDGER_DATABASE = "datacontract"
"""The database of the ledger and the catalog."""


@dataclass(frozen=True)
class LedgerColumn:
    """One column.

    Args:
        name: as queried.
        type: ClickHouse type.
        description: what it means; becomes its comment and a line of docs/ledger.md.
        default: SQL expression for rows that leave the column out.
    """

    name: str
    type: str
    description: str
    default: str = ""

    @property
    def ddl(self) -> str:
        """The column as it stands in CREATE TABLE."""
        default = f" DEFAULT {self.default}" if self.default else ""
        return f"{sql.identifier(self.name)} {self.type}{default} COMMENT {sql.literal(self.description)}"


UPDATED_AT = LedgerColumn(
    "updated_at", "DateTime64(6, 'UTC')", "When this row was written; the newest wins.", "now64(6)"
)
"""Version column of every table whose rows are replaced by newer ones."""


@dataclass(frozen=True)
class LedgerTable:
    """One table.

    Args:
        name: within `LEDGER_DATABASE`.
        columns: in order; `UPDATED_AT` last where newer rows replace older ones.
        order_by: sorting key; with the default engine it is also the identity of a row.
        description: what a row is.
        engine: without arguments ``ReplacingMergeTree(updated_at)``: read it with FINAL.
    """

    name: str
    columns: tuple[LedgerColumn, ...]
    order_by: tuple[str, ...]
    description: str
    engine: str = "ReplacingMergeTree(updated_at)"

    @property
    def qualified(self) -> str:
        """The quoted name."""
        return sql.qualified(LEDGER_DATABASE, self.name)

    @property
    def ddl(self) -> str:
        """CREATE TABLE for it."""
        columns = ",\n  ".join(column.ddl for column in self.columns)
        return (
            f"CREATE TABLE IF NOT EXISTS {self.qualified} (\n  {columns}\n) ENGINE = {self.engine} "
            f"ORDER BY ({sql.columns(self.order_by)}) COMMENT {sql.literal(self.description)}"
        )

    @property
    def additions(self) -> tuple[str, ...]:
        """Statements that bring an older version of the table up to this one; they change nothing on this one."""
        return tuple(f"ALTER TABLE {self.qualified} ADD COLUMN IF NOT EXISTS {column.ddl}" for column in self.columns)
