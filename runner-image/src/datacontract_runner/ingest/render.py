"""Table functions as SQL text, with the secrets in it named so that nothing repeats them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from datacontract_api.sources import ForeignQuery, Secret, TableFunction
from datacontract_api.sources.base import Argument
from datacontract_runner import sql
from datacontract_runner.ingest.column import Column, structure


@dataclass(frozen=True)
class Selectable:
    """Something to write after FROM.

    Args:
        text: the SQL.
        secrets: texts within it that no message may repeat.
        settings: query settings that reading it needs.
        order: SQL expressions that together tell a row's place in the source; empty when it has none.
    """

    text: str
    secrets: tuple[str, ...] = field(default=(), repr=False)
    settings: Mapping[str, str | int] = field(default_factory=dict)
    order: tuple[str, ...] = ()


def render(function: TableFunction, columns: Sequence[Column] | None = None) -> Selectable:
    """Writes a table function call. Purely computational.

    Args:
        function: the call.
        columns: the structure to read; None lets ClickHouse find out by itself.
    """
    arguments = [_argument(argument) for argument in function.arguments]
    if function.takes_structure:
        arguments.append(sql.literal(structure(columns) if columns is not None else "auto"))
    arguments += [_argument(argument) for argument in function.trailing]
    if function.headers:
        pairs = ", ".join(f"{sql.literal(name)} = {sql.literal(value.value)}" for name, value in function.headers)
        arguments.append(f"headers({pairs})")
    return Selectable(
        text=f"{function.name}({', '.join(arguments)})",
        secrets=_secrets(function),
        settings=function.settings,
        order=("_path", "rowNumberInAllBlocks()") if function.format else (),
    )


def _argument(argument: Argument) -> str:
    if isinstance(argument, ForeignQuery):
        return f"query({sql.literal(argument.text)})"
    return sql.literal(argument.value if isinstance(argument, Secret) else argument)


def _secrets(function: TableFunction) -> tuple[str, ...]:
    """Each secret as it is and as it is quoted, since an error may cite either."""
    secret = [argument for argument in (*function.arguments, *function.trailing) if isinstance(argument, Secret)]
    values = [value.value for value in (*secret, *(value for _, value in function.headers))] + list(function.conceal)
    return tuple(dict.fromkeys(form for value in values if value for form in (value, sql.literal(value)[1:-1])))
