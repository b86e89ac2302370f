"""What the watches tell goes into the cache, and what it concerns into the queue."""

from collections.abc import Mapping
from typing import Any

from datacontract_operator import names
from datacontract_operator.observe.cache import Cache, key_of
from datacontract_operator.observe.claims import Key
from datacontract_operator.shell import metrics
from datacontract_operator.shell.queue import Queue
from datacontract_operator.shell.reconcile import CONTRACT, PROBE, WAREHOUSE, Item, Reconciler

Raw = Mapping[str, Any]
Event = Mapping[str, Any]
"""As kopf passes it: `type` and `object`; the type is None for what a list held."""
DELETED = "DELETED"


class Watches:
    """Event handlers for every watched kind; none of them waits for anything.

    Args:
        cache: what is known.
        queue: of keys to reconcile.
        reconciler: knows which contracts belong to a Warehouse.
    """

    def __init__(self, cache: Cache, queue: Queue[Item], reconciler: Reconciler) -> None:
        self._cache = cache
        self._queue = queue
        self._reconciler = reconciler
        self._names: dict[str, Key] = {}

    async def contract(self, event: Event, **_: Any) -> None:
        """A DataContract appeared, changed or went."""
        raw = event["object"]
        key, gone = key_of(raw), event["type"] == DELETED
        if gone:
            self._cache.contracts.drop(raw)
            self._names.pop(raw["metadata"]["uid"], None)
            metrics.forget(key)
        elif not self._cache.contracts.put(raw):
            return
        else:
            self._names[raw["metadata"]["uid"]] = key
        for rival in self._cache.claims.update(key, self._cache.contracts.get(key)):
            self._queue.add(Item(CONTRACT, rival))
        for reader in self._cache.claims.readers(key):
            self._queue.add(Item(CONTRACT, reader))
        self._queue.add(Item(CONTRACT, key))

    async def warehouse(self, event: Event, **_: Any) -> None:
        """A Warehouse appeared, changed or went; only a changed spec concerns its contracts."""
        raw = event["object"]
        key = key_of(raw)
        before = self._cache.warehouses.get(key)
        if event["type"] == DELETED:
            self._cache.warehouses.drop(raw)
        elif not self._cache.warehouses.put(raw):
            return
        self._queue.add(Item(WAREHOUSE, key))
        if event["type"] == DELETED or before is None or _generation(before) != _generation(raw):
            self._reconciler.memory.accounts.pop(key, None)
            self._queue.add(Item(PROBE, key))
            for contract in self._reconciler.contracts_of(key):
                self._queue.add(Item(CONTRACT, contract))

    async def job(self, event: Event, **_: Any) -> None:
        """A run's Job appeared, changed or went: its contract looks at it, its Warehouse may have room."""
        raw = event["object"]
        if event["type"] == DELETED:
            self._cache.runs.drop_job(raw["metadata"]["uid"])
        else:
            self._cache.runs.put_job(raw)
        self._contract_of(raw)
        notes = raw["metadata"].get("annotations") or {}
        if names.WAREHOUSE in notes:
            self._queue.add(Item(WAREHOUSE, (raw["metadata"]["namespace"], notes[names.WAREHOUSE])))

    async def cronjob(self, event: Event, **_: Any) -> None:
        """A schedule appeared, changed or went."""
        raw = event["object"]
        if event["type"] == DELETED:
            self._cache.runs.drop_cronjob(raw["metadata"]["labels"][names.CONTRACT_UID])
        else:
            self._cache.runs.put_cronjob(raw)
        self._contract_of(raw)

    async def pod(self, event: Event, **_: Any) -> None:
        """A run's pod changed; the last state of one that went is kept with its Job."""
        pod = self._cache.runs.put_pod(event["object"])
        if event["type"] == DELETED and self._cache.runs.job(pod.job_uid) is None:
            self._cache.runs.drop_job(pod.job_uid)
        self._contract_of(event["object"])

    def everything(self) -> None:
        """Queues every key: the resynchronization."""
        for key in self._cache.contracts:
            self._queue.add(Item(CONTRACT, key))
        for key in self._cache.warehouses:
            self._queue.add(Item(WAREHOUSE, key))

    def _contract_of(self, raw: Raw) -> None:
        key = self._names.get(raw["metadata"]["labels"].get(names.CONTRACT_UID, ""))
        if key is not None:
            self._queue.add(Item(CONTRACT, key))


def _generation(raw: Raw) -> int:
    return int(raw["metadata"].get("generation", 0))
