"""What the results of `dbt build` mean: models built, or the error of the tree that says why not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datacontract_api.errors import ContractError, InternalError, ModelFailed, ModelInvalid, WarehouseUnreachable

_CODE = re.compile(r"[Cc]ode:\s*(\d+)")
_NOISE = re.compile(r"\s*\(version [^)]*(?:\([^)]*\))?\)|HTTPDriver[^\n]*?(?=Code:)|\s*compiled code at [^\n]*")

_FOLDERS = re.compile(r"(?<![\w.:/])/(?:[^\s/]+/)+(?=[^\s/])")
_NO_ANSWER = ("HTTPConnectionPool", "HTTPSConnectionPool", "Connection refused", "Connection reset", "timed out")

_WRONG_SQL = {10, 36, 42, 43, 44, 46, 47, 48, 49, 50, 53, 60, 62, 63, 80, 81, 115, 184, 207, 215, 352, 386}
"""ClickHouse codes that say that the SQL is wrong, whatever the data: unknown identifier, syntax error, and kin."""
_GONE = {159, 202, 209, 210, 241, 242, 999}
"""Codes that pass by themselves: time-outs, too many queries, network, memory, read-only, Keeper."""


@dataclass(frozen=True)
class BuildResult:
    """What a successful build did.

    Args:
        models: names of the nodes that are tables or views now.
        tests: how many dbt tests passed.
        warnings: messages of dbt tests with severity warn.
    """

    models: tuple[str, ...]
    tests: int
    warnings: tuple[str, ...]


def read_results(nodes: Sequence[Any]) -> BuildResult:
    """Reads dbt's run results.

    Args:
        nodes: dbt's NodeResult objects: ``status``, ``message``, ``node.name``, ``node.resource_type``.

    Raises:
        ModelInvalid, ModelFailed, WarehouseUnreachable: for the first node that failed, naming how many more did.
    """
    failed = [node for node in nodes if node.status in ("error", "fail", "runtime error")]
    if failed:
        raise _failure(failed)
    tests = [node for node in nodes if _kind(node) in ("test", "unit_test")]
    return BuildResult(
        models=tuple(node.node.name for node in nodes if node not in tests),
        tests=sum(node.status == "pass" for node in tests),
        warnings=tuple(f"{node.node.name}: {node.message}" for node in tests if node.status == "warn"),
    )


def read_failure(exception: BaseException) -> ContractError:
    """The error for a build that stopped before any node ran: parsing, configuration, connection, or a crash."""
    text = clean(str(exception))
    if code := _code(text):
        return _by_code(code, f"dbt stopped: {text}")
    if any(words in text for words in _NO_ANSWER):
        return WarehouseUnreachable("the warehouse did not answer dbt.", remedy="Check that it is running.")
    if type(exception).__module__.startswith(("dbt", "click", "jinja2", "yaml")):
        return ModelInvalid(f"dbt does not accept the project: {text}", remedy="Correct the models.")
    return InternalError(f"dbt crashed: {type(exception).__name__}: {text}")


def clean(text: str) -> str:
    """dbt's message on one line, without folders of this machine and the server's version."""
    return " ".join(_FOLDERS.sub("", _NOISE.sub("", text)).split())


def _failure(failed: Sequence[Any]) -> ContractError:
    first = failed[0]
    more = f" ({len(failed) - 1} more failed)" if len(failed) > 1 else ""
    text = f"{_kind(first)} {first.node.name}: {clean(first.message or '')}{more}"
    if _kind(first) in ("test", "unit_test") and first.status == "fail":
        return ModelFailed(f"dbt {text}", remedy="The data or the model break the test; nothing was published.")
    if any(words in text for words in _NO_ANSWER):
        return WarehouseUnreachable(f"the warehouse stopped answering during dbt {_kind(first)} {first.node.name}.")
    if code := _code(first.message or ""):
        return _by_code(code, f"dbt {text}")
    return ModelInvalid(f"dbt {text}", remedy="Correct the model.")


def _by_code(code: int, text: str) -> ContractError:
    if code in _WRONG_SQL:
        return ModelInvalid(text, remedy="Correct the model.")
    if code in _GONE:
        return WarehouseUnreachable(text)
    return ModelFailed(text)


def _code(text: str) -> int | None:
    match = _CODE.search(text)
    return int(match[1]) if match else None


def _kind(node: Any) -> str:
    return str(getattr(node.node.resource_type, "value", node.node.resource_type))
