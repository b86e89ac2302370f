"""One connection to the warehouse: statements, results, streamed inserts."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver import httputil
from clickhouse_connect.driver.exceptions import ClickHouseError

from datacontract_runner import sql
from datacontract_runner.warehouse.errors import translate
from datacontract_runner.warehouse.target import Target

Value = str | int | float | bool | None | date | datetime
Parameters = Mapping[str, Value | Sequence[Value]]
Settings = Mapping[str, str | int]

_VALUES: Settings = {"date_time_input_format": "best_effort", "input_format_skip_unknown_fields": 0}

_TIMEOUT = 6 * 3600
"""Seconds that a statement may stay silent; the pod's deadline is the real bound."""


@dataclass(frozen=True)
class Statement:
    """One SQL statement.

    Args:
        text: the SQL, with ``{name:Type}`` where parameters go.
        parameters: their values, bound by the server.
        settings: query settings for this statement alone.
        secrets: values within the text that no message may repeat.
    """

    text: str
    parameters: Parameters = field(default_factory=dict)
    settings: Settings = field(default_factory=dict)
    secrets: tuple[str, ...] = field(default=(), repr=False)


class Connection:
    """Statements to one warehouse. Safe to use from several threads: it keeps no session.

    Raises (every method):
        WarehouseUnreachable: no answer, or a refusal that passes by itself.
        WarehouseDenied: user, password or privilege.
        StatementFailed: ClickHouse refused the statement; carries its code.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        with self._translated(()):
            self._client = clickhouse_connect.get_client(
                host=target.host,
                port=target.port,
                username=target.username,
                password=target.password,
                secure=target.secure,
                verify=target.verify is not False,
                ca_cert=target.verify if isinstance(target.verify, str) else None,
                send_receive_timeout=_TIMEOUT,
                query_retries=0,
                autogenerate_session_id=False,
                pool_mgr=httputil.get_pool_manager(
                    verify=target.verify is not False,
                    ca_cert=target.verify if isinstance(target.verify, str) else None,
                ),
            )

    @property
    def version(self) -> str:
        """ClickHouse's version, such as ``26.9.1``."""
        return str(self._client.server_version)

    def close(self) -> None:
        """Gives the sockets back."""
        self._client.close()

    def execute(self, statement: Statement | str, parameters: Parameters | None = None) -> int:
        """Runs a statement that returns no rows; returns how many rows it wrote."""
        statement = _statement(statement, parameters)
        with self._translated(statement.secrets):
            summary = self._client.command(
                statement.text, parameters=dict(statement.parameters), settings=dict(statement.settings)
            )
        return int(getattr(summary, "written_rows", 0))

    def rows(self, statement: Statement | str, parameters: Parameters | None = None) -> list[tuple[Any, ...]]:
        """Runs a SELECT or the like and returns its rows."""
        statement = _statement(statement, parameters)
        with self._translated(statement.secrets):
            result = self._client.query(
                statement.text, parameters=dict(statement.parameters), settings=dict(statement.settings)
            )
        return [tuple(row) for row in result.result_rows]

    def value(self, statement: Statement | str, parameters: Parameters | None = None) -> Any:
        """Runs a SELECT of one value; None when it returns no row."""
        rows = self.rows(statement, parameters)
        return rows[0][0] if rows else None

    def insert(self, database: str, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Inserts a few rows of Python values, for the ledger; data go through `stream` or INSERT SELECT."""
        if not rows:
            return
        # The driver's own insert of Python values loads pandas first, which takes seconds.
        lines = (json.dumps(dict(zip(names, row, strict=True)), default=_json) + "\n" for row in rows)
        self.stream(database, table, names, (line.encode() for line in lines), "JSONEachRow", settings=_VALUES)

    def stream(
        self,
        database: str,
        table: str,
        names: Sequence[str],
        blocks: Iterable[bytes],
        file_format: str,
        encoding: str | None = None,
        settings: Settings | None = None,
    ) -> int:
        """Sends bytes of a file as they are into ``INSERT ... FORMAT``; returns how many rows were written.

        Args:
            database: where the table is.
            table: the table to fill.
            names: columns in the file's order; empty for formats that name them.
            blocks: the file, in pieces of any size.
            file_format: ClickHouse's name of the format.
            encoding: HTTP content encoding of the bytes (``gzip``, ``zstd``, ``lz4``), None when plain.
            settings: query settings.
        """
        with self._translated(()):
            summary = self._client.raw_insert(
                sql.qualified(database, table),
                column_names=[sql.identifier(name) for name in names] or None,
                insert_block=_generator(blocks),
                fmt=file_format,
                compression=encoding,
                settings=dict(settings or {}),
            )
        return int(summary.written_rows)

    @contextmanager
    def _translated(self, secrets: tuple[str, ...]) -> Iterator[None]:
        try:
            yield
        except ClickHouseError as error:
            code = getattr(error, "code", None)
            raise translate(code, str(error), self.target.url, (*secrets, self.target.password)) from None


def _statement(statement: Statement | str, parameters: Parameters | None) -> Statement:
    return Statement(statement, parameters or {}) if isinstance(statement, str) else statement


def _generator(blocks: Iterable[bytes]) -> Iterator[bytes]:
    yield from blocks


def _json(value: Any) -> str:
    """What JSON has no word for, as ClickHouse reads it: dates, UUIDs, decimals."""
    return value.isoformat() if isinstance(value, date) else str(value)
