"""One connection to the engine in this process: queries, streams, inserts, and the engine's errors as rejections."""

import contextlib
import json
import time
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import chdb

from datacontract_runner.embedded.rejection import Rejection, from_engine

# The module of the engine itself: the package around it keeps sessions of its own.
_CHDB: Any = chdb._chdb
# Marks the statements that the warehouse runs for itself.
OWN = "/* embedded warehouse */"


@dataclass(frozen=True)
class Result:
    """A finished statement: its output in the format asked for, and what it read and wrote. Seconds, rows, bytes."""

    data: bytes = b""
    elapsed: float = 0.0
    read_rows: int = 0
    read_bytes: int = 0
    result_rows: int = 0
    result_bytes: int = 0
    written_rows: int = 0
    written_bytes: int = 0


@dataclass(frozen=True)
class Classified:
    """What the engine's parser says about a text: how many statements, and what they do to the server's state."""

    statements: int
    reads_only: bool
    changes_data: bool


class Connection:
    """A connection of the engine's. It runs one statement at a time.

    Raises:
        Rejection: when the engine does not start.
    """

    def __init__(self, address: str) -> None:
        try:
            self._raw: Any = _CHDB.connect(address)
        except RuntimeError as error:
            raise from_engine(error) from None

    def query(
        self, sql: str | bytes, output: str = "TSV", parameters: Mapping[str, str] | None = None, *, own: bool = True
    ) -> Result:
        """Runs one statement to its end.

        Args:
            sql: the statement; its own FORMAT clause wins over ``output``.
            output: the output format.
            parameters: values of ``{name:Type}`` as text.
            own: the warehouse asks for itself, so that the statement does not belong into the query log.

        Raises:
            Rejection: with the engine's code and text.
        """
        if self._raw is None:
            raise Rejection(210, "The connection to the engine is closed.")
        try:
            text = f"{sql!s}\n{OWN}" if own else sql
            return _result(self._raw.query(text, output, params=dict(parameters or {})))
        except RuntimeError as error:
            self._clear()
            raise from_engine(error) from None

    def text(self, sql: str) -> str:
        """Runs one statement and gives its output, tab-separated and without the last newline."""
        return self.query(sql).data.decode().removesuffix("\n")

    def rows(self, sql: str) -> list[Any]:
        """Runs one statement with ``FORMAT JSONEachRow`` or ``JSONCompactEachRow`` and gives its rows."""
        # Not splitlines(): to it characters end a line that JSON holds as they are, such as U+0085.
        return [json.loads(line) for line in self.text(sql).split("\n") if line]

    def stream(self, sql: str | bytes, output: str, parameters: Mapping[str, str]) -> Generator[Result]:
        """Runs one SELECT and gives its output block by block. Closing the iterator cancels the query."""
        try:
            query = self._raw.send_query(sql, output, params=dict(parameters))
        except RuntimeError as error:
            self._clear()
            raise from_engine(error) from None
        ended = False
        try:
            while block := self._fetch(query):
                yield block
            ended = True
        except Rejection:
            ended = True
            self._clear()
            raise
        finally:
            if not ended:
                with contextlib.suppress(RuntimeError):
                    self._raw.streaming_cancel_query(query)
                self._clear()

    def insert(self, sql: str, data_format: str, chunks: Iterable[bytes]) -> Result:
        """Feeds data to an INSERT as it arrives.

        Args:
            sql: ``INSERT INTO ...`` without FORMAT.
            data_format: the format of the data.
            chunks: the data; an exception out of it cancels the insert.
        """
        began = time.monotonic()
        try:
            insert = self._raw.send_insert(sql, data_format)
            try:
                for chunk in chunks:
                    self._raw.insert_append(insert, chunk)
            except RuntimeError:
                raise
            except BaseException:
                self._raw.insert_cancel(insert)
                self._clear()
                raise
            # The engine counts the time of a streamed insert from the connection's beginning.
            return replace(_result(self._raw.insert_done(insert)), elapsed=time.monotonic() - began)
        except RuntimeError as error:
            self._clear()
            raise from_engine(error) from None

    def classify(self, sql: str) -> Classified:
        """Asks the engine's parser what a text would do, without running it."""
        found = self._raw.classify_query(sql)
        kind = found["query_class"]
        return Classified(
            statements=int(found["statement_count"]),
            reads_only=kind == _CHDB.query_class.READ_ONLY,
            changes_data=kind in (_CHDB.query_class.MUTATING, _CHDB.query_class.MUTATING_GLOBAL),
        )

    def close(self) -> None:
        """Closes the connection; the engine stops with its last one."""
        raw, self._raw = self._raw, None
        if raw is not None:
            raw.close()

    def _fetch(self, query: Any) -> Result | None:
        try:
            block = self._raw.streaming_fetch_result(query)
        except RuntimeError as error:
            raise from_engine(error) from None
        if block is None or block.size() == 0:
            return None
        return _result(block)

    def _clear(self) -> None:
        """Throws away what a failed statement had already produced: the engine would prepend it to the next result."""
        with contextlib.suppress(RuntimeError):
            self._raw.query(f"SELECT 1 {OWN}", "TSV")


def _result(raw: Any) -> Result:
    return Result(
        data=raw.bytes() or b"",
        elapsed=float(raw.elapsed()),
        read_rows=int(raw.storage_rows_read()),
        read_bytes=int(raw.storage_bytes_read()),
        result_rows=int(raw.rows_read()),
        result_bytes=int(raw.bytes_read()),
        written_rows=int(raw.rows_written()),
        written_bytes=int(raw.bytes_written()),
    )
