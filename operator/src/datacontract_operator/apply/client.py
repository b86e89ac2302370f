"""A small Kubernetes client: the five requests that the operator makes, over one pool of connections."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import kopf

from datacontract_operator import names

RELOGIN_SECONDS = 300
"""A service account's token is changed on disk about every hour; it is read again long before."""

CONNECTIONS = 32
TIMEOUT_SECONDS = 30
PAGE = 500
"""Objects per page of a list."""


class ApiError(Exception):
    """The API server refused a request.

    Args:
        status: HTTP status.
        reason: Kubernetes' word for it, such as ``NotFound``.
        message: Kubernetes' sentence.
        causes: Kubernetes' words for the causes, such as ``NamespaceTerminating``.
    """

    def __init__(self, status: int, reason: str, message: str, causes: frozenset[str] = frozenset()) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.causes = causes
        self.status = status
        self.reason = reason
        self.message = message


@dataclass(frozen=True)
class Kind:
    """Where objects of a kind are in the API."""

    api: str
    plural: str

    def collection(self, namespace: str) -> str:
        """The path of all objects, everywhere when the namespace is empty."""
        return self.path(namespace) if namespace else f"{self.api}/{self.plural}"

    def path(self, namespace: str, name: str = "", subresource: str = "") -> str:
        """The path of an object, or of the collection without a name."""
        return "/".join(filter(None, (self.api, "namespaces", namespace, self.plural, name, subresource)))


DATACONTRACTS = Kind(f"/apis/{names.GROUP}/v1alpha1", "datacontracts")
WAREHOUSES = Kind(f"/apis/{names.GROUP}/v1alpha1", "warehouses")
JOBS = Kind("/apis/batch/v1", "jobs")
CRONJOBS = Kind("/apis/batch/v1", "cronjobs")
CONFIGMAPS = Kind("/api/v1", "configmaps")
SECRETS = Kind("/api/v1", "secrets")
PODS = Kind("/api/v1", "pods")
EVENTS = Kind("/api/v1", "events")


def login() -> kopf.ConnectionInfo:
    """Credentials of the pod's service account, else of the kubeconfig.

    Raises:
        kopf.LoginError: there are neither.
    """
    settings = kopf.OperatorSettings()
    found = kopf.login_with_service_account(settings=settings) or kopf.login_with_kubeconfig(settings=settings)
    if found is None:
        raise kopf.LoginError("no service account and no kubeconfig: set KUBECONFIG")
    return found


class Client:
    """Requests to the API server. Use as an asynchronous context manager."""

    def __init__(self) -> None:
        self._info = login()
        self._session: aiohttp.ClientSession | None = None
        self._logged_in_at = 0.0

    async def __aenter__(self) -> "Client":
        connector = aiohttp.TCPConnector(limit=CONNECTIONS, ssl=self._info.as_ssl_context())
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        self._session = aiohttp.ClientSession(base_url=self._info.server, connector=connector, timeout=timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()

    async def get(self, kind: Kind, namespace: str, name: str) -> dict[str, Any]:
        """One object."""
        return await self._request("GET", kind.path(namespace, name))

    async def list(self, kind: Kind, namespace: str = "", selector: str = "") -> tuple[list[dict[str, Any]], int]:
        """Every object of a kind, a page at a time.

        Args:
            kind: of the objects.
            namespace: where; everywhere when empty.
            selector: label selector.

        Returns:
            The objects, and the resource version that the list is of.
        """
        items: list[dict[str, Any]] = []
        params = {"limit": str(PAGE), "labelSelector": selector}
        while True:
            page = await self._request("GET", kind.collection(namespace), params=params)
            items += page["items"]
            params["continue"] = page["metadata"].get("continue", "")
            if not params["continue"]:
                return items, int(page["metadata"]["resourceVersion"])

    async def create(self, kind: Kind, manifest: Mapping[str, Any], *, dry_run: bool = False) -> dict[str, Any]:
        """Creates an object, and returns it as stored; a dry run only asks whether it could be."""
        params = {"fieldManager": names.MANAGED_BY} | ({"dryRun": "All"} if dry_run else {})
        return await self._request("POST", kind.path(manifest["metadata"]["namespace"]), manifest, params=params)

    async def apply(
        self, kind: Kind, manifest: Mapping[str, Any], subresource: str = "", manager: str = names.MANAGED_BY
    ) -> dict[str, Any]:
        """Server-side apply: the fields in the manifest become ours, those that we leave out are given up."""
        metadata = manifest["metadata"]
        path = kind.path(metadata["namespace"], metadata["name"], subresource)
        params = {"fieldManager": manager, "force": "true"}
        return await self._request("PATCH", path, manifest, "application/apply-patch+yaml", params)

    async def merge(self, kind: Kind, namespace: str, name: str, patch: Mapping[str, Any]) -> dict[str, Any]:
        """JSON merge patch."""
        return await self._request("PATCH", kind.path(namespace, name), patch, "application/merge-patch+json")

    async def delete(self, kind: Kind, namespace: str, name: str, uid: str = "") -> None:
        """Deletes an object, and what it owns in the background; one that is gone already is fine.

        Args:
            uid: only the object with this UID, any when empty.
        """
        options: dict[str, Any] = {"propagationPolicy": "Background"}
        if uid:
            options["preconditions"] = {"uid": uid}
        try:
            await self._request("DELETE", kind.path(namespace, name), options)
        except ApiError as error:
            # 409: an object of the same name with another UID, so ours is gone.
            if error.status not in (404, 409):
                raise

    async def _request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        content_type: str = "application/json",
        params: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        assert self._session is not None
        data = json.dumps(body, separators=(",", ":")).encode() if body is not None else None
        headers = {"Content-Type": content_type, **self._headers()}
        async with self._session.request(method, path, data=data, headers=headers, params=params) as response:
            text = await response.text()
            if response.status >= 400:
                raise _error(response.status, text)
            answer: dict[str, Any] = json.loads(text)
            return answer

    def _headers(self) -> dict[str, str]:
        moment = asyncio.get_running_loop().time()
        if moment - self._logged_in_at > RELOGIN_SECONDS:
            self._info, self._logged_in_at = login(), moment
        headers: dict[str, str] = self._info.as_http_headers()
        return headers


def _error(status: int, text: str) -> ApiError:
    try:
        body = json.loads(text)
    except ValueError:
        body = {}
    details = body.get("details") or {}
    causes = frozenset(cause.get("reason", "") for cause in details.get("causes") or ())
    return ApiError(status, body.get("reason", ""), body.get("message", text[:200]), causes)
