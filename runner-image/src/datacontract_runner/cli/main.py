"""The entry point of `contractctl`: the calls it has, and how their errors leave the process."""

import itertools
import logging
import os
import signal
import sys
from collections.abc import Sequence

import click
import typer

from datacontract_api.errors import ContractError
from datacontract_runner.cli import catalog, gc, lint, plan, rollback, run, runs, serve
from datacontract_runner.cli.console import print_error

app = typer.Typer(
    name="contractctl",
    help="Data contracts for ClickHouse: one YAML from source to a published, governed table.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(run.run)
app.command()(plan.plan)
app.command()(lint.lint)
app.command()(runs.runs)
app.command()(rollback.rollback)
app.command()(catalog.catalog)
app.command()(gc.gc)
app.add_typer(serve.app, name="warehouse")


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits with the code of `datacontract_api.errors`."""
    logging.basicConfig(level=os.environ.get("CONTRACTCTL_LOG", "CRITICAL").upper(), stream=sys.stderr)
    # A pod that is ended gets SIGTERM: leave as an interrupted process does, never with a code that means "failed".
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(app(words, prog_name="contractctl", standalone_mode=False))
    except ContractError as error:
        print_error(error, as_json=_wants_json(words))
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        sys.exit(130)


def _wants_json(words: Sequence[str]) -> bool:
    pairs = itertools.pairwise(words)
    return "--output=json" in words or any(pair in (("--output", "json"), ("-o", "json")) for pair in pairs)
