"""Complete lists of what is watched.

At the start, so that no plan is made from half of what there is, and now and then: a watch that was interrupted does
not tell of what was deleted meanwhile.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from datacontract_operator import names
from datacontract_operator.apply.client import CRONJOBS, DATACONTRACTS, JOBS, PODS, WAREHOUSES, Client, Kind
from datacontract_operator.observe.cache import Cache
from datacontract_operator.shell.watches import DELETED, Watches

Raw = Mapping[str, Any]


class Lists:
    """Reads everything that is watched, once.

    Args:
        client: to the API server.
        cache: what is known.
        watches: take each object as if a watch had told of it.
        namespaces: where to read; everywhere when empty.
    """

    def __init__(self, client: Client, cache: Cache, watches: Watches, namespaces: Sequence[str]) -> None:
        self._client = client
        self._cache = cache
        self._watches = watches
        self._namespaces = tuple(namespaces) or ("",)

    async def read(self) -> None:
        """Lists every kind, takes over what is there and forgets what is gone; queues every key."""
        warehouses, at = await self._listed(WAREHOUSES, self._watches.warehouse)
        for raw in self._cache.warehouses.missing(warehouses, at):
            await self._watches.warehouse({"type": DELETED, "object": raw})
        contracts, at = await self._listed(DATACONTRACTS, self._watches.contract)
        for raw in self._cache.contracts.missing(contracts, at):
            await self._watches.contract({"type": DELETED, "object": raw})
        await self._read_runs()
        self._watches.everything()

    async def _read_runs(self) -> None:
        jobs, at = await self._listed(JOBS, self._watches.job, names.CONTRACT_UID)
        for job in self._cache.runs.missing_jobs(jobs, at):
            self._cache.runs.drop_job(job.uid)
        await self._listed(PODS, self._watches.pod, names.CONTRACT_UID)
        found, at = await self._items(CRONJOBS, names.CONTRACT_UID)
        for raw in found:
            await self._watches.cronjob({"type": None, "object": raw})
        owners = {raw["metadata"]["labels"][names.CONTRACT_UID] for raw in found}
        for uid in self._cache.runs.missing_cronjobs(owners, at):
            self._cache.runs.drop_cronjob(uid)

    async def _listed(
        self, kind: Kind, tell: Callable[..., Awaitable[None]], selector: str = ""
    ) -> tuple[set[str], int]:
        """Tells of every object; returns their UIDs and the version of the list."""
        items, version = await self._items(kind, selector)
        for raw in items:
            await tell({"type": None, "object": raw})
        return {raw["metadata"]["uid"] for raw in items}, version

    async def _items(self, kind: Kind, selector: str) -> tuple[list[Raw], int]:
        """The objects of all namespaces. A list's items do not say what they are; the collection does."""
        items: list[Raw] = []
        versions = []
        for namespace in self._namespaces:
            found, version = await self._client.list(kind, namespace, selector)
            items += found
            versions.append(version)
        return items, min(versions)
