"""`file`: files that the runner sees, in a folder of a laptop or on a mounted volume."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from datacontract_api.scalars import Printable
from datacontract_api.sources.base import Compression, FileFormat, LocalFiles, SourceKind


class FileSource(SourceKind):
    """Files on a mounted volume or in a folder, Parquet, CSV or NDJSON."""

    kind: ClassVar[str] = "file"

    path: Annotated[Printable, StringConstraints(max_length=1024)] = Field(
        description="Path with `*` and `?` as in a shell, absolute or relative to the contract's folder."
    )
    format: FileFormat = Field(description="Input format, by ClickHouse's name.")
    compression: Compression = Field(default=Compression.AUTO, description="`auto` goes by the file's ending.")

    def relation(self, credentials: Mapping[str, str]) -> LocalFiles:  # noqa: ARG002 - files need none
        return LocalFiles(self.path, self.format, self.compression)

    def describe(self) -> str:
        return f"file {self.path} ({self.format})"
