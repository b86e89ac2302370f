"""Whether tables can be exchanged here at all: what `docs/transactions.md` says of clusters."""

from datacontract_api.errors import Unsupported
from datacontract_api.warehouse import WarehouseSpec
from datacontract_runner.warehouse import Connection


def refuse_cluster(warehouse: WarehouseSpec, connection: Connection, database: str) -> None:
    """Refuses where a stage in a database of its own cannot be exchanged with the live one.

    Raises:
        Unsupported: the Warehouse names a cluster, or the destination's database engine is not Atomic.
    """
    if warehouse.cluster:
        raise Unsupported(
            f"the Warehouse names the cluster {warehouse.cluster}, and a publish cannot be exchanged ON CLUSTER yet.",
            remedy="Name one server, or a proxy that always leads to the same one, and remove spec.cluster.",
            field="spec.cluster",
        )
    engine = connection.value("SELECT engine FROM system.databases WHERE name = {d:String}", {"d": database})
    if engine not in (None, "Atomic"):
        raise Unsupported(
            f"the database {database} has the engine {engine}, in which tables cannot change places with another "
            "database's.",
            remedy="Use a database with the engine Atomic, which is the default.",
            field="spec.destination.database",
        )
