"""The operator process: kopf watches, workers work, until a signal."""

import asyncio
import logging

import kopf

from datacontract_operator import names
from datacontract_operator.apply.client import ApiError, Client
from datacontract_operator.observe.cache import Cache
from datacontract_operator.settings import Settings
from datacontract_operator.shell import metrics
from datacontract_operator.shell.lists import Lists
from datacontract_operator.shell.queue import Queue
from datacontract_operator.shell.reconcile import Item, Reconciler
from datacontract_operator.shell.watches import Watches

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Runs until cancelled or signalled."""
    cache, queue = Cache(), Queue[Item]()
    async with Client() as client:
        reconciler = Reconciler(client, cache, queue, settings)
        watches = Watches(cache, queue, reconciler)
        lists = Lists(client, cache, watches, settings.namespaces)
        metrics.serve(settings.http_host, settings.http_port)
        await lists.read()
        tasks = [asyncio.create_task(queue.work(reconciler.reconcile, _failed)) for _ in range(settings.workers)]
        tasks.append(asyncio.create_task(_resync(lists, settings.resync_seconds)))
        try:
            await _watch(watches, settings)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _watch(watches: Watches, settings: Settings) -> None:
    await kopf.operator(
        registry=_registry(watches),
        settings=_kopf_settings(),
        # kopf's own guess asks for the name of the process's user, which a container's UID need not have.
        identity=names.MANAGED_BY,
        standalone=True,
        clusterwide=not settings.namespaces,
        namespaces=settings.namespaces,
        liveness_endpoint=f"http://{settings.http_host}:{settings.http_port + 1}/healthz",
    )


def _registry(watches: Watches) -> kopf.OperatorRegistry:
    """One event handler per kind: no change handlers, which would keep the spec in an annotation."""
    registry = kopf.OperatorRegistry()
    kopf.on.event(names.GROUP, "v1alpha1", "datacontracts", registry=registry)(watches.contract)
    kopf.on.event(names.GROUP, "v1alpha1", "warehouses", registry=registry)(watches.warehouse)
    kopf.on.event("batch", "v1", "jobs", registry=registry)(watches.job)
    kopf.on.event("batch", "v1", "cronjobs", registry=registry)(watches.cronjob)
    kopf.on.event("", "v1", "pods", registry=registry)(watches.pod)
    kopf.on.login(registry=registry)(kopf.login_with_service_account)
    kopf.on.login(registry=registry)(kopf.login_with_kubeconfig)
    return registry


def _kopf_settings() -> kopf.OperatorSettings:
    """Only what we made is watched; an event is handled at once and leaves no worker behind."""
    settings = kopf.OperatorSettings()
    for kind in (("batch", "v1", "jobs"), ("batch", "v1", "cronjobs"), ("", "v1", "pods")):
        settings.watching.label_selectors[kind] = names.CONTRACT_UID
    settings.scanning.disabled = True
    settings.posting.enabled = False
    settings.queueing.worker_limit = None
    settings.queueing.idle_timeout = 0.2
    return settings


async def _resync(lists: Lists, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await lists.read()
        except (TimeoutError, ApiError, OSError) as error:
            log.warning("resynchronization failed, again in %.0f s: %s", seconds, error)


def _failed(item: Item, error: Exception, pause: float) -> None:
    """An error of the API server is one line; anything else is a defect and comes with its traceback."""
    known = isinstance(error, ApiError | OSError | asyncio.TimeoutError)
    log.warning(
        "%s failed, again in %.1f s: %s",
        item.kind,
        pause,
        str(error) or type(error).__name__,
        extra={item.kind: "/".join(item.key)},
        exc_info=None if known else error,
    )
