"""Tables that are hard to count right: nulls, NaN, infinities, unicode, quotes, no rows, one row, nothing but nulls."""

from datacontract_runner import sql
from datacontract_runner.warehouse import Connection

TYPES = {
    "id": "Int64",
    "n": "Nullable(Int64)",
    "m": "Nullable(Int64)",
    "i": "Int32",
    "f": "Nullable(Float64)",
    "g": "Float64",
    "s": "Nullable(String)",
    "t": "String",
    "lc": "LowCardinality(Nullable(String))",
    "e": "Enum8('a' = 1, 'b' = 2)",
    "d": "Nullable(Date)",
    "at": "DateTime64(3, 'UTC')",
    "dec": "Nullable(Decimal(18, 4))",
    "flag": "Bool",
    "odd `name\\": "Nullable(Int64)",
}
"""Columns of every table here, and their types."""

_VALUES = {
    "id": "number",
    "n": "if(number % 4 = 0, NULL, toInt64(number % 5) - 1)",
    "m": "if(number % 6 = 1, NULL, toInt64(number % 3))",
    "i": "number % 7",
    "f": "multiIf(number % 9 = 0, NULL, number % 9 = 1, nan, number % 9 = 2, inf, number % 9 = 3, -inf, number / 8)",
    "g": "number / 3",
    "s": "if(number % 5 = 0, NULL, "
    "['', 'x', 'Ünïcödé ✔', 'it''s', 'back\\\\slash', '100%', 'a_b', 'line\\nbreak']"
    "[number % 8 + 1])",
    "t": "['a', 'b', 'c', '😀', ''][number % 5 + 1]",
    "lc": "if(number % 7 = 0, NULL, ['red', 'green', 'blue'][number % 3 + 1])",
    "e": "if(number % 2 = 0, 'a', 'b')",
    "d": "if(number % 8 = 0, NULL, toDate('2020-02-27') + number % 6)",
    "at": "toDateTime64('2020-02-27 10:00:00', 3, 'UTC') + number * 3600",
    "dec": "if(number % 3 = 0, NULL, toDecimal64(number, 4) / 7)",
    "flag": "number % 3 = 0",
    "odd `name\\": "if(number % 10 = 3, NULL, number % 4)",
}

TABLES = {"many": 61, "one": 1, "two": 2, "none": 0, "voids": 9}
"""Tables and how many rows they have; `voids` holds null wherever a null fits."""


def create(connection: Connection, database: str) -> None:
    """Creates the tables.

    Args:
        connection: to the warehouse.
        database: where.
    """
    columns = ", ".join(f"{sql.identifier(name)} {kind}" for name, kind in TYPES.items())
    for table, rows in TABLES.items():
        name = sql.qualified(database, table)
        connection.execute(f"CREATE TABLE {name} ({columns}) ENGINE = MergeTree ORDER BY id")
        values = ", ".join(
            "NULL" if table == "voids" and "Nullable" in kind else _VALUES[column] for column, kind in TYPES.items()
        )
        connection.execute(f"INSERT INTO {name} SELECT {values} FROM numbers({rows})")
