"""`file`: files that the runner sees, in a folder of a laptop or on a mounted volume."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from datacontract_api.scalars import Printable
from datacontract_api.sources.base import FileSourceKind, LocalFiles


class FileSource(FileSourceKind):
    """Files on a mounted volume or in a folder, Parquet, CSV or NDJSON."""

    kind: ClassVar[str] = "file"

    path: Annotated[Printable, StringConstraints(max_length=1024)] = Field(
        description="Path with `*` and `?` as in a shell, absolute or relative to the contract's folder."
    )

    def relation(self, credentials: Mapping[str, str]) -> LocalFiles:  # noqa: ARG002 - files need none
        return LocalFiles(self.path, self.format, self.compression, self.format_settings())

    def describe(self) -> str:
        return f"file {self.path} ({self.format})"
