"""Options and arguments that several calls share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Output(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"


ContractFile = Annotated[Path, typer.Argument(metavar="FILE", help="Contract, as YAML.", show_default=False)]

WarehouseOption = Annotated[
    str | None,
    typer.Option(
        "--warehouse",
        metavar="URL|FILE",
        envvar="CONTRACTCTL_WAREHOUSE",
        help="Address of a ClickHouse, such as http://user:password@host:8123, or a file with a Warehouse. "
        "Without it: the embedded warehouse in --data.",
        show_default=False,
    ),
]
DataOption = Annotated[
    Path, typer.Option("--data", metavar="DIR", help="Folder of the embedded warehouse.", envvar="CONTRACTCTL_DATA")
]
SecretsOption = Annotated[
    Path,
    typer.Option(
        "--secrets",
        metavar="DIR",
        envvar="CONTRACTCTL_SECRETS",
        help="Folder with the Secrets that contracts refer to: one folder per Secret, one file per key.",
    ),
]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="Text for people, JSON for programs.")]

HOME = Path(".datacontract")
DATA = HOME / "warehouse"
SECRETS = HOME / "secrets"
