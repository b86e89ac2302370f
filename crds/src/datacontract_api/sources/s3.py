"""`s3`: objects in an S3 bucket, or in a store that speaks its protocol."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from datacontract_api.base import Expected
from datacontract_api.references import SecretReference
from datacontract_api.sources.base import Argument, FileSourceKind, Secret, TableFunction

S3Url = Annotated[
    str,
    StringConstraints(pattern=r"^(s3|https?)://[^@\s\x00-\x1f]+$", max_length=2048),
    Expected("an address that begins with s3://, http:// or https://, without spaces and without credentials"),
]


class S3Source(FileSourceKind):
    """Objects in an S3 bucket, Parquet, CSV or NDJSON."""

    kind: ClassVar[str] = "s3"
    credential_keys: ClassVar[Mapping[str, bool]] = {
        "accessKeyId": True,
        "secretAccessKey": True,
        "sessionToken": False,
    }

    url: S3Url = Field(
        description="`s3://bucket/key`, or the endpoint's own address; globs `*`, `**`, `?`, `{a,b}`, `{1..12}`."
    )
    credentials_secret_ref: SecretReference | None = Field(
        default=None,
        description="Secret with the keys `accessKeyId`, `secretAccessKey` and, if needed, `sessionToken`.",
    )

    def relation(self, credentials: Mapping[str, str]) -> TableFunction:
        return TableFunction(
            "s3",
            (self.url, *self._access(credentials), self.format.value),
            trailing=(self.compression.value,),
            # Without it a glob that matches nothing reads as an empty table.
            settings={"s3_throw_on_zero_files_match": 1, **self.format_settings()},
            format=self.format,
        )

    @staticmethod
    def _access(credentials: Mapping[str, str]) -> tuple[Argument, ...]:
        if not credentials:
            return ("NOSIGN",)
        keys = ("accessKeyId", "secretAccessKey", "sessionToken")
        return tuple(Secret(credentials[key]) for key in keys if key in credentials)

    def describe(self) -> str:
        return f"s3 {self.url} ({self.format})"
