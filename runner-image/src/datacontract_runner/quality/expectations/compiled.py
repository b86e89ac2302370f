"""The expectations that compile: each is one function from arguments to a measure and a comparison, found by name."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pkgutil import iter_modules

from datacontract_runner.quality.check import Comparison, Measure
from datacontract_runner.quality.expectations.arguments import Arguments


@dataclass(frozen=True)
class Compiled:
    """What an expectation means.

    Args:
        measure: what is measured.
        comparison: what the measure is compared with.
        reveals: the observed value is, or is computed from, values of the column: never shown for personal data.
    """

    measure: Measure
    comparison: Comparison
    reveals: bool = False


Compiler = Callable[[Arguments], Compiled]

_COMPILERS: dict[str, Compiler] = {}


def compiles(name: str) -> Callable[[Compiler], Compiler]:
    """Registers a compiler under the expectation's name."""

    def register(compiler: Compiler) -> Compiler:
        _COMPILERS[name] = compiler
        return compiler

    return register


def compiler(name: str) -> Compiler | None:
    """The compiler of an expectation, None when it goes through Great Expectations' own engine."""
    return compilers().get(name)


@cache
def compilers() -> Mapping[str, Compiler]:
    """Every expectation that compiles, by name: each module of this folder registers its own."""
    package = importlib.import_module(__package__)
    for module in iter_modules(package.__path__):
        importlib.import_module(f"{__package__}.{module.name}")
    return _COMPILERS
