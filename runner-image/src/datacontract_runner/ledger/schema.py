"""All tables of the ledger, its version, and how an older one is brought up to date.

A room adds its tables with one file ``tables_<room>.py`` in this folder that declares ``TABLES``.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from datacontract_runner.ledger.table import LedgerColumn, LedgerTable

VERSION = 1
"""Raised with every entry of `MIGRATIONS`. New tables and columns need none: they are added where they are missing."""

MIGRATIONS: Mapping[int, tuple[str, ...]] = {}
"""Statements that take a ledger from the version before to this one, each safe to repeat."""

SCHEMA_VERSION = LedgerTable(
    name="schema_version",
    description="Versions of the ledger's tables, the newest row being the one in force.",
    columns=(
        LedgerColumn("version", "UInt32", "Version of the ledger."),
        LedgerColumn("fingerprint", "String", "Hash of the declarations that were applied."),
        LedgerColumn("applied_at", "DateTime64(6, 'UTC')", "When.", "now64(6)"),
    ),
    order_by=("applied_at",),
    engine="MergeTree",
)


@cache
def tables() -> tuple[LedgerTable, ...]:
    """Every table of the ledger, in the order of the files that declare them."""
    import datacontract_runner.ledger as package

    names = sorted(module.name for module in iter_modules(package.__path__) if module.name.startswith("tables_"))
    declared: list[LedgerTable] = [SCHEMA_VERSION]
    for name in names:
        declared.extend(import_module(f"{package.__name__}.{name}").TABLES)
    return tuple(declared)


def table(name: str) -> LedgerTable:
    """The table of this name.

    Raises:
        KeyError: there is none.
    """
    return {declared.name: declared for declared in tables()}[name]


def fingerprint() -> str:
    """A hash of all declarations: a ledger that carries it needs nothing done."""
    text = "\n".join(declared.ddl for declared in tables())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def plan_statements(
    found: int | None, wanted: int = VERSION, migrations: Mapping[int, tuple[str, ...]] = MIGRATIONS
) -> tuple[str, ...]:
    """What brings a ledger up to date. Purely computational, no side effects.

    Args:
        found: the version in the warehouse; None for a new ledger.
        wanted: the version to reach.
        migrations: statements by the version that they lead to.
    """
    creations = [declared.ddl for declared in tables()]
    if found is None:
        return tuple(creations)
    steps = [line for version in range(found + 1, wanted + 1) for line in migrations.get(version, ())]
    additions = [line for declared in tables() for line in declared.additions]
    return (*creations, *steps, *additions)
