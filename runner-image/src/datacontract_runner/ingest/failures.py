"""What ClickHouse's errors mean when they are about a source or its rows.

Codes: `src/Common/ErrorCodes.cpp` of ClickHouse.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from datacontract_api.errors import (
    ContractError,
    InvalidValue,
    MalformedData,
    SchemaMismatch,
    SourceDenied,
    SourceEmpty,
    SourceNotFound,
    SourceUnreachable,
)
from datacontract_api.sources import FileFormat
from datacontract_runner.ingest.insert import NULL_CURSOR
from datacontract_runner.ingest.parse_errors import BadCell, read_bad_cell
from datacontract_runner.ingest.reading import Reading
from datacontract_runner.ingest.readplan import ReadPlan
from datacontract_runner.warehouse import StatementFailed
from datacontract_runner.warehouse.errors import hide


@dataclass(frozen=True)
class Subject:
    """What an error is about.

    Args:
        kind: the source's field under ``spec.source``.
        label: what people call the source.
        personal: columns whose values no message may show.
        secrets: texts that no message may repeat.
        is_csv: its rows are lines below a header.
    """

    kind: str
    label: str
    personal: frozenset[str] = frozenset()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    is_csv: bool = False

    @property
    def field(self) -> str:
        """The contract's field."""
        return f"spec.source.{self.kind}"

    def at(self, reading: Reading) -> "Subject":
        """The same, of one of its files."""
        return replace(self, label=reading.label, secrets=reading.secrets, is_csv=reading.format is FileFormat.CSV)

    def unreadable(self, failure: OSError) -> ContractError:
        """The error for a file that cannot be read."""
        if isinstance(failure, PermissionError):
            return SourceDenied(f"{self.label} cannot be read: {failure.strerror}.", field=self.field)
        if isinstance(failure, FileNotFoundError):
            return SourceNotFound(f"{self.label} does not exist.", field=self.field)
        return MalformedData(
            f"{self.label} cannot be read: {failure}.",
            remedy="Check that the file is complete and compressed as spec.source says.",
            field=self.field,
        )

    def malformed(self, cell: BadCell) -> MalformedData:
        """The error for a value that is not what it should be."""
        where = f"{self._place(cell.row)} of {self.label}"
        if not cell.column:
            return MalformedData(f"{where} cannot be read: {cell.problem}.", remedy=_CORRECT, field=self.field)
        show = cell.text is not None and cell.column not in self.personal
        value = f"{cell.text!r}, which" if show else "a value that"
        what = "holds no value" if cell.is_null else f"holds {value} is no {cell.type}"
        return MalformedData(f"{where}: column {cell.column} {what}.", remedy=_CORRECT, field=self.field)

    def _place(self, row: int) -> str:
        if not row:
            return "a row"
        # A CSV file's first line is its header.
        return f"row {row} (line {row + 1} where no cell holds a line break)" if self.is_csv else f"row {row}"


_CORRECT = "Correct the data, or declare in spec.load.columns what they are; Nullable(String) holds any cell."

_MALFORMED = {6, 25, 26, 27, 32, 33, 38, 39, 41, 53, 69, 70, 72, 108, 117, 124, 130, 131, 190, 246, 271, 321, 349,
              354, 376, 395, 407, 441, 467, 550, 561, 576, 617, 636, 675, 676, 691, 1001}  # fmt: skip
_NO_COLUMN = 8
_ONE_STRUCTURE = "Load documents that all have the columns of the load table."
_EMPTY = ("the file is empty", "EMPTY_DATA_PASSED")

