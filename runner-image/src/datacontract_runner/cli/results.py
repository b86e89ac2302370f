"""How check results look on a terminal."""

from collections.abc import Sequence

from rich.text import Text

from datacontract_runner.cli.console import mark, out, table
from datacontract_runner.quality import CheckResult


def print_checks(checks: Sequence[CheckResult]) -> None:
    """Prints the table of checks and a line that sums them up; nothing when there were none."""
    if not checks:
        return
    rows = [(_mark(check), check.name, check.expected, check.found) for check in checks]
    table("Checks", ("", "check", "expected", "found"), rows)
    passed = sum(check.success for check in checks)
    warned = sum(not check.success and check.severity == "warning" for check in checks)
    failed = len(checks) - passed - warned
    out.print(f"{passed} passed, {warned} warned, {failed} failed\n")


def _mark(check: CheckResult) -> Text:
    warned = not check.success and check.severity == "warning"
    return Text("!", "yellow") if warned else mark(check.success)
