"""Reconciles one key: observe, plan, apply, one status write when it differs, then events."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel

from datacontract_operator import names
from datacontract_operator.apply.actions import Applier
from datacontract_operator.apply.client import DATACONTRACTS, EVENTS, SECRETS, WAREHOUSES, ApiError, Client, Kind
from datacontract_operator.clock import format_time, now
from datacontract_operator.observe.cache import Cache, Objects
from datacontract_operator.observe.claims import Key
from datacontract_operator.observe.contracts import observe_warehouse
from datacontract_operator.observe.views import JobView, Trigger, WarehouseView
from datacontract_operator.observe.world import observe_world, warehouse_key
from datacontract_operator.plan.actions import EmitEvent
from datacontract_operator.plan.admission import Candidate, plan_admission
from datacontract_operator.plan.contract import plan_contract
from datacontract_operator.plan.warehouse import Probe, answers, plan_warehouse
from datacontract_operator.settings import Settings
from datacontract_operator.shell import metrics
from datacontract_operator.shell.probe import Account, account_of, probe
from datacontract_operator.shell.queue import Queue

log = logging.getLogger(__name__)


class Item(NamedTuple):
    """A key of the queue: what it is about, and its namespace and name."""

    kind: str
    key: Key


CONTRACT, WAREHOUSE, PROBE = "contract", "warehouse", "probe"


@dataclass
class Memory:
    """What one process remembers between reconciliations; all of it can be lost.

    Args:
        snapshots: by contract, the snapshot that its waiting Jobs must have to start.
        probes: by Warehouse, what the last probe found.
        accounts: by Warehouse, how to enter.
    """

    snapshots: dict[Key, str] = field(default_factory=dict)
    probes: dict[Key, Probe] = field(default_factory=dict)
    accounts: dict[Key, Account] = field(default_factory=dict)


class Reconciler:
    """Works on items of the queue.

    Args:
        client: to the API server.
        cache: what is known.
        queue: where follow-ups go.
        settings: of the operator.
    """

    def __init__(self, client: Client, cache: Cache, queue: Queue[Item], settings: Settings) -> None:
        self._client = client
        self._cache = cache
        self._queue = queue
        self._settings = settings
        self._applier = Applier(client, cache)
        self.memory = Memory()

    async def reconcile(self, item: Item) -> None:
        """Works on one item; an error puts it back with a pause."""
        start = time.monotonic()
        work = {CONTRACT: self._contract, WAREHOUSE: self._warehouse, PROBE: self._probe}[item.kind]
        try:
            await work(item.key)
        except Exception:
            metrics.RECONCILES.labels(item.kind, "error").inc()
            raise
        metrics.RECONCILES.labels(item.kind, "success").inc()
        metrics.RECONCILE_SECONDS.labels(item.kind).observe(time.monotonic() - start)
        metrics.QUEUE_LENGTH.set(len(self._queue))

    async def _contract(self, key: Key) -> None:
        world = observe_world(self._cache, key)
        if world is None:
            self.memory.snapshots.pop(key, None)
            return
        warehouse = (key[0], world.warehouse.name) if world.warehouse else None
        plan = plan_contract(world, now(), self._settings, self._queue_note(world.warehouse))
        await self._applier.apply_all(plan.actions)
        self.memory.snapshots[key] = plan.snapshot
        if plan.status is not None and await self._write(DATACONTRACTS, key, world.contract.uid, plan.status):
            metrics.tell(key, world.contract.status, plan.status)
            for event in plan.events:
                await self._emit(key, world.contract.uid, event)
        if plan.look_again is not None:
            self._queue.add_after(Item(CONTRACT, key), (plan.look_again - now()).total_seconds() + 1)
        if warehouse and any(job.waiting for job in self._cache.runs.jobs_of(world.contract.uid)):
            self._queue.add(Item(WAREHOUSE, warehouse))

    def _queue_note(self, view: WarehouseView | None) -> str:
        """Why a waiting run waits, in words that do not change with every other run."""
        if view is None or view.warehouse is None:
            return ""
        found = self.memory.probes.get((view.namespace, view.name))
        if found is None or not found.answers:
            return found.message if found else f"Warehouse {view.name} has not answered yet"
        return f"Warehouse {view.name} runs at most {view.warehouse.spec.max_concurrent_runs} at a time, oldest first"

    async def _warehouse(self, key: Key) -> None:
        raw = self._cache.warehouses.get(key)
        if raw is None:
            return
        view, found = observe_warehouse(raw), self.memory.probes.get(key)
        if view.warehouse is not None:
            candidates = [Candidate(job, self._may_start(job)) for job in self._cache.runs.unfinished(*key)]
            limit = view.warehouse.spec.max_concurrent_runs
            await self._applier.apply_all(plan_admission(candidates, limit, answers=answers(view, found)))
        status = plan_warehouse(view, found, now())
        await self._write(WAREHOUSES, key, view.uid, status)
        metrics.WAREHOUSE_UP.labels(*key).set(answers(view, found))

    def _may_start(self, job: JobView) -> bool:
        """Whether the contract's own plan lets the Job start: its snapshot is the one that the plan last named."""
        wanted = self.memory.snapshots.get((job.namespace, job.contract_name), "")
        return bool(wanted) and (job.snapshot == wanted or job.trigger is Trigger.TEARDOWN)

    async def _probe(self, key: Key) -> None:
        raw = self._cache.warehouses.get(key)
        if raw is None:
            self.memory.probes.pop(key, None)
            self.memory.accounts.pop(key, None)
            return
        view = observe_warehouse(raw)
        before = self.memory.probes.get(key)
        if view.warehouse is not None:
            self.memory.probes[key] = await self._asked(view)
        found = self.memory.probes.get(key)
        up = found is not None and found.answers
        self._queue.add_after(
            Item(PROBE, key), self._settings.probe_seconds if up else self._settings.probe_retry_seconds
        )
        if found != before:
            self._queue.add(Item(WAREHOUSE, key))
            for contract in self.contracts_of(key):
                self._queue.add(Item(CONTRACT, contract))

    async def _asked(self, view: WarehouseView) -> Probe:
        """One probe. The Secrets are read again only when the account was refused, or never was."""
        assert view.warehouse is not None
        key = (view.namespace, view.name)
        if key not in self.memory.accounts:
            self.memory.accounts[key] = await self._account(view)
        found = await asyncio.to_thread(probe, view.warehouse.spec, self.memory.accounts[key])
        if not found.answers:
            self.memory.accounts.pop(key, None)
        return found

    async def _account(self, view: WarehouseView) -> Account:
        assert view.warehouse is not None
        spec = view.warehouse.spec
        tls = spec.tls.ca_secret_ref if spec.tls else None
        names_ = (spec.credentials_secret_ref.name if spec.credentials_secret_ref else "", tls.name if tls else "")
        return account_of(*[await self._secret(view.namespace, name) for name in names_])

    async def _secret(self, namespace: str, name: str) -> Mapping[str, str]:
        """The data of a Secret; none without such a Secret: the Warehouse then refuses in its own words."""
        if not name:
            return {}
        try:
            found = await self._client.get(SECRETS, namespace, name)
        except ApiError as error:
            if error.status in (403, 404):
                return {}
            raise
        return found.get("data") or {}

    def contracts_of(self, warehouse: Key) -> list[Key]:
        """Contracts that name a Warehouse."""
        named = ((key, self._cache.contracts.get(key)) for key in self._cache.contracts)
        return [key for key, raw in named if raw is not None and warehouse_key(raw) == warehouse]

    async def _write(self, kind: Kind, key: Key, uid: str, status: BaseModel) -> bool:
        """Writes a status when it differs from the stored one; tells whether it did."""
        objects: Objects = self._cache.contracts if kind is DATACONTRACTS else self._cache.warehouses
        raw = objects.get(key)
        if raw is None or raw["metadata"]["uid"] != uid or _same(status, raw.get("status")):
            return False
        manifest = {
            "apiVersion": f"{names.GROUP}/v1alpha1",
            "kind": raw["kind"],
            "metadata": {"name": key[1], "namespace": key[0], "uid": uid},
            "status": status.model_dump(mode="json", by_alias=True, exclude_none=True),
        }
        try:
            objects.put(await self._client.apply(kind, manifest, "status"))
        except ApiError as error:
            if error.status in (404, 409):
                log.info("status not written: the object is gone", extra={"contract": "/".join(key)})
                return False
            raise
        metrics.STATUS_WRITES.labels(kind.plural).inc()
        return True

    async def _emit(self, key: Key, uid: str, event: EmitEvent) -> None:
        moment, (namespace, name) = now(), key
        log.info(event.message, extra={"contract": "/".join(key), "reason": event.reason, "run": event.run or None})
        manifest = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"namespace": namespace, "generateName": f"{names.shortened(name, 40)}."},
            "involvedObject": {
                "apiVersion": f"{names.GROUP}/v1alpha1",
                "kind": "DataContract",
                "namespace": namespace,
                "name": name,
                "uid": uid,
            },
            "reason": event.reason,
            "message": event.message[:1000],
            "type": "Warning" if event.warning else "Normal",
            "source": {"component": names.MANAGED_BY},
            "firstTimestamp": format_time(moment),
            "lastTimestamp": format_time(moment),
            "count": 1,
        }
        try:
            await self._client.create(EVENTS, manifest)
        except ApiError as error:
            # An event is a courtesy: nothing is repeated for it.
            log.warning("event not written: %s", error, extra={"contract": "/".join(key)})


def _same(wanted: BaseModel, stored: Mapping[str, Any] | None) -> bool:
    """Whether the stored status says what we would write; conditions of others are none of our business."""
    if not stored:
        return False
    ours = {condition.type for condition in getattr(wanted, "conditions", ())}
    mine = dict(stored)
    if "conditions" in mine:
        mine["conditions"] = [one for one in mine["conditions"] if one.get("type") in ours]
    try:
        return type(wanted).model_validate(mine) == wanted
    except ValueError:
        return False
