"""What a publish, or a rollback, does to each name: decided once, written down, and then followed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from datacontract_runner.transaction.definitions import Contents, Definition, in_order


class Action(StrEnum):
    """What happens to one table."""

    EXCHANGE = "exchange"
    """Live and stage change places."""
    BRING = "bring"
    """Live has none: the stage's is renamed there."""
    REMOVE = "remove"
    """Stage has none: the live one is renamed there."""


class SwapKind(StrEnum):
    """Which way a swap goes."""

    PUBLISH = "publish"
    ROLLBACK = "rollback"


class SwapState(StrEnum):
    """Where a swap stands."""

    BEGUN = "begun"
    REVERTING = "reverting"
    DONE = "done"
    REVERTED = "reverted"
    VOID = "void"
    """Given up before anything was swapped."""


@dataclass(frozen=True)
class TableSwap:
    """One table's part of a swap.

    Args:
        table: its name.
        live_uuid: what stands under the live name before; empty for nothing.
        stage_uuid: what stands under the stage name before; empty for nothing.
    """

    table: str
    live_uuid: str
    stage_uuid: str

    @property
    def action(self) -> Action:
        """What is to be done."""
        if not self.live_uuid:
            return Action.BRING
        return Action.EXCHANGE if self.stage_uuid else Action.REMOVE

    @property
    def inverse(self) -> "TableSwap":
        """What takes it back."""
        return TableSwap(self.table, self.stage_uuid, self.live_uuid)


@dataclass(frozen=True)
class DefinitionSwap:
    """One definition's part of a swap: as it was, and as it shall be; None for not at all."""

    name: str
    before: Definition | None
    after: Definition | None

    @property
    def inverse(self) -> "DefinitionSwap":
        """What takes it back."""
        return DefinitionSwap(self.name, self.after, self.before)


@dataclass(frozen=True)
class SwapPlan:
    """A whole swap.

    Args:
        plan: identifies it.
        run_id: the run that publishes, or the id of the rollback.
        contract: ``namespace/name``.
        database: the destination.
        stage: the database that tables are swapped with.
        kind: publish or rollback.
        state: where it stands.
        tables: in order.
        definitions: in order of creation, the unchanged ones included.
        undoes: rollback: the plan that it takes back.
    """

    plan: str
    run_id: str
    contract: str
    database: str
    stage: str
    kind: SwapKind
    state: SwapState
    tables: tuple[TableSwap, ...]
    definitions: tuple[DefinitionSwap, ...]
    undoes: str = ""

    @property
    def exchanged(self) -> frozenset[str]:
        """Names that are exchanged whatever stands under them: their definitions are neither made nor dropped."""
        return frozenset(swap.table for swap in self.tables if swap.action is Action.EXCHANGE)

    @property
    def inverse(self) -> "SwapPlan":
        """The swap that takes this one back."""
        return replace(
            self,
            tables=tuple(swap.inverse for swap in reversed(self.tables)),
            definitions=tuple(swap.inverse for swap in self.definitions),
        )


def plan_tables(staged: Contents, live: Contents, first: Sequence[str]) -> tuple[TableSwap, ...]:
    """Which tables are swapped. Purely computational, no side effects.

    A table whose name the stage gives to a definition leaves the live database; a definition whose name it gives to
    a table is exchanged for it. Live tables that the stage does not have are left alone.

    Args:
        staged: what the stage holds.
        live: what the destination holds.
        first: names in the order of the contract; others follow by name.
    """
    rank = {name: position for position, name in enumerate(first)}
    swaps = [TableSwap(name, live.uuids.get(name, ""), uuid) for name, uuid in staged.tables.items()]
    swaps += [TableSwap(name, live.tables[name], "") for name in staged.definitions if name in live.tables]
    return tuple(sorted(swaps, key=lambda swap: (rank.get(swap.table, len(rank)), swap.table)))


def plan_definitions(
    staged: Contents, templates: Mapping[str, Definition], live: Contents
) -> tuple[DefinitionSwap, ...]:
    """What becomes of views, materialized views and dictionaries. Purely computational, no side effects.

    Args:
        staged: what the stage holds.
        templates: the contract's definitions as last published.
        live: what the destination holds: a template that is gone there counts as none.
    """
    before = {name: templates.get(name, definition) for name, definition in live.definitions.items()}
    come = [DefinitionSwap(n, before.get(n), staged.definitions[n]) for n in in_order(staged.definitions)]
    go = [DefinitionSwap(name, before[name], None) for name in sorted(before) if name in staged.tables]
    return tuple(go + come)


class Decision(StrEnum):
    """What a repeated swap does about one table."""

    DONE = "done"
    DO = "do"
    CONFLICT = "conflict"


def decide(swap: TableSwap, live_uuid: str, stage_uuid: str) -> Decision:
    """Decides by UUIDs what is left to do. Purely computational, no side effects.

    Args:
        swap: the plan.
        live_uuid: what stands under the live name now; empty for nothing.
        stage_uuid: what stands under the stage name now; empty for nothing.
    """
    if (live_uuid, stage_uuid) == (swap.stage_uuid, swap.live_uuid):
        return Decision.DONE
    if (live_uuid, stage_uuid) == (swap.live_uuid, swap.stage_uuid):
        return Decision.DO
    return Decision.CONFLICT
