"""The expectations that compile: each is one function from arguments to a measure and a comparison, found by name."""

from collections.abc import Callable
from dataclasses import dataclass

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

COMPILERS: dict[str, Compiler] = {}
"""Every expectation that compiles, by name. Filled by the modules of this folder: see `load`."""


def compiles(name: str) -> Callable[[Compiler], Compiler]:
    """Registers a compiler under the expectation's name."""

    def register(compiler: Compiler) -> Compiler:
        COMPILERS[name] = compiler
        return compiler

    return register


def compiler(name: str) -> Compiler | None:
    """The compiler of an expectation, None when it goes through Great Expectations' own engine."""
    from datacontract_runner.quality.expectations import (
        aggregates,
        columns,
        lengths,
        pairs,
        patterns,
        sets,
        tables,
        values,
    )

    del aggregates, columns, lengths, pairs, patterns, sets, tables, values
    return COMPILERS.get(name)