_NOT_FOUND = re.compile(
    r"NoSuchBucket|NoSuchKey|FILE_DOESNT_EXIST|UNKNOWN_TABLE|UNKNOWN_DATABASE|does not exist|doesn't exist"
    r"|HTTP status code: 404|HTTP status code: 410|specified bucket|404 Not Found|HTTP response code: 404|Bucket name"
)
_DENIED = re.compile(
    r"AccessDenied|Access Denied|InvalidAccessKeyId|SignatureDoesNotMatch|Forbidden|password authentication failed"
    r"|no pg_hba.conf entry|permission denied|HTTP status code: 40[137]|is not permitted to log in|Unauthorized"
    r"|HTTP response code: 403|no password supplied"
)
_NO_ADDRESS = re.compile(r"Bad URI|Wildcard expansion|URI (?:contains|encoding)|Invalid URL")
_NOTHING_MATCHED = re.compile(r"[Nn]o (?:files|keys|objects)|zero files|match any files|can not match|cannot match")
_UNREACHABLE = re.compile(
    r"Connection refused|DNS_ERROR|Host not found|could not translate host name|Name or service not known|NETWORK_ERROR"
    r"|SOCKET_TIMEOUT|[Tt]imed? ?out|timeout expired|Connection reset|No route to host|Network is unreachable"
    r"|HTTP status code: 5\d\d|server closed the connection|the database system is (?:starting|shutting)|SlowDown"
    r"|too many (?:connections|clients)|HTTP status code: 429|POSTGRESQL_CONNECTION_FAILURE|Temporary failure"
)
_ABOUT_SOURCE = {36, 60, 74, 76, 86, 107, 198, 209, 210, 243, 279, 281, 344, 364, 499, 614, 630, 636, 1000, 1001, 1002}
"""Codes whose text says what became of the source."""


def holds_nothing(failure: StatementFailed) -> bool:
    """Whether the failure says that a document has no row, so that its columns cannot be told."""
    return failure.code == 636 and any(phrase in failure.message for phrase in _EMPTY)


def explain(failure: StatementFailed, subject: Subject, plan: ReadPlan | None) -> ContractError:
    """The error of the tree for what ClickHouse said; the failure itself when it is not about the source.

    Args:
        failure: what ClickHouse said.
        subject: what it is about.
        plan: how the source was read, None while its columns were asked for.
    """
    text = hide(failure.message, subject.secrets)
    if NULL_CURSOR in text:
        return _null_cursor(subject)
    if failure.code == _NO_COLUMN:
        return SchemaMismatch(
            f"{subject.label}: {_shortened(text)}", remedy="Load files of one structure.", field=subject.field
        )
    for pattern, leaf, said, remedy in _LEAVES:
        if failure.code in _ABOUT_SOURCE and pattern.search(text):
            return leaf(f"{subject.label} {said}: {_shortened(text)}", remedy=remedy, field=subject.field)
    if failure.code in _MALFORMED:
        columns = plan.structure if plan else ()
        return subject.malformed(read_bad_cell(text, {column.name: plan.conversion(column.name).column.type
                                                      for column in columns} if plan else {}))  # fmt: skip
    return failure


_LEAVES: Sequence[tuple[re.Pattern[str], type[ContractError], str, str]] = (
    (_NO_ADDRESS, InvalidValue, "is no address that can be read", "Correct it; percent-encode other characters."),
    (_NOTHING_MATCHED, SourceEmpty, "matches nothing", "Correct the pattern, or check that the files were delivered."),
    (_DENIED, SourceDenied, "refused access", "Check the credentials in the Secret and what they may read."),
    (_NOT_FOUND, SourceNotFound, "was not found", "Correct the address in spec.source."),
    (_UNREACHABLE, SourceUnreachable, "does not answer", "Check the address, the network and the server."),
)


def _null_cursor(subject: Subject) -> MalformedData:
    return MalformedData(
        f"{subject.label} has rows without a value in the cursor column, which are neither new nor old.",
        remedy="Fill it at the source, leave these rows out there, or use mode replace or upsert.",
        field="spec.load.cursor",
    )


_ABOUT_ITSELF = re.compile(
    r"^.*?Code: \d+\. DB::\w*Exception: |: The table structure cannot be extracted.*"
    r"| ?\([A-Z0-9_]+\)(?: \(version .*)?$"
    r"| ?\(version [^)]*\).*$|Try \d+\. ",
    re.S,
)


def _shortened(text: str, limit: int = 300) -> str:
    """ClickHouse's text without what it adds about itself, on one line."""
    text = re.sub(r"\s+", " ", _ABOUT_ITSELF.sub("", text)).strip(" .")
    return f"{text}." if len(text) <= limit else f"{text[:limit]}…"
