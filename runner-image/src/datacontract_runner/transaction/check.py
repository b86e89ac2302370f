"""The other-writer check: before the swap on the live tables, after it on those that were swapped out."""

from collections.abc import Collection

from datacontract_api.errors import WrittenMeanwhile
from datacontract_runner.ledger import Ledger
from datacontract_runner.transaction.conflicts import Conflict, ConflictKind, all_conflicts
from datacontract_runner.transaction.plan import Action, SwapPlan
from datacontract_runner.transaction.record import load_states, observe_states, server_time


def live_record(stage: str) -> str:
    """Name of the record of the live tables as a stage was opened."""
    return f"{stage} live"


def swap_record(plan: str) -> str:
    """Name of the record of the tables that a plan makes live, as they were just before."""
    return f"{plan} swapped in"


def find_live_writes(
    ledger: Ledger, plan: SwapPlan, record: str, kinds: Collection[ConflictKind] = frozenset(ConflictKind)
) -> list[Conflict]:
    """Compares the live tables with a record.

    Args:
        ledger: the ledger.
        plan: the swap that is about to begin: tables that it brings must not have appeared.
        record: name of the record.
        kinds: what counts.
    """
    states = load_states(ledger, record)
    defined = {swap.name for swap in plan.definitions if swap.before}
    brought = {swap.table for swap in plan.tables if swap.action is Action.BRING} - defined
    names = brought | set(states)
    found = observe_states(ledger.connection, plan.database, names)
    now = server_time(ledger.connection, states)
    return [conflict for conflict in all_conflicts(states, found, names, now) if conflict.kind in kinds]


def find_late_writes(ledger: Ledger, plan: SwapPlan, record: str) -> list[Conflict]:
    """Compares the tables that were swapped out, now in the stage, with the record that was made of them live."""
    states = load_states(ledger, record)
    out = {swap.table for swap in plan.tables if swap.live_uuid and swap.table in states}
    found = observe_states(ledger.connection, plan.stage, out)
    return all_conflicts(states, found, out, server_time(ledger.connection, states))


def refuse_writes(plan: SwapPlan, found: list[Conflict], remedy: str) -> None:
    """Stops where someone wrote.

    Raises:
        WrittenMeanwhile: with the tables and what was seen.
    """
    if found:
        seen = ", ".join(f"{plan.database}.{conflict}" for conflict in found)
        raise WrittenMeanwhile(f"expected nobody but {plan.contract} to write, found changes: {seen}.", remedy=remedy)
