"""Swap plans in the ledger. The row in `publishes` is written last: a plan without it was never begun."""

from collections.abc import Sequence
from dataclasses import replace

from datacontract_runner.ledger import Ledger
from datacontract_runner.transaction.definitions import Definition, definition_from_json
from datacontract_runner.transaction.plan import DefinitionSwap, SwapKind, SwapPlan, SwapState, TableSwap


def write_plan(ledger: Ledger, plan: SwapPlan) -> None:
    """Writes a plan that is about to be followed."""
    ledger.insert("publish_plans", [_table_row(plan, at, swap) for at, swap in enumerate(plan.tables)])
    ledger.insert("publish_definitions", [_definition_row(plan, at, swap) for at, swap in enumerate(plan.definitions)])
    _write_state(ledger, plan, ledger.connection.value("SELECT now64(6, 'UTC')"))


def mark_plan(ledger: Ledger, plan: SwapPlan, state: SwapState) -> SwapPlan:
    """Writes a plan's new state and returns the plan with it."""
    begun_at = ledger.select("publishes", "begun_at", "plan = {p:String}", {"p": plan.plan})[0][0]
    marked = replace(plan, state=state)
    _write_state(ledger, marked, begun_at)
    return marked


def read_plan(ledger: Ledger, plan: str) -> SwapPlan | None:
    """One plan, None when it was never begun."""
    found = _read(ledger, "plan = {p:String}", {"p": plan})
    return found[0] if found else None


def plans_of_run(ledger: Ledger, run_id: str) -> list[SwapPlan]:
    """A run's plans, oldest first: more than one where the run was repeated after a conflict."""
    return _read(ledger, "run_id = {r:String} ORDER BY begun_at", {"r": run_id})


def plans_of_contract(ledger: Ledger, contract: str, states: Sequence[SwapState]) -> list[SwapPlan]:
    """A contract's plans in one of the given states, oldest first."""
    wanted = [state.value for state in states]
    condition = "contract = {c:String} AND has({s:Array(String)}, state) ORDER BY begun_at"
    return _read(ledger, condition, {"c": contract, "s": wanted})


def unfinished_stages(ledger: Ledger) -> frozenset[str]:
    """Stages with a swap that was begun and not ended: nobody may drop them."""
    rows = ledger.select("publishes", "stage", "state IN ('begun', 'reverting')")
    return frozenset(str(stage) for (stage,) in rows)


def _read(ledger: Ledger, condition: str, parameters: dict[str, str | list[str]]) -> list[SwapPlan]:
    columns = "plan, run_id, contract, database, stage, kind, state, undoes"
    return [_plan(ledger, *row) for row in ledger.select("publishes", columns, condition, parameters)]


def _plan(
    ledger: Ledger, plan: str, run: str, contract: str, database: str, stage: str, kind: str, state: str, undoes: str
) -> SwapPlan:
    where, wanted = "plan = {p:String} ORDER BY position", {"p": plan}
    tables = ledger.select("publish_plans", "table, live_uuid, stage_uuid", where, wanted)
    definitions = ledger.select("publish_definitions", "name, before, after", where, wanted)
    return SwapPlan(
        plan=plan,
        run_id=run,
        contract=contract,
        database=database,
        stage=stage,
        kind=SwapKind(kind),
        state=SwapState(state),
        tables=tuple(TableSwap(*row) for row in tables),
        definitions=tuple(
            DefinitionSwap(name, definition_from_json(before), definition_from_json(after))
            for name, before, after in definitions
        ),
        undoes=undoes,
    )


def _table_row(plan: SwapPlan, position: int, swap: TableSwap) -> dict[str, object]:
    return {"plan": plan.plan, "position": position, "action": swap.action.value} | vars(swap)


def _definition_row(plan: SwapPlan, position: int, swap: DefinitionSwap) -> dict[str, object]:
    return {
        "plan": plan.plan,
        "name": swap.name,
        "position": position,
        "before": _json(swap.before),
        "after": _json(swap.after),
    }


def _json(definition: Definition | None) -> str:
    return definition.to_json() if definition else ""


def _write_state(ledger: Ledger, plan: SwapPlan, begun_at: object) -> None:
    ledger.insert(
        "publishes",
        [
            {
                "plan": plan.plan,
                "run_id": plan.run_id,
                "contract": plan.contract,
                "database": plan.database,
                "stage": plan.stage,
                "kind": plan.kind.value,
                "undoes": plan.undoes,
                "state": plan.state.value,
                "begun_at": begun_at,
            }
        ],
    )
