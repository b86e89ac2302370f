"""Executes planned actions. Each is safe to repeat; what the API server answers goes back into the cache."""

import logging
from collections.abc import Iterable, Mapping
from functools import singledispatchmethod
from typing import Any

from datacontract_operator import names
from datacontract_operator.apply.client import CONFIGMAPS, CRONJOBS, DATACONTRACTS, JOBS, ApiError, Client
from datacontract_operator.observe.cache import Cache
from datacontract_operator.plan.actions import (
    Action,
    AdmitJob,
    ApplyCronJob,
    CreateJob,
    CreateSnapshot,
    DeleteCronJob,
    DeleteJob,
    DeleteSnapshot,
    ReleaseWithNamespace,
    SetFinalizer,
    SuspendCronJob,
)

log = logging.getLogger(__name__)

FINALIZER_MANAGER = f"{names.MANAGED_BY}-finalizer"
"""A field manager of its own, so that applying the status never takes the finalizer away."""


class Applier:
    """Acts on the cluster.

    Args:
        client: to the API server.
        cache: learns what came of it.
    """

    def __init__(self, client: Client, cache: Cache) -> None:
        self._client = client
        self._cache = cache

    async def apply_all(self, actions: Iterable[Action]) -> None:
        """Executes actions in order.

        Raises:
            ApiError: the first refusal; the actions after it are left for the next attempt.
        """
        for action in actions:
            await self.apply(action)

    @singledispatchmethod
    async def apply(self, action: Action) -> None:
        """Executes one action."""
        raise NotImplementedError(type(action).__name__)

    @apply.register
    async def _(self, action: CreateSnapshot) -> None:
        await _unless_present(self._client.create(CONFIGMAPS, action.manifest))

    @apply.register
    async def _(self, action: CreateJob) -> None:
        created = await _unless_present(self._client.create(JOBS, action.manifest))
        if created is None:
            metadata = action.manifest["metadata"]
            created = await self._client.get(JOBS, metadata["namespace"], metadata["name"])
        self._cache.runs.put_job(created)
        if action.snapshot is not None:
            owned = _owned_by_job(action.snapshot, created)
            await _unless_present(self._client.create(CONFIGMAPS, owned))

    @apply.register
    async def _(self, action: AdmitJob) -> None:
        patch = {"metadata": {"uid": action.uid}, "spec": {"suspend": False}}
        self._cache.runs.put_job(await self._client.merge(JOBS, action.namespace, action.name, patch))

    @apply.register
    async def _(self, action: DeleteJob) -> None:
        await self._client.delete(JOBS, action.namespace, action.name, action.uid)
        self._cache.runs.drop_job(action.uid)

    @apply.register
    async def _(self, action: ApplyCronJob) -> None:
        self._cache.runs.put_cronjob(await self._client.apply(CRONJOBS, action.manifest))

    @apply.register
    async def _(self, action: SuspendCronJob) -> None:
        patch = {"spec": {"suspend": True}}
        self._cache.runs.put_cronjob(await self._client.merge(CRONJOBS, action.namespace, action.name, patch))

    @apply.register
    async def _(self, action: DeleteCronJob) -> None:
        await self._client.delete(CRONJOBS, action.namespace, action.name)

    @apply.register
    async def _(self, action: DeleteSnapshot) -> None:
        await self._client.delete(CONFIGMAPS, action.namespace, action.name)

    @apply.register
    async def _(self, action: SetFinalizer) -> None:
        finalizers = [names.FINALIZER] if action.present else []
        metadata = {"name": action.name, "namespace": action.namespace, "uid": action.uid, "finalizers": finalizers}
        manifest = {"apiVersion": f"{names.GROUP}/v1alpha1", "kind": "DataContract", "metadata": metadata}
        self._cache.contracts.put(await self._client.apply(DATACONTRACTS, manifest, manager=FINALIZER_MANAGER))

    @apply.register
    async def _(self, action: ReleaseWithNamespace) -> None:
        manifest = {"apiVersion": "v1", "kind": "ConfigMap"}
        metadata = {"name": names.child(action.name, "asked"), "namespace": action.namespace}
        try:
            await self._client.create(CONFIGMAPS, {**manifest, "metadata": metadata}, dry_run=True)
        except ApiError as error:
            if "NamespaceTerminating" not in error.causes:
                raise
            log.warning("the namespace is being deleted: %s goes, its tables stay", action.name)
            await self.apply(SetFinalizer(action.namespace, action.name, action.uid, present=False))


async def _unless_present(request: Any) -> dict[str, Any] | None:
    """The answer; None when an object of that name is there already."""
    try:
        answer: dict[str, Any] = await request
    except ApiError as error:
        if error.status == 409 and error.reason == "AlreadyExists":
            return None
        raise
    return answer


def _owned_by_job(snapshot: Mapping[str, Any], job: Mapping[str, Any]) -> dict[str, Any]:
    """A snapshot that goes with one Job: the contract's own deletion must not take it away before."""
    reference = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "name": job["metadata"]["name"],
        "uid": job["metadata"]["uid"],
    }
    return {**snapshot, "metadata": {**snapshot["metadata"], "ownerReferences": [reference]}}
