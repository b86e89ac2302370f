"""`http`: one document behind an HTTP or HTTPS address."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from datacontract_api.base import Expected
from datacontract_api.references import SecretReference
from datacontract_api.sources.base import Compression, FileFormat, Secret, SourceKind, TableFunction

HttpUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^@\s\x00-\x1f]+$", max_length=2048),
    Expected("an address that begins with http:// or https://, without spaces and without credentials"),
]


class HttpSource(SourceKind):
    """A document behind an HTTP address, Parquet, CSV or NDJSON."""

    kind: ClassVar[str] = "http"
    credential_keys: ClassVar[Mapping[str, bool]] = {"authorization": True}

    url: HttpUrl = Field(description="Address; `{1..12}` and `{a,b}` expand to several documents.")
    format: FileFormat = Field(description="Input format, by ClickHouse's name.")
    compression: Compression = Field(default=Compression.AUTO, description="`auto` goes by the address's ending.")
    credentials_secret_ref: SecretReference | None = Field(
        default=None, description="Secret with the key `authorization`: the value of that request header."
    )

    def relation(self, credentials: Mapping[str, str]) -> TableFunction:
        return TableFunction(
            "url",
            (self.url, self.format.value),
            trailing=(self.compression.value,),
            headers=tuple(("Authorization", Secret(value)) for value in credentials.values()),
        )

    def describe(self) -> str:
        return f"http {self.url} ({self.format})"
