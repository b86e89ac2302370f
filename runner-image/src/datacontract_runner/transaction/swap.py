"""Following a swap plan: tables by EXCHANGE and RENAME, definitions by CREATE OR REPLACE, each step repeatable."""

from collections.abc import Iterable

from datacontract_api.errors import WrittenMeanwhile
from datacontract_runner import sql
from datacontract_runner.transaction.definitions import Contents, Kind, in_order, observe_contents
from datacontract_runner.transaction.names import same_statement
from datacontract_runner.transaction.plan import Action, Decision, DefinitionSwap, SwapPlan, TableSwap, decide
from datacontract_runner.warehouse import Connection, Statement


class Torn(WrittenMeanwhile):
    """A name holds neither what the plan takes away nor what it brings."""


def apply_swap(connection: Connection, plan: SwapPlan) -> None:
    """Does what is left to do of a plan; on a finished one it does nothing but reload dictionaries.

    Raises:
        Torn: a table is neither the old nor the new one.
    """
    drop_stage_definitions(connection, plan)
    drop_definitions(connection, plan)
    held_back = {swap.table for swap in plan.tables if swap.action is Action.REMOVE} - _named(plan)
    swap_tables(connection, plan, [swap for swap in plan.tables if swap.table not in held_back])
    create_definitions(connection, plan)
    # A dictionary that read a removed table must have been replaced before the table can go (error 630).
    swap_tables(connection, plan, [swap for swap in plan.tables if swap.table in held_back])
    reload_dictionaries(connection, plan)


def _named(plan: SwapPlan) -> set[str]:
    return {swap.name for swap in plan.definitions if swap.after}


def drop_stage_definitions(connection: Connection, plan: SwapPlan) -> None:
    """Drops the stage's definitions of its own: materialized views would follow the exchange, dictionaries forbid it.

    Definitions that were exchanged into the stage stay: rollback brings them back.
    """
    kept = {swap.live_uuid for swap in plan.tables} | {swap.stage_uuid for swap in plan.tables}
    contents = observe_contents(connection, plan.stage)
    for name in reversed(in_order(contents.definitions)):
        if contents.definition_uuids[name] not in kept:
            connection.execute(contents.definitions[name].drop(plan.stage, name))


def drop_definitions(connection: Connection, plan: SwapPlan) -> None:
    """Drops live definitions that the plan ends, dependants first."""
    live = observe_contents(connection, plan.database)
    for swap in reversed(plan.definitions):
        if swap.after is None and swap.before and swap.name in live.definitions.keys() - plan.exchanged:
            connection.execute(swap.before.drop(plan.database, swap.name))


def swap_tables(connection: Connection, plan: SwapPlan, swaps: Iterable[TableSwap]) -> None:
    """Swaps tables, each after looking whether it is still to be done.

    Raises:
        Torn: a table is neither the old nor the new one.
    """
    for swap in swaps:
        live, stage = _uuids(connection, plan, swap)
        decision = decide(swap, live, stage)
        if decision is Decision.CONFLICT:
            raise Torn(
                f"{plan.database}.{swap.table} was replaced by someone else while it was being published.",
                remedy="Find out who wrote to it; the stage is kept.",
            )
        if decision is Decision.DO:
            connection.execute(_statement(plan, swap))


def _uuids(connection: Connection, plan: SwapPlan, swap: TableSwap) -> tuple[str, str]:
    rows = connection.rows(
        "SELECT database, toString(uuid), engine IN ('View', 'MaterializedView', 'Dictionary') FROM system.tables "
        "WHERE database IN ({l:String}, {s:String}) AND name = {t:String}",
        {"l": plan.database, "s": plan.stage, "t": swap.table},
    )
    # Under the name of a removed table its definition may stand already.
    ignored = swap.action is Action.REMOVE
    found = {database: str(uuid) for database, uuid, defined in rows if not (ignored and defined)}
    return found.get(plan.database, ""), found.get(plan.stage, "")


def _statement(plan: SwapPlan, swap: TableSwap) -> str:
    live, stage = sql.qualified(plan.database, swap.table), sql.qualified(plan.stage, swap.table)
    match swap.action:
        case Action.EXCHANGE:
            return f"EXCHANGE TABLES {live} AND {stage}"
        case Action.BRING:
            return f"RENAME TABLE {stage} TO {live}"
        case Action.REMOVE:
            return f"RENAME TABLE {live} TO {stage}"


def create_definitions(connection: Connection, plan: SwapPlan) -> None:
    """Creates or replaces live definitions in order; those that stand as they should are left alone."""
    live = observe_contents(connection, plan.database)
    for swap in plan.definitions:
        if swap.after and swap.name not in plan.exchanged and not _stands(live, swap, plan.database):
            connection.execute(Statement(swap.after.replacement(plan.database)))


def _stands(live: Contents, swap: DefinitionSwap, database: str) -> bool:
    present = live.definitions.get(swap.name)
    return bool(present and swap.after and same_statement(present.statement, swap.after.render(database)))


def reload_dictionaries(connection: Connection, plan: SwapPlan) -> None:
    """Makes dictionaries read the tables that are live now."""
    for swap in plan.definitions:
        if swap.after and swap.after.kind is Kind.DICTIONARY:
            connection.execute(f"SYSTEM RELOAD DICTIONARY {sql.qualified(plan.database, swap.name)}")
