"""Puts together, from the cache, everything that one plan depends on."""

from datacontract_operator.clock import parse_time
from datacontract_operator.observe.cache import Cache, Raw
from datacontract_operator.observe.claims import Key
from datacontract_operator.observe.contracts import observe_contract, observe_warehouse
from datacontract_operator.observe.views import ContractView, Owner, WarehouseView, World


def observe_world(cache: Cache, key: Key) -> World | None:
    """What the plan for a contract depends on; None when there is no such contract."""
    raw = cache.contracts.get(key)
    if raw is None:
        return None
    view = observe_contract(raw)
    jobs = cache.runs.jobs_of(view.uid)
    return World(
        contract=view,
        warehouse=_warehouse(cache, view),
        jobs=jobs,
        pods={job.uid: cache.runs.pods_of(job.uid) for job in jobs},
        cronjob=cache.runs.cronjob_of(view.uid),
        owner=_owner(cache, key, raw),
        awaited=_awaited(cache, key, raw),
    )


def warehouse_key(raw: Raw) -> Key:
    """The Warehouse that a contract names."""
    reference = (raw.get("spec") or {}).get("warehouse") or {}
    return raw["metadata"]["namespace"], reference.get("name", "default")


def _warehouse(cache: Cache, view: ContractView) -> WarehouseView | None:
    if view.contract is None:
        return None
    raw = cache.warehouses.get((view.namespace, view.contract.spec.warehouse.name))
    return observe_warehouse(raw) if raw is not None else None


def _owner(cache: Cache, key: Key, raw: Raw) -> Owner | None:
    """The contract that claimed one of our tables before us, in the same warehouse."""
    for (database, table), rival in cache.claims.rivals(key):
        other = cache.contracts.get(rival)
        if other is not None and _age(other) < _age(raw) and _address(cache, other) == _address(cache, raw):
            return Owner(f"{database}.{table}", "/".join(rival))
    return None


def _awaited(cache: Cache, key: Key, raw: Raw) -> Owner | None:
    """The first contract that owns an input and has published nothing yet: a run before it would fail."""
    for (database, table), source in cache.claims.sources(key):
        other = cache.contracts.get(source)
        if other is None or _address(cache, other) != _address(cache, raw):
            continue
        if (other.get("status") or {}).get("rows") is None:
            return Owner(f"{database}.{table}", "/".join(source))
    return None


def _age(raw: Raw) -> tuple[object, str]:
    return parse_time(raw["metadata"].get("creationTimestamp")), raw["metadata"]["uid"]


def _address(cache: Cache, raw: Raw) -> object:
    """What makes two warehouses the same one: the address; without it, the Warehouse's own name."""
    key = warehouse_key(raw)
    found = cache.warehouses.get(key)
    return found["spec"].get("url", "").rstrip("/") if found is not None else key
