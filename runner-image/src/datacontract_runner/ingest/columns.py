"""Which columns the load table has: said by the contract, else held already, else found at the source."""

from collections.abc import Sequence

from datacontract_api.contract import DataContractSpec
from datacontract_api.errors import InvalidValue, SchemaMismatch
from datacontract_api.load import Load
from datacontract_runner.ingest.column import Column
from datacontract_runner.ingest.datatype import parse_type


def declared_columns(spec: DataContractSpec) -> tuple[Column, ...]:
    """The columns that the contract gives the load table: `load.columns`, else the schema object of its name."""
    if spec.load.columns:
        return tuple(Column(column.name, column.type) for column in spec.load.columns)
    promised = next((found for found in spec.schema_ if found.table == spec.load.table), None)
    return tuple(Column(column.name, column.physical_type) for column in promised.properties) if promised else ()


def check_fields(load: Load, columns: Sequence[Column]) -> None:
    """Refuses a cursor, key or sorting key that is no column.

    Raises:
        InvalidValue: names the field and the columns that there are.
    """
    names = [column.name for column in columns]
    used = [("cursor", [load.cursor] if load.cursor else []), ("key", load.key), ("orderBy", load.order_by)]
    for field, wanted in used:
        for name in wanted:
            if name not in names:
                raise InvalidValue(
                    f"{name!r} is no column of {load.table}, which has {listed(names)}.",
                    remedy="Name one of these columns.",
                    field=f"spec.load.{field}",
                )


def check_held(table: str, columns: Sequence[Column], held: Sequence[Column]) -> None:
    """Refuses to add rows to a table whose columns are not those of the load.

    Raises:
        SchemaMismatch: names every column that is missing or of another type.
    """
    types = {column.name: column.type for column in held}
    wrong = [f"{column.name} is {types[column.name]}, not {column.type}" for column in columns
             if column.name in types and types[column.name] != column.type]  # fmt: skip
    wrong += [f"{column.name} is missing" for column in columns if column.name not in types]
    if wrong:
        raise SchemaMismatch(
            f"the table {table} holds other columns than the contract loads: {'; '.join(wrong)}.",
            remedy="Load it once with mode replace, or say in spec.load.columns what it holds.",
            field="spec.load.columns",
        )


def sorting_key(load: Load) -> tuple[str, ...]:
    """Columns that the load table is sorted by: as said, else the key, else the cursor, else none."""
    return tuple(load.order_by or load.key or ([load.cursor] if load.cursor else []))


def has_nullable(columns: Sequence[Column], names: Sequence[str]) -> bool:
    """Whether any of the named columns can hold NULL."""
    return any(parse_type(column.type).nullable for column in columns if column.name in names)


def listed(names: Sequence[str], limit: int = 20) -> str:
    """Names for people, as many as fit."""
    shown = ", ".join(names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown or "none"
