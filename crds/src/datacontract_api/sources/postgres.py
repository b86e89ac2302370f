"""`postgres`: one table or view of a PostgreSQL database."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from datacontract_api.base import Expected
from datacontract_api.references import SecretReference
from datacontract_api.sources.base import ForeignQuery, Precondition, Secret, SourceKind, TableFunction

Host = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._-]+$", min_length=1, max_length=253),
    Expected("a host name or IPv4 address, without scheme or port"),
]
PgName = Annotated[
    str,
    StringConstraints(pattern=r'^[^"\\\x00-\x1f]+$', min_length=1, max_length=63),
    Expected("a name without double quotes and backslashes, which ClickHouse cannot pass on to PostgreSQL"),
]


_UTC = "('UTC', 'Etc/UTC', 'GMT', 'Etc/GMT', 'UCT', 'Etc/UCT', 'Zulu', 'Etc/Zulu')"


class PostgresSource(SourceKind):
    """A table or view of a PostgreSQL database."""

    kind: ClassVar[str] = "postgres"
    credential_keys: ClassVar[Mapping[str, bool]] = {"username": True, "password": True}

    host: Host = Field(description="Host name or address of the server.")
    port: int = Field(default=5432, ge=1, le=65535, description="Port of the server.")
    database: PgName = Field(description="Database to connect to.")
    schema_name: PgName = Field(default="public", alias="schema", description="Schema that holds the table.")
    table: PgName = Field(description="Table or view to read.")
    credentials_secret_ref: SecretReference = Field(description="Secret with the keys `username` and `password`.")

    def relation(self, credentials: Mapping[str, str]) -> TableFunction:
        return self._function(credentials, self.table)

    def preconditions(self, credentials: Mapping[str, str]) -> tuple[Precondition, ...]:
        name = f'"{self.schema_name}"."{self.table}"'.replace("'", "''")
        query = f"""
            SELECT current_setting('TimeZone') AS found FROM pg_catalog.pg_attribute
            WHERE attrelid = to_regclass('{name}') AND atttypid = 'timestamptz'::regtype LIMIT 1
        """  # noqa: S608 - the name cannot hold a double quote or backslash, and single ones are doubled
        return (
            Precondition(
                self._function(credentials, ForeignQuery(query)),
                obstacle=f"found != timezone() AND NOT (found IN {_UTC} AND timezone() IN {_UTC})",
                message="PostgreSQL writes this account's timestamptz values in the time zone {found}, "
                "and ClickHouse would read them as if they were in its own.",
                remedy="Run in PostgreSQL: ALTER ROLE <the account of the Secret> SET timezone = 'UTC' "
                "(or ClickHouse's own time zone).",
            ),
        )

    def _function(self, credentials: Mapping[str, str], table: str | ForeignQuery) -> TableFunction:
        return TableFunction(
            "postgresql",
            (
                f"{self.host}:{self.port}",
                self.database,
                table,
                Secret(credentials["username"]),
                Secret(credentials["password"]),
                self.schema_name,
            ),
            takes_structure=False,
        )

    def describe(self) -> str:
        return f"postgres {self.host}:{self.port}/{self.database}, table {self.schema_name}.{self.table}"
