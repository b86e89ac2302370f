"""Names that governance gives. Purely computational, no side effects."""

from datacontract_api.warehouse import WarehouseSpec
from datacontract_runner import sql
from datacontract_runner.governance.model import Object

MASKED_SUFFIX = "_masked"
"""Masking views live in the database of this name beside the destination."""


def role_name(warehouse: WarehouseSpec, role: str) -> str:
    """The role in the warehouse that stands for a role of the contract."""
    return warehouse.role_prefix + role


def accounts_policy(prefix: str) -> str:
    """The row policy that keeps all rows visible to our own accounts; no role can have this name."""
    return f"{prefix}@accounts"


def masked_twin(table: Object) -> Object:
    """The masking view of a table."""
    return Object(table.database + MASKED_SUFFIX, table.name)


def on_cluster(cluster: str | None) -> str:
    """The clause that runs a statement on every node, where the Warehouse names a cluster."""
    return f" ON CLUSTER {sql.identifier(cluster)}" if cluster else ""
