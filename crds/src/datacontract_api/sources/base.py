"""What a source is: a model for the contract, and the ClickHouse relation that reads it."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from datacontract_api.base import Model
from datacontract_api.references import SecretReference


class FileFormat(StrEnum):
    """Input formats, by ClickHouse's own names."""

    PARQUET = "Parquet"
    CSV = "CSVWithNames"
    NDJSON = "JSONEachRow"


class Compression(StrEnum):
    """How a file is compressed; ``auto`` goes by its ending."""

    AUTO = "auto"
    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"
    LZ4 = "lz4"


@dataclass(frozen=True)
class Secret:
    """An argument that must never be shown: it is masked in every text that is not the statement itself."""

    value: str = field(repr=False)


@dataclass(frozen=True)
class ForeignQuery:
    """An argument that is a query for the source's own database, in its own SQL."""

    text: str


Argument = str | int | Secret | ForeignQuery


@dataclass(frozen=True)
class TableFunction:
    """A table function call, pushed down into ClickHouse.

    Args:
        name: ClickHouse's name of the function, such as ``s3``.
        arguments: positional arguments before the structure.
        takes_structure: whether ``structure`` follows as the next argument (file-like functions do, databases do not).
        trailing: arguments after the structure (compression).
        settings: query settings that the read needs.
        headers: HTTP headers, rendered last as ``headers('name' = 'value')``; values are secret.
        format: the format of its documents; None for a database, whose rows have no order.
        conceal: parts of plain arguments that no message may show, such as a signature in an address.
    """

    name: str
    arguments: tuple[Argument, ...]
    takes_structure: bool = True
    trailing: tuple[Argument, ...] = ()
    settings: Mapping[str, str | int] = field(default_factory=dict)
    headers: tuple[tuple[str, Secret], ...] = ()
    format: FileFormat | None = None
    conceal: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class LocalFiles:
    """Files that the runner sees and a remote server does not: streamed as they are, or read by ``file()``.

    Args:
        pattern: path with ``*`` and ``?`` as in a shell, relative to the contract's folder or absolute.
        format: how to read them.
        compression: how they are compressed.
        settings: query settings that the read needs.
    """

    pattern: str
    format: FileFormat
    compression: Compression
    settings: Mapping[str, str | int] = field(default_factory=dict)


Relation = TableFunction | LocalFiles


@dataclass(frozen=True)
class Precondition:
    """Something about a source that must hold before it is read, since reading it would go wrong unnoticed.

    Args:
        relation: has the column ``found``.
        obstacle: ClickHouse SQL over ``found`` that holds where it stands in the way.
        message: what is wrong; ``{found}`` stands for the value.
        remedy: what to do about it.
    """

    relation: TableFunction
    obstacle: str
    message: str
    remedy: str


class SourceKind(Model):
    """One kind of source. A subclass in a file of this package is all that a new kind needs."""

    kind: ClassVar[str]
    """The field under ``spec.source`` that selects it."""

    credential_keys: ClassVar[Mapping[str, bool]] = {}
    """Keys read from the Secret that ``credentials_secret_ref`` names; True where a key must exist."""

    @property
    def secret(self) -> SecretReference | None:
        """The Secret that holds this source's credentials, None for an open source."""
        return getattr(self, "credentials_secret_ref", None)

    @abstractmethod
    def relation(self, credentials: Mapping[str, str]) -> Relation:
        """The relation to read.

        Args:
            credentials: values of the Secret by key; empty when the contract names none.
        """

    def preconditions(self, credentials: Mapping[str, str]) -> tuple[Precondition, ...]:  # noqa: ARG002 - most have none
        """What must hold before the relation is read.

        Args:
            credentials: as for `relation`.
        """
        return ()

    @abstractmethod
    def describe(self) -> str:
        """The source in one line for people, without credentials."""


class FileSourceKind(SourceKind):
    """A kind of source that reads files, wherever they are."""

    format: FileFormat = Field(description="Input format, by ClickHouse's name.")
    compression: Compression = Field(default=Compression.AUTO, description="`auto` goes by the name's ending.")
    null_value: Annotated[str, StringConstraints(min_length=1, max_length=32)] | None = Field(
        default=None, description="CSVWithNames: the word for a missing value, besides an empty cell: `NA`, `NULL`."
    )

    def format_settings(self) -> dict[str, str | int]:
        """Query settings for the format's dialect."""
        return {"format_csv_null_representation": self.null_value} if self.null_value else {}
