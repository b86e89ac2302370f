"""Governance: roles, grants, row policies, masking views, comments, retention and the catalog match the contract."""

from datacontract_runner.governance.catalog import catalog
from datacontract_runner.governance.catalog_rows import Catalog
from datacontract_runner.governance.govern import Plan, before_swap, plan_governance, plan_run
from datacontract_runner.governance.model import Change, ChangeKind
from datacontract_runner.governance.teardown import teardown

__all__ = [
    "Catalog",
    "Change",
    "ChangeKind",
    "Plan",
    "before_swap",
    "catalog",
    "plan_governance",
    "plan_run",
    "teardown",
]
