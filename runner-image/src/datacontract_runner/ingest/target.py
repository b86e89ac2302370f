"""The table in the stage that rows are loaded into."""

from collections.abc import Sequence
from dataclasses import dataclass

from datacontract_api.errors import InvalidValue
from datacontract_runner import sql
from datacontract_runner.ingest.column import Column, structure
from datacontract_runner.ingest.columns import has_nullable
from datacontract_runner.ingest.observe import count_rows
from datacontract_runner.warehouse import Connection, Statement, StatementFailed


@dataclass(frozen=True)
class Target:
    """A table, which may not exist yet.

    Args:
        connection: the warehouse.
        database: the stage.
        table: its name.
        columns: its columns; those of the contract.
        order_by: its sorting key.
    """

    connection: Connection
    database: str
    table: str
    columns: tuple[Column, ...]
    order_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name, qualified and quoted."""
        return sql.qualified(self.database, self.table)

    def create(self, extra: Sequence[Column] = ()) -> None:
        """Creates it where it does not exist.

        Args:
            extra: further columns, in front.

        Raises:
            InvalidValue: there are types that no table can hold, such as Nothing.
        """
        try:
            self.connection.execute(plan_create(self, extra))
        except StatementFailed as failure:
            if failure.code not in _NO_COLUMN_TYPE:
                raise
            raise InvalidValue(
                f"ClickHouse keeps no table with these columns: {failure.message}",
                remedy="Correct the types in spec.load.columns or spec.schema.",
                field="spec.load.columns",
            ) from None

    def drop(self) -> None:
        """Drops it where it exists."""
        self.connection.execute(Statement(f"DROP TABLE IF EXISTS {self.name} SYNC", settings=_ANY_SIZE))

    def count(self) -> int:
        """How many rows it holds."""
        return count_rows(self.connection, self.database, self.table)


_NO_COLUMN_TYPE = {43, 44, 50, 370, 455, 549}
"""ILLEGAL_TYPE_OF_ARGUMENT, ILLEGAL_COLUMN, UNKNOWN_TYPE, DATA_TYPE_CANNOT_BE_USED_IN_TABLES,
SUSPICIOUS_TYPE_FOR_LOW_CARDINALITY, DATA_TYPE_CANNOT_BE_USED_IN_KEY."""

_ANY_SIZE = {"max_table_size_to_drop": 0, "max_partition_size_to_drop": 0}


def plan_create(target: Target, extra: Sequence[Column] = ()) -> Statement:
    """The statement that creates the table, MergeTree as everything that is published must be."""
    nullable = " SETTINGS allow_nullable_key = 1" if has_nullable(target.columns, target.order_by) else ""
    order = f"({sql.columns(target.order_by)})" if target.order_by else "tuple()"
    return Statement(
        f"CREATE TABLE IF NOT EXISTS {target.name} ({structure([*extra, *target.columns])}) "
        f"ENGINE = MergeTree ORDER BY {order}{nullable}",
        settings={"allow_suspicious_low_cardinality_types": 1},
    )
