"""The entry point of `contractctl`: the calls it has, and how their errors leave the process."""

import importlib
import itertools
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from datacontract_api.errors import ContractError, InternalError
from datacontract_runner.cli.console import print_error

log = logging.getLogger(__name__)

COMMANDS = ("run", "plan", "lint", "diff", "runs", "docs", "rollback", "catalog", "gc", "teardown", "warehouse")
"""The calls, in the order of the help. Each is the function of that name in the module of that name."""


class LazyGroup(TyperGroup):
    """Imports the module of a call when it is called: `lint` needs no driver, `run` no second of its own."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature is inherited
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | TyperGroup | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"datacontract_runner.cli.{cmd_name}")
        call = getattr(module, cmd_name)
        if isinstance(call, typer.Typer):
            group = typer.main.get_group(call)
            group.name = cmd_name
            return group
        single = typer.Typer(add_completion=False)
        single.command(cmd_name)(call)
        command = typer.main.get_command(single)
        assert isinstance(command, TyperCommand)
        return command


app = typer.Typer(
    name="contractctl", cls=LazyGroup, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)


@app.callback()
def contractctl() -> None:
    """Data contracts for ClickHouse: one YAML from source to a published, governed table."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits with the code of `datacontract_api.errors`; with 2 for a wrong call."""
    level = logging.getLevelNamesMapping().get(os.environ.get("CONTRACTCTL_LOG", "").upper(), logging.CRITICAL)
    logging.basicConfig(level=level, stream=sys.stderr)
    _leave_on_signals()
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app(words, prog_name="contractctl")
    except ContractError as error:
        _fail(error, words)
    except Exception as error:  # the last boundary: a sentence for the user, the traceback for the log
        log.debug("crashed", exc_info=True)
        _fail(InternalError(f"{type(error).__name__}: {error}", remedy="Set CONTRACTCTL_LOG=debug to see more."), words)


def _fail(error: ContractError, words: Sequence[str]) -> NoReturn:
    print_error(error, as_json=_wants_json(words))
    sys.exit(error.exit_code)


def _leave_on_signals() -> None:
    """An ended pod gets SIGTERM: leave as an interrupted process does, never with a code that says "failed"."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))


def _wants_json(words: Sequence[str]) -> bool:
    pairs = itertools.pairwise(words)
    return "--output=json" in words or any(pair in (("--output", "json"), ("-o", "json")) for pair in pairs)
