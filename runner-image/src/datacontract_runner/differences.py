"""What differs between two versions of a contract, field by field, and what of it breaks a promise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from datacontract_api.compatibility import Change, breaking_changes, is_new_major
from datacontract_api.contract import DataContract

Path = tuple[str, ...]


class Verdict(StrEnum):
    """What a difference means to those who read the tables."""

    BREAKING = "breaking"
    COMPATIBLE = "compatible"


@dataclass(frozen=True)
class Difference:
    """One field that differs.

    Args:
        verdict: whether it breaks a promise.
        field: the field, such as ``spec.schema[orders].properties[id].physicalType``; tables go by their names in the
            warehouse, so that a renamed object which keeps its table is the same.
        before: its value as in JSON; None where there was none.
        after: likewise.
        message: the broken promise in words, empty for a compatible difference.
    """

    verdict: Verdict
    field: str
    before: Any
    after: Any
    message: str = ""


@dataclass(frozen=True)
class Comparison:
    """Two versions of one contract.

    Args:
        contract: ``namespace/name`` of the new one.
        old_version: version of the promise before.
        new_version: version of the promise after.
        new_major: the new version announces that promises are broken.
        differences: what differs, breaking first, otherwise in the order of the contracts.
    """

    contract: str
    old_version: str
    new_version: str
    new_major: bool
    differences: tuple[Difference, ...]

    @property
    def breaking(self) -> tuple[Difference, ...]:
        """The differences that break a promise."""
        return tuple(difference for difference in self.differences if difference.verdict is Verdict.BREAKING)

    @property
    def allowed(self) -> bool:
        """Whether the API server would take the new one in the place of the old one."""
        return self.new_major or not self.breaking


def compare(old: DataContract, new: DataContract) -> Comparison:
    """Compares two versions of a contract. Purely computational, no side effects."""
    broken = {_path(change): change.message for change in breaking_changes(old, new)}
    found = [_difference(*one, broken) for one in _differences(_keyed(old), _keyed(new), (), "spec")]
    return Comparison(
        contract=new.qualified_name,
        old_version=old.spec.version,
        new_version=new.spec.version,
        new_major=is_new_major(old, new),
        differences=tuple(sorted(found, key=lambda difference: difference.verdict is not Verdict.BREAKING)),
    )


def _path(change: Change) -> Path:
    """Where a broken promise stands in a keyed spec."""
    column = ("properties", change.column) if change.column else ()
    return ("schema", change.table, *column, *((change.field,) if change.field else ()))


class _ByName(dict[str, Any]):
    """What was a list of things that have names."""


def _keyed(contract: DataContract) -> dict[str, Any]:
    """The spec as JSON without what is as by default; named things by name, tables by that in the warehouse."""
    spec = contract.spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    tables = [promised.table for promised in contract.spec.schema_]
    named = {key: _named(value) for key, value in spec.items()}
    return named | {"schema": _ByName(zip(tables, map(_named, spec["schema"]), strict=True))}


def _named(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _named(below) for key, below in value.items()}
    if isinstance(value, list) and value and all(isinstance(item, dict) and "name" in item for item in value):
        by_name = _ByName({item["name"]: _named(item) for item in value})
        return by_name if len(by_name) == len(value) else value
    return value


def _differences(before: Any, after: Any, path: Path, field: str) -> Iterator[tuple[Path, str, Any, Any]]:
    """Every field that differs, with both values; what is missing on one side is one difference as a whole."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            below = f"{field}[{key}]" if isinstance(before, _ByName) else f"{field}.{key}"
            yield from _differences(before.get(key), after.get(key), (*path, key), below)
    elif before != after:
        yield path, field, before, after


def _difference(path: Path, field: str, before: Any, after: Any, broken: Mapping[Path, str]) -> Difference:
    message = broken.get(path, "")
    return Difference(Verdict.BREAKING if message else Verdict.COMPATIBLE, field, before, after, message)
