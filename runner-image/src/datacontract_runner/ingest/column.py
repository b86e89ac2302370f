"""A column: a name and a ClickHouse type."""

from collections.abc import Iterable
from dataclasses import dataclass

from datacontract_runner import sql


@dataclass(frozen=True)
class Column:
    """One column of a table or of a source.

    Args:
        name: as the source calls it.
        type: ClickHouse data type, as ClickHouse itself writes it.
    """

    name: str
    type: str

    @property
    def declaration(self) -> str:
        """Name and type, as in CREATE TABLE."""
        return f"{sql.identifier(self.name)} {self.type}"


def structure(columns: Iterable[Column]) -> str:
    """The columns as CREATE TABLE and the ``structure`` argument of table functions take them."""
    return ", ".join(column.declaration for column in columns)
