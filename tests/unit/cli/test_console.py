"""What others wrote is shown on a terminal, never obeyed."""

import contextlib
import io

import pytest

from datacontract_api.errors import InvalidValue
from datacontract_api.report import StageName, StageReport
from datacontract_runner.cli.console import RunProgress, out, print_error, table

TEXTS = {
    "a closing tag of our markup": ("[/]", "[/]"),
    "a style of our markup": ("[red]x[/red]", "[red]x[/red]"),
    "a link of our markup": ("[link=http://x]y", "[link=http://x]y"),
    "a backslash before a bracket": ("\\[red]", "\\[red]"),
    "a backslash at the end": ("a\\", "a\\"),
    "a command to the terminal": ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
    "a return that would hide what stands before it": ("bad\rgood", "bad\\rgood"),
    "a turn of the direction of writing": ("a\u202eb", "a\\u202eb"),
    "half a character, as in the name of a file": ("a\udcffb", "a\\udcffb"),
}


@pytest.fixture
def written() -> io.StringIO:
    """What the console wrote."""
    return io.StringIO()


@pytest.mark.parametrize(("text", "seen"), TEXTS.values(), ids=TEXTS)
def test_texts_of_others_are_shown(text: str, seen: str, written: io.StringIO) -> None:
    with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written):
        table("Checks", ("name",), [(text,)])
        RunProgress(out).finished(StageReport(stage=StageName.INGEST, succeeded=True, message=f"{text} was"))
        print_error(InvalidValue(f"{text} is"), as_json=False)
    lines = [line.strip() for line in written.getvalue().splitlines()]
    assert lines[-3:] == [seen, f"✔ ingest      0.00 s  {seen} was", f"InvalidValue: {seen} is"]
