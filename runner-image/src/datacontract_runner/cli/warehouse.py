"""`contractctl warehouse serve`: the embedded warehouse in the foreground."""

from pathlib import Path
from typing import Annotated

import typer

from datacontract_runner.cli.options import DATA

warehouse = typer.Typer(no_args_is_help=True, add_completion=False)


@warehouse.callback()
def embedded() -> None:
    """The embedded ClickHouse engine, for trials, tests and teaching."""


@warehouse.command()
def serve(
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="Folder that holds the data.")] = DATA,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port of the HTTP interface.", min=0, max=65535)] = 8123,
) -> None:
    """Serve ClickHouse's HTTP interface until interrupted. Not for production."""
    from datacontract_runner.embedded.server import serve as serve_embedded

    serve_embedded(data, host, port)
