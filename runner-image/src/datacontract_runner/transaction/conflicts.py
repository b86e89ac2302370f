"""Did anyone else write? A comparison of what was recorded with what is found. Purely computational."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from datacontract_runner.transaction.record import PATCH_PREFIX, Part, States, TableState


class ConflictKind(StrEnum):
    """How a table shows that someone else was there."""

    GONE = "gone"
    """It does not exist any more."""
    APPEARED = "appeared"
    """It did not exist before."""
    REPLACED = "replaced"
    """Another table stands under its name: exchanged, or dropped and created."""
    ALTERED = "altered"
    """Its engine, columns or comments changed."""
    MUTATED = "mutated"
    """A mutation was started on it, finished or not."""
    WRITTEN = "written"
    """A part is newer than all that its partition had."""
    REMOVED = "removed"
    """A part is gone and no merge took it up."""


@dataclass(frozen=True)
class Conflict:
    """One sign of another writer.

    Args:
        table: the table's name.
        kind: what was seen.
        count: how many parts, where parts are meant; else 0.
    """

    table: str
    kind: ConflictKind
    count: int = 0

    def __str__(self) -> str:
        return f"{self.table} ({self.kind}{f', parts: {self.count}' if self.count else ''})"


_LOSE_ROWS_BY_MERGING = ("Collapsing", "Replacing", "Summing")
"""Engines whose merges may leave no row of a part: cancelled, cleaned up, or summed to zero."""

DATA_ONLY = frozenset(ConflictKind) - {ConflictKind.ALTERED}
"""Kinds that tell of rows: for rollback, which may undo a table whose comment was edited since."""


def conflicts(table: str, record: TableState | None, found: TableState | None, now: int) -> list[Conflict]:
    """Compares one table with its record.

    Clean, by design: OPTIMIZE, merges, rows dropped by TTL, DETACH and ATTACH of the table, being cloned.

    Args:
        table: its name.
        record: how it was; None when it did not exist.
        found: how it is; None when it does not exist.
        now: the server's time in seconds since 1970.
    """
    if record is None or found is None:
        gone = ConflictKind.GONE if record else ConflictKind.APPEARED
        return [] if record is found else [Conflict(table, gone)]
    signs = [
        (ConflictKind.REPLACED, int(record.uuid != found.uuid), False),
        (ConflictKind.ALTERED, int(record.ddl != found.ddl), False),
        (ConflictKind.MUTATED, int(found.mutation > record.mutation), False),
        (ConflictKind.WRITTEN, _written(record, found), True),
        (ConflictKind.REMOVED, _removed(record, found, now), True),
    ]
    return [Conflict(table, kind, number if counted else 0) for kind, number, counted in signs if number]


def all_conflicts(record: States, found: States, names: Iterable[str], now: int) -> list[Conflict]:
    """Compares several tables with their records."""
    return [c for name in sorted(names) for c in conflicts(name, record.get(name), found.get(name), now)]


def _written(record: TableState, found: TableState) -> int:
    """Parts newer than everything that their partition had, and parts of partitions that were not there."""
    newest: dict[str, int] = {}
    for part in record.parts:
        newest[part.partition] = max(part.version, newest.get(part.partition, part.version))
    return sum(part.partition not in newest or part.version > newest[part.partition] for part in found.parts)


def _removed(record: TableState, found: TableState, now: int) -> int:
    """Recorded parts with unexpired rows whose blocks no present part covers.

    Patch parts are not asked for: the server removes them by itself once they are applied. An empty part covers
    nothing (MOVE PARTITION leaves such ones) unless merging may have emptied it.
    """
    present: dict[str, list[Part]] = defaultdict(list)
    for part in found.parts:
        present[part.partition].append(part)
    return sum(
        not any(_covers(other, part, record.engine) for other in present[part.partition])
        for part in record.parts
        if part.rows and (part.ttl == 0 or part.ttl > now) and not part.partition.startswith(PATCH_PREFIX)
    )


def _covers(other: Part, part: Part, engine: str) -> bool:
    emptied_by_merging = part.thinned or any(word in engine for word in _LOSE_ROWS_BY_MERGING)
    return other.low <= part.low and other.high >= part.high and (other.rows > 0 or emptied_by_merging)
