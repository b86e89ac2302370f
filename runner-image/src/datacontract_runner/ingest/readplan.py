"""How one source is read into the load table's columns: which types to read as, how to convert, what is left over."""

from collections.abc import Sequence
from dataclasses import dataclass

from datacontract_api.errors import SchemaMismatch
from datacontract_api.sources import FileFormat
from datacontract_runner.ingest.column import Column
from datacontract_runner.ingest.columns import listed
from datacontract_runner.ingest.conversion import Conversion, convert
from datacontract_runner.ingest.datatype import parse_type
from datacontract_runner.ingest.widening import widened

TEXTS = (FileFormat.CSV, FileFormat.NDJSON)
"""Formats that do not tell the types of their values."""


@dataclass(frozen=True)
class ReadPlan:
    """How to read one source.

    Args:
        conversions: one per column of the load table.
        ignored: columns of the source that the load table does not have.
        absent: columns of the load table that the source does not show, and that are NULL therefore.
    """

    conversions: tuple[Conversion, ...]
    ignored: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def structure(self) -> tuple[Column, ...]:
        """The columns to read, with the types to read them as."""
        return tuple(Column(step.column.name, step.read) for step in self.conversions)

    def conversion(self, name: str) -> Conversion:
        """How the column of this name is converted."""
        return next(step for step in self.conversions if step.column.name == name)


def plan_read(
    columns: Sequence[Column], found: Sequence[Column] | None, file_format: FileFormat | None, label: str
) -> ReadPlan:
    """Decides how a source is read. Purely computational.

    Args:
        columns: the load table's columns.
        found: the source's own columns; None when it is empty and tells none.
        file_format: the source's format; None for a database.
        label: what people call the source.

    Raises:
        SchemaMismatch: the source lacks columns.
    """
    types = {column.name: column.type for column in found} if found is not None else None
    absent = [column.name for column in columns if types is not None and column.name not in types]
    if absent and file_format is not FileFormat.NDJSON:
        raise _missing(absent, list(types or ()), label)
    steps = tuple(
        convert(column, _read_type(column, (types or {}).get(column.name), file_format)) for column in columns
    )
    names = {column.name for column in columns}
    return ReadPlan(steps, tuple(name for name in types or () if name not in names), tuple(absent))


def _read_type(column: Column, found: str | None, file_format: FileFormat | None) -> str:
    target = parse_type(column.type)
    if file_format in TEXTS:
        return str(widened(target, file_format))
    if found is None:
        return column.type
    # Parquet's reader tells a NULL where none was promised, and packs texts into LowCardinality, by itself.
    same = file_format is FileFormat.PARQUET and parse_type(found).base == target.base
    return column.type if same else found


def _missing(absent: Sequence[str], found: Sequence[str], label: str) -> SchemaMismatch:
    alike = {name.lower(): name for name in found}
    hints = [f"{alike[name.lower()]} for {name}" for name in absent if name.lower() in alike]
    hint = f" Did you mean {listed(hints)}? Names are compared letter by letter." if hints else ""
    return SchemaMismatch(
        f"{label} lacks the columns {listed(absent)}; it has {listed(found)}.",
        remedy=f"Correct the names in spec.load.columns or spec.schema, or the source.{hint}",
        field="spec.load.columns",
    )
