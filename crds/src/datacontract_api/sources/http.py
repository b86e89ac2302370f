"""`http`: one document behind an HTTP or HTTPS address."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from datacontract_api.base import Expected
from datacontract_api.references import SecretReference
from datacontract_api.sources.base import FileSourceKind, Secret, TableFunction

HttpUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^@\s\x00-\x1f]+$", max_length=2048),
    Expected("an address that begins with http:// or https://, without spaces and without credentials"),
]


class HttpSource(FileSourceKind):
    """A document behind an HTTP address, Parquet, CSV or NDJSON."""

    kind: ClassVar[str] = "http"
    credential_keys: ClassVar[Mapping[str, bool]] = {"authorization": True}

    url: HttpUrl = Field(description="Address; `{1..12}` and `{a,b}` expand to several documents.")
    credentials_secret_ref: SecretReference | None = Field(
        default=None, description="Secret with the key `authorization`: the value of that request header."
    )

    def relation(self, credentials: Mapping[str, str]) -> TableFunction:
        return TableFunction(
            "url",
            (self.url, self.format.value),
            trailing=(self.compression.value,),
            settings=self.format_settings(),
            headers=tuple(("Authorization", Secret(value)) for value in credentials.values()),
            format=self.format,
            # Addresses signed for one caller carry the signature in their query.
            conceal=(self.url.partition("?")[2],),
        )

    def describe(self) -> str:
        return f"http {self.url.partition('?')[0]} ({self.format})"
