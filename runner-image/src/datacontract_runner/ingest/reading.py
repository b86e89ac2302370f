"""What a load reads from: table functions, which the warehouse reads itself, and files that are streamed to it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from datacontract_api.sources import Compression, FileFormat, TableFunction
from datacontract_runner import sql
from datacontract_runner.ingest import settings
from datacontract_runner.ingest.column import Column, structure
from datacontract_runner.ingest.files import LocalFile
from datacontract_runner.ingest.names import INCOMING, ROW_COLUMN
from datacontract_runner.ingest.observe import describe
from datacontract_runner.ingest.render import Selectable, render
from datacontract_runner.ingest.sample import sample
from datacontract_runner.paths import displayed
from datacontract_runner.warehouse import Connection, StatementFailed

_BLOCK = 1 << 20
_GLOB_CHARACTERS = set("*?{}")


class Reading(Protocol):
    """One thing to read."""

    @property
    def label(self) -> str:
        """What people call it, without secrets."""

    @property
    def format(self) -> FileFormat | None:
        """Its format; None for a database."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that no message about it may repeat."""

    def columns(self, connection: Connection, names_only: bool) -> tuple[Column, ...]:
        """The columns that the source itself has.

        Args:
            connection: the warehouse.
            names_only: the types do not matter, which saves reading rows of a CSV file.
        """

    def open(
        self, connection: Connection, database: str, columns: Sequence[Column]
    ) -> AbstractContextManager[Selectable]:
        """Makes it selectable for as long as the block runs.

        Args:
            connection: the warehouse.
            database: where a table may stand meanwhile.
            columns: the columns to read, with the types to read them as.
        """


@dataclass(frozen=True)
class FunctionReading:
    """A table function: the warehouse reads by itself.

    Args:
        function: the call.
        label: what people call it, without secrets.
    """

    function: TableFunction
    label: str

    @property
    def format(self) -> FileFormat | None:
        return self.function.format

    @property
    def secrets(self) -> tuple[str, ...]:
        return render(self.function).secrets

    def columns(self, connection: Connection, names_only: bool) -> tuple[Column, ...]:
        return describe(connection, render(self.function), names_only)

    @contextmanager
    def open(self, connection: Connection, database: str, columns: Sequence[Column]) -> Iterator[Selectable]:  # noqa: ARG002
        yield render(self.function, columns)


@dataclass(frozen=True)
class StreamReading:
    """A file that the runner sees and the warehouse does not: sent as it is, then converted by the warehouse.

    Args:
        file: the file.
        format: its format.
        dialect: query settings that reading it needs.
    """

    file: LocalFile
    format: FileFormat
    dialect: dict[str, str | int] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return displayed(self.file.path)

    def columns(self, connection: Connection, names_only: bool) -> tuple[Column, ...]:
        document = sample(self.file, self.format)
        text = f"format({sql.identifier(self.format.value)}, unhex({sql.literal(document.hex())}))"
        room = {"max_query_size": len(text) + 1000, **self.dialect}
        return describe(connection, Selectable(text, settings=room), names_only)

    @contextmanager
    def open(self, connection: Connection, database: str, columns: Sequence[Column]) -> Iterator[Selectable]:
        table = sql.qualified(database, INCOMING)
        row = f"{sql.identifier(ROW_COLUMN)} UInt64 DEFAULT rowNumberInAllBlocks()"
        connection.execute(f"DROP TABLE IF EXISTS {table} SYNC")
        connection.execute(f"CREATE TABLE {table} ({structure(columns)}, {row}) ENGINE = MergeTree ORDER BY tuple()")
        try:
            self._deliver(connection, database, columns)
            yield Selectable(table, order=("''", sql.identifier(ROW_COLUMN)))
        finally:
            connection.execute(f"DROP TABLE IF EXISTS {table} SYNC")

    def _deliver(self, connection: Connection, database: str, columns: Sequence[Column]) -> None:
        try:
            self._send(connection, database, columns, {})
        except StatementFailed as failure:
            if self.format is FileFormat.CSV and "(at row" in failure.message:
                # The row's number may be off by one: see `diagnose`.
                self._send(connection, database, columns, settings.ONE_PARSER)
            raise

    def _send(
        self, connection: Connection, database: str, columns: Sequence[Column], more: Mapping[str, str | int]
    ) -> None:
        encoding = None if self.file.compression is Compression.NONE else self.file.compression.value
        with self.file.path.open("rb") as stream:
            connection.stream(
                database,
                INCOMING,
                [column.name for column in columns],
                iter(lambda: stream.read(_BLOCK), b""),
                self.format.value,
                encoding,
                {**settings.READ, **settings.WRITE, **self.dialect, **more},
            )


def local_reading(
    file: LocalFile, file_format: FileFormat, dialect: dict[str, str | int], shares_disk: bool
) -> Reading:
    """How to read one local file: by `file()` where the warehouse reads this disk, which is faster, else streamed."""
    path = displayed(file.path)
    # ClickHouse knows no way to write such a character of a path so that it means itself.
    if not shares_disk or _GLOB_CHARACTERS & set(path) or path != str(file.path):
        return StreamReading(file, file_format, dialect)
    compression = {Compression.GZIP: "gzip", Compression.ZSTD: "zstd", Compression.LZ4: "lz4"}
    function = TableFunction(
        "file",
        (path, file_format.value),
        trailing=(compression.get(file.compression, "none"),),
        settings=dialect,
        format=file_format,
    )
    return FunctionReading(function, path)
