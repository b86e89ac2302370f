"""Which contracts claim which tables: an index, so that a contract finds its rivals without reading all others."""

from collections.abc import Iterator, Mapping
from typing import Any

Raw = Mapping[str, Any]
Key = tuple[str, str]
"""Namespace and name."""
Table = tuple[str, str]
"""Database and table."""


class Index:
    """Contracts by tables, kept in both directions."""

    def __init__(self) -> None:
        self._by_contract: dict[Key, frozenset[Table]] = {}
        self._by_table: dict[Table, set[Key]] = {}

    def put(self, key: Key, after: frozenset[Table]) -> frozenset[Table]:
        """Takes over a contract's tables; returns those that are new or gone."""
        before = self._by_contract.get(key, frozenset())
        for table in before - after:
            self._by_table[table].discard(key)
        for table in after - before:
            self._by_table.setdefault(table, set()).add(key)
        self._by_contract[key] = after
        return before ^ after

    def tables(self, key: Key) -> list[Table]:
        """A contract's tables, sorted."""
        return sorted(self._by_contract.get(key, ()))

    def others(self, table: Table, key: Key) -> list[Key]:
        """Contracts of a table but this one, sorted."""
        return sorted(self._by_table.get(table, set()) - {key})


class Claims:
    """Which contracts own, and which read, which tables."""

    def __init__(self) -> None:
        self._owned = Index()
        self._read = Index()

    def update(self, key: Key, raw: Raw | None) -> set[Key]:
        """Takes over what a contract claims now, nothing when it is gone.

        Returns:
            Other contracts whose claim on a table this concerns, when the claims changed.
        """
        self._read.put(key, frozenset(_inputs(raw)) if raw is not None else frozenset())
        changed = self._owned.put(key, frozenset(_tables(raw)) if raw is not None else frozenset())
        return {rival for table in changed for rival in self._owned.others(table, key)}

    def rivals(self, key: Key) -> Iterator[tuple[Table, Key]]:
        """Tables that this contract claims and others too, with each of the others."""
        return ((table, rival) for table in self._owned.tables(key) for rival in self._owned.others(table, key))

    def sources(self, key: Key) -> Iterator[tuple[Table, Key]]:
        """Tables of others that this contract reads, with each contract that owns one."""
        return ((table, owner) for table in self._read.tables(key) for owner in self._owned.others(table, key))

    def readers(self, key: Key) -> set[Key]:
        """Contracts that read a table of this one."""
        return {reader for table in self._owned.tables(key) for reader in self._read.others(table, key)}


def _inputs(raw: Raw) -> Iterator[Table]:
    """The tables of others that a contract's models read."""
    transform = (raw.get("spec") or {}).get("transform") or {}
    for group in transform.get("inputs") or ():
        yield from ((group.get("database", ""), table) for table in group.get("tables") or ())


def _tables(raw: Raw) -> Iterator[Table]:
    """The tables that a contract names, as `DataContract.tables`, read from JSON that may not be valid."""
    spec = raw.get("spec") or {}
    database = (spec.get("destination") or {}).get("database", "")
    dbt = (spec.get("transform") or {}).get("dbt") or {}
    tables = [(spec.get("load") or {}).get("table")]
    tables += [model.get("name") for model in dbt.get("models") or ()]
    tables += [one.get("physicalName") or one.get("name") for one in spec.get("schema") or ()]
    yield from ((database, table) for table in tables if table)
