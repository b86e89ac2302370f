"""`govern`: roles, grants, row policies, masking views, comments, TTL and the catalog match the contract."""

from datacontract_api.report import StageName, StageReport
from datacontract_runner.governance.apply import apply_changes
from datacontract_runner.governance.catalog import record_catalog
from datacontract_runner.governance.catalog_rows import describe_contract
from datacontract_runner.governance.desired_access import permissions
from datacontract_runner.governance.govern import Plan, plan_governance
from datacontract_runner.governance.lineage import lineage
from datacontract_runner.stages.context import RunContext

SHOWN = 5
"""So many notes stand in the message; all are counted."""


class Govern:
    """Reads what is there, computes the difference as data, and makes it; a second time there is nothing to do."""

    def run(self, context: RunContext) -> StageReport:
        """Raises WarehouseDenied, Unsupported, InvalidValue or RuleViolated; repeating the stage is safe."""
        context.progress.note("comparing access and comments with the contract")
        plan = plan_governance(context)
        changes = apply_changes(context.connection, plan.changes, context.progress)
        _record(context, plan)
        return StageReport(
            stage=StageName.GOVERN,
            run=context.run_id,
            succeeded=True,
            message=_message(changes, plan.notes),
            counts={
                "changes": changes,
                "roles": len(plan.desired.roles),
                "grants": len(plan.desired.rights),
                "policies": len(plan.desired.policies),
                "views": len(plan.desired.views),
                "notes": len(plan.notes),
            },
        )


def _record(context: RunContext, plan: Plan) -> None:
    """Writes the catalog."""
    contract = context.contract
    wanted = describe_contract(
        contract,
        plan.tables,
        permissions(contract, context.warehouse),
        plan.desired,
        lineage(contract, context.workdir),
        plan.ttls,
    )
    record_catalog(context.ledger, contract.qualified_name, wanted)


def _message(changes: int, notes: tuple[str, ...]) -> str:
    done = f"{changes} change{'' if changes == 1 else 's'} made" if changes else "nothing to change"
    more = f"; and {len(notes) - SHOWN} more" if len(notes) > SHOWN else ""
    return "; ".join([done, *notes[:SHOWN]]) + more
