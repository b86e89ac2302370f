"""What `contractctl` shows: progress while a run goes on, a table of checks at its end, JSON for programs."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from pydantic.alias_generators import to_camel
from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from datacontract_api.errors import ContractError
from datacontract_api.report import StageName, StageReport

_WIDTH = 120
"""Columns of a table that no terminal bounds: a log, a file, a pipe."""

out = Console(soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else _WIDTH)
err = Console(soft_wrap=True, highlight=False, stderr=True)

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys rather than shows, what turns the direction of writing, and what has no encoding."""


def shown(text: str, style: str = "") -> Text:
    """Text of others as a terminal may show it: neither our markup nor control characters have a meaning in it."""
    return Text(_UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode(), text), style)


class RunProgress:
    """Listens to a run and shows it: a spinner where a person watches, plain lines elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None
        self._stage = ""

    def started(self, stage: StageName) -> None:
        self._stage = stage.value
        if self._console.is_terminal:
            self._status = self._console.status(f"  {self._stage}")
            self._status.start()

    def note(self, text: str) -> None:
        if self._status:
            self._status.update(shown(f"  {self._stage}: {text}"))

    def finished(self, report: StageReport) -> None:
        if self._status:
            self._status.stop()
            self._status = None
        took = f"{report.stage.value:<9} {report.millis / 1000:6.2f} s"
        self._console.print(Text.assemble("  ", mark(report.succeeded), f" {took}  ", shown(report.message)))


def mark(succeeded: bool) -> Text:
    """What a success and a failure begin with."""
    return Text("✔", "green") if succeeded else Text("✘", "red")


def table(title: str, headers: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
    """Prints a table; nothing at all when it has no rows. Cells of type str are shown as they are, `Text` as styled."""
    grid = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False)
    for header in headers:
        grid.add_column(header, overflow="fold")
    for row in rows:
        grid.add_row(*(shown(cell) if isinstance(cell, str) else cell for cell in row))
    if grid.row_count:
        out.print(grid)


def document(record: Any) -> dict[str, Any]:
    """A frozen dataclass as a JSON object with camelCase names, as in the Kubernetes API."""
    return {to_camel(field.name): getattr(record, field.name) for field in fields(record)}


def print_json(document: Any) -> None:
    """Prints a JSON document for programs."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n")


def print_error(error: ContractError, *, as_json: bool) -> None:
    """Prints an error: a sentence on standard error, or a document on standard output."""
    if as_json:
        document = {"reason": error.reason, "message": str(error), "exitCode": error.exit_code}
        print_json({"error": document})
    else:
        err.print(Text.assemble(Text(error.reason, "red"), ": ", shown(str(error))))
