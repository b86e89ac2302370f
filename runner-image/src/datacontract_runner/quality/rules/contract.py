"""All checks of a contract."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from datacontract_api.contract import DataContract
from datacontract_api.errors import ContractError
from datacontract_api.quality import QualityType
from datacontract_runner.quality.check import Check
from datacontract_runner.quality.rules import expectation, implied, library, query
from datacontract_runner.quality.rules.place import Place, places

_KINDS: Mapping[QualityType, Callable[[Place], Check]] = {
    QualityType.LIBRARY: library.check,
    QualityType.SQL: query.check,
    QualityType.CUSTOM: expectation.check,
}


def plan_checks(contract: DataContract) -> tuple[Check, ...]:
    """Every check that a contract asks for: what its properties imply, then its rules. Purely computational.

    Raises:
        ExpectationUnknown: an expectation that does not exist, or arguments that it does not take.
        InvalidValue: a rule that makes no sense where it stands.
    """
    written = (_KINDS[place.rule.type](place) for place in places(contract) if place.rule.type in _KINDS)
    return tuple(_distinct([*implied.checks(contract), *written]))


def rule_errors(contract: DataContract) -> Iterator[ContractError]:
    """What is wrong with each rule that could never be evaluated; ``field`` says where it stands. For lint."""
    for place in places(contract):
        if place.rule.type in _KINDS:
            try:
                _KINDS[place.rule.type](place)
            except ContractError as error:
                yield error


def _distinct(checks: Iterable[Check]) -> Iterator[Check]:
    """Numbers the checks that would otherwise share a name."""
    seen: dict[str, int] = {}
    for check in checks:
        seen[check.name] = number = seen.get(check.name, 0) + 1
        yield check if number == 1 else replace(check, name=f"{check.name} ({number})")
