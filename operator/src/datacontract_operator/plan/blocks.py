"""Why a contract may start no run: a chain of checks that reads like the specification."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from datacontract_api.conditions import Reason
from datacontract_operator.observe.views import World


@dataclass(frozen=True)
class Block:
    """What keeps runs from starting.

    Args:
        stalled: whether someone has to change something; False when the block is wanted.
    """

    reason: Reason
    message: str
    stalled: bool = True


def block_of(world: World) -> Block | None:
    """The first reason why no run may start, None when one may."""
    found = (check(world) for check in CHECKS)
    return next((block for block in found if block is not None), None)


def _unreadable(world: World) -> Block | None:
    if world.contract.contract is not None:
        return None
    return Block(Reason.INVALID_VALUE, f"{world.contract.problem} The CRD in this cluster may be older: upgrade it.")


def _no_warehouse(world: World) -> Block | None:
    if world.warehouse is not None:
        return None
    assert world.contract.contract is not None
    name = world.contract.contract.spec.warehouse.name
    return Block(
        Reason.WAREHOUSE_MISSING,
        f"Warehouse {name!r} does not exist in namespace {world.contract.namespace!r}: "
        "create it, or correct spec.warehouse.name.",
    )


def _warehouse_unreadable(world: World) -> Block | None:
    assert world.warehouse is not None
    if world.warehouse.warehouse is not None:
        return None
    return Block(Reason.INVALID_VALUE, f"Warehouse {world.warehouse.name!r} cannot be read: {world.warehouse.problem}")


def _database_not_allowed(world: World) -> Block | None:
    assert world.contract.contract is not None
    assert world.warehouse is not None
    assert world.warehouse.warehouse is not None
    database, allowed = world.contract.contract.database, world.warehouse.warehouse.spec.allowed_databases
    if any(fnmatchcase(database, glob) for glob in allowed):
        return None
    return Block(
        Reason.WAREHOUSE_DENIED,
        f"Warehouse {world.warehouse.name!r} lets contracts own the databases {', '.join(sorted(allowed))}, "
        f"not {database!r}: choose another spec.destination.database, or extend its spec.allowedDatabases.",
    )


def _owned_by_another(world: World) -> Block | None:
    if world.owner is None:
        return None
    return Block(
        Reason.NOT_OWNED,
        f"Table {world.owner.table} is owned by the contract {world.owner.contract}: "
        "name another table, or remove it from that contract.",
    )


def _suspended(world: World) -> Block | None:
    assert world.contract.contract is not None
    if not world.contract.contract.spec.suspend:
        return None
    return Block(Reason.SUSPENDED, "spec.suspend is true: no new run starts.", stalled=False)


CHECKS: tuple[Callable[[World], Block | None], ...] = (
    _unreadable,
    _no_warehouse,
    _warehouse_unreadable,
    _database_not_allowed,
    _owned_by_another,
    _suspended,
)
"""In this order: a later check relies on the earlier ones."""
