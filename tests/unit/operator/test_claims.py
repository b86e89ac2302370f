"""Who owns and who reads a table, found without reading every contract."""

from typing import Any

from datacontract_operator.observe.cache import Cache
from datacontract_operator.observe.world import observe_world
from support.kubernetes import raw_contract, raw_warehouse

READS_ORDERS = {
    "load": {"table": "clicks", "mode": "replace"},
    "schema": [{"name": "clicks", "properties": [{"name": "id", "physicalType": "UInt64"}]}],
    "transform": {"inputs": [{"database": "shop", "tables": ["orders"]}], "dbt": {}},
}


def named(name: str, created: str, **spec: Any) -> dict[str, Any]:
    raw = raw_contract(**spec)
    raw["metadata"] |= {"name": name, "uid": f"uid-{name}", "creationTimestamp": created}
    return raw


def cache_of(*raws: dict[str, Any]) -> Cache:
    cache = Cache()
    cache.warehouses.put(raw_warehouse())
    for raw in raws:
        cache.contracts.put(raw)
        cache.claims.update((raw["metadata"]["namespace"], raw["metadata"]["name"]), raw)
    return cache


FIRST, SECOND = named("first", "2026-11-24T06:00:00Z"), named("second", "2026-11-24T06:01:00Z")


def owner(cache: Cache, name: str) -> str | None:
    found = observe_world(cache, ("shop", name))
    assert found is not None
    return found.owner.contract if found.owner else None


def test_of_two_that_claim_a_table_the_earlier_owns_it() -> None:
    cache = cache_of(FIRST, SECOND)
    assert owner(cache, "first") is None
    assert owner(cache, "second") == "shop/first"


def test_the_later_one_is_told_when_the_earlier_goes() -> None:
    cache = cache_of(FIRST, SECOND)
    cache.contracts.drop(FIRST)
    assert cache.claims.update(("shop", "first"), None) == {("shop", "second")}
    assert owner(cache, "second") is None


def test_the_same_table_in_another_warehouse_is_another_table() -> None:
    elsewhere = named("second", "2026-11-24T06:01:00Z", warehouse={"name": "other"})
    assert owner(cache_of(FIRST, elsewhere), "second") is None


def test_two_warehouses_with_one_address_are_one() -> None:
    elsewhere = named("second", "2026-11-24T06:01:00Z", warehouse={"name": "other"})
    cache = cache_of(FIRST, elsewhere)
    other = raw_warehouse()
    other["metadata"] |= {"name": "other", "uid": "uid-other"}
    cache.warehouses.put(other)
    assert owner(cache, "second") == "shop/first"


def test_a_reader_waits_until_the_table_was_published_once() -> None:
    reader = named("reader", "2026-11-24T05:00:00Z", **READS_ORDERS)
    cache = cache_of(FIRST, reader)
    found = observe_world(cache, ("shop", "reader"))
    assert found is not None
    assert found.awaited is not None
    assert found.awaited.contract == "shop/first"
    assert cache.claims.readers(("shop", "first")) == {("shop", "reader")}
    cache.contracts.put({**FIRST, "status": {"rows": 0}})
    found = observe_world(cache, ("shop", "reader"))
    assert found is not None
    assert found.awaited is None


def test_a_table_of_the_same_name_in_another_warehouse_is_not_waited_for() -> None:
    elsewhere = named("first", "2026-11-24T06:00:00Z", warehouse={"name": "other"})
    found = observe_world(
        cache_of(elsewhere, named("reader", "2026-11-24T05:00:00Z", **READS_ORDERS)), ("shop", "reader")
    )
    assert found is not None
    assert found.awaited is None
