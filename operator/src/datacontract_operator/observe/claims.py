"""Which contracts claim which tables: an index, so that a contract finds its rivals without reading all others."""

from collections.abc import Iterator, Mapping
from typing import Any

Raw = Mapping[str, Any]
Key = tuple[str, str]
"""Namespace and name."""
Table = tuple[str, str]
"""Database and table."""


class Claims:
    """Contracts by the tables that they claim."""

    def __init__(self) -> None:
        self._by_contract: dict[Key, frozenset[Table]] = {}
        self._by_table: dict[Table, set[Key]] = {}

    def update(self, key: Key, raw: Raw | None) -> set[Key]:
        """Takes over what a contract claims now, nothing when it is gone.

        Returns:
            Other contracts whose claim on a table this concerns, when the claims changed.
        """
        before = self._by_contract.get(key, frozenset())
        after = frozenset(_tables(raw)) if raw is not None else frozenset()
        if before == after:
            return set()
        for table in before - after:
            self._by_table[table].discard(key)
        for table in after - before:
            self._by_table.setdefault(table, set()).add(key)
        self._by_contract[key] = after
        return {rival for table in before ^ after for rival in self._by_table[table]} - {key}

    def rivals(self, key: Key) -> Iterator[tuple[Table, Key]]:
        """Tables that this contract claims and others too, with each of the others."""
        for table in sorted(self._by_contract.get(key, ())):
            for rival in sorted(self._by_table[table] - {key}):
                yield table, rival


def _tables(raw: Raw) -> Iterator[Table]:
    """The tables that a contract names, as `DataContract.tables`, read from JSON that may not be valid."""
    spec = raw.get("spec") or {}
    database = (spec.get("destination") or {}).get("database", "")
    dbt = (spec.get("transform") or {}).get("dbt") or {}
    tables = [(spec.get("load") or {}).get("table")]
    tables += [model.get("name") for model in dbt.get("models") or ()]
    tables += [one.get("physicalName") or one.get("name") for one in spec.get("schema") or ()]
    yield from ((database, table) for table in tables if table)
