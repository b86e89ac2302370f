"""`contractctl diff`: what changes from one version of a contract to the next, and what of it breaks a promise."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from datacontract_api.contract import DataContract
from datacontract_api.documents import read_contracts
from datacontract_api.errors import ContractUnreadable
from datacontract_runner.cli.console import document, out, print_json, shown, table
from datacontract_runner.cli.options import Output, OutputOption
from datacontract_runner.differences import Comparison, Difference, Verdict, compare

BREAKS = 1
"""Exit code for broken promises without a new major version."""

_VALUE_WIDTH = 60

OldFile = Annotated[Path, typer.Argument(metavar="OLD", help="Contract as it was, as YAML.", show_default=False)]
NewFile = Annotated[Path, typer.Argument(metavar="NEW", help="Contract as it is to be, as YAML.", show_default=False)]


def diff(old: OldFile, new: NewFile, output: OutputOption = Output.TEXT) -> None:
    """Compare two versions of a contract. Exits with 1 when promises break without a new major version."""
    pairs = list(_pairs(read_contracts(old), read_contracts(new), old, new))
    comparisons = [compare(before, after) for before, after in pairs]
    if output is Output.JSON:
        print_json({"comparisons": [_document(comparison) for comparison in comparisons]})
    else:
        for comparison in comparisons:
            _print(comparison)
    raise typer.Exit(0 if all(comparison.allowed for comparison in comparisons) else BREAKS)


def _pairs(
    old: Sequence[DataContract], new: Sequence[DataContract], old_file: Path, new_file: Path
) -> Iterator[tuple[DataContract, DataContract]]:
    """Contracts of the same name; two files of one contract each are compared whatever their names."""
    if len(old) == len(new) == 1:
        yield old[0], new[0]
        return
    later = {contract.qualified_name: contract for contract in new}
    for contract in old:
        if contract.qualified_name not in later:
            raise ContractUnreadable(
                f"{new_file}: has no contract {contract.qualified_name}, which {old_file} has.",
                remedy="Compare files with the same contracts; a contract that goes takes all its promises along.",
            )
        yield contract, later[contract.qualified_name]


def _document(comparison: Comparison) -> dict[str, Any]:
    differences = [document(difference) for difference in comparison.differences]
    verdict = {"breaking": bool(comparison.breaking), "allowed": comparison.allowed}
    return document(comparison) | verdict | {"differences": differences}


def _print(comparison: Comparison) -> None:
    out.print(
        Text.assemble(Text(comparison.contract, "bold"), f" {comparison.old_version} to {comparison.new_version}")
    )
    table("Differences", ("", "field", "before", "after"), map(_row, comparison.differences))
    out.print(shown(_verdict(comparison)))
    out.print()


def _row(difference: Difference) -> tuple[Text, str, str, str]:
    style = "red" if difference.verdict is Verdict.BREAKING else "green"
    mark = Text(difference.verdict.value, style)
    return mark, difference.field, _value(difference.before), _value(difference.after)


def _value(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_WIDTH else f"{text[: _VALUE_WIDTH - 1]}…"


def _verdict(comparison: Comparison) -> str:
    count = len(comparison.breaking)
    if not comparison.differences:
        return "Nothing differs."
    if not count:
        return "Compatible: readers notice nothing, or more."
    broken = f"{count} broken promise{'' if count == 1 else 's'}"
    if comparison.new_major:
        return f"{broken}, announced by the new major version."
    major = int(comparison.old_version.split(".")[0]) + 1
    return f"{broken} without a new major version: set spec.version to {major}.0.0, or keep the promise."
