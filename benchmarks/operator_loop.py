"""Measures the operator against a real API server on 127.0.0.1, beside the floor and a bare kopf handler.

Not called operator.py, which every script in this folder would import in place of the standard library's `operator`.

    python benchmarks/operator_loop.py [--burst 1000] [--rate 20 --seconds 20] [--quiet 5000 --quiet-seconds 300]

1. **floor**: the same creates, then one status write each, by a bare client without any operator.
2. **burst**: N contracts created at once; time until all have a status, over the floor; writes per contract.
3. **rate**: contracts created at a steady rate; time from creation to first status.
4. **quiet**: N contracts for a while: requests that the API server counted, and the operator's memory.
5. **bare kopf**: a create handler that writes one status, on the same burst.

Needs the Kubernetes binary of ``hack/cluster/cluster.sh build``. Contracts are suspended, so that only the loop is
measured; no request leaves this machine.
"""

import argparse
import asyncio
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("crds/src", "operator/src")]

import aiohttp  # noqa: E402

from datacontract_operator.apply.client import DATACONTRACTS, Client, Kind  # noqa: E402

SCRIPT = ROOT / "hack/cluster/apiserver.sh"
PLACE = Path(os.environ.get("TMPDIR", "/tmp")) / "datacontract-benchmark"
KUBECONFIG = PLACE / "admin.kubeconfig"
COLUMNS = 20
IN_FLIGHT = 32
NAMESPACES = Kind("/api/v1", "namespaces")

BARE_KOPF = """
import kopf
@kopf.on.startup()
def configure(settings, **_):
    settings.posting.enabled = False
    settings.scanning.disabled = True
    settings.queueing.idle_timeout = 0.2
@kopf.on.create("datacontract.dev", "v1alpha1", "datacontracts")
async def created(patch, **_):
    patch.status["observedGeneration"] = 1
"""


def contract(name: str, namespace: str) -> dict[str, Any]:
    """A suspended contract of 20 columns."""
    columns = [{"name": f"column_{n}", "physicalType": "Nullable(String)"} for n in range(COLUMNS)]
    table = name.replace("-", "_")
    return {
        "apiVersion": "datacontract.dev/v1alpha1",
        "kind": "DataContract",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "version": "1.0.0",
            "suspend": True,
            "destination": {"database": namespace},
            "source": {"http": {"url": "http://127.0.0.1:1/x.csv", "format": "CSVWithNames"}},
            "load": {"table": table, "mode": "replace"},
            "schema": [{"name": table, "properties": columns}],
        },
    }


class Cluster:
    """The API server, with a client of our own."""

    def __init__(self, client: Client, session: aiohttp.ClientSession) -> None:
        self.client = client
        self._session = session

    async def namespace(self, name: str) -> None:
        """A namespace with a Warehouse that does not answer."""
        manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        await self._session.post("/api/v1/namespaces", json=manifest)
        warehouse = {
            "apiVersion": "datacontract.dev/v1alpha1",
            "kind": "Warehouse",
            "metadata": {"name": "default", "namespace": name},
            "spec": {"url": "http://127.0.0.1:1"},
        }
        await self.client.create(Kind(DATACONTRACTS.api, "warehouses"), warehouse)

    async def create(self, namespace: str, count: int, start: int = 0) -> None:
        """Creates contracts, some at the same time."""
        names = [f"c-{n}" for n in range(start, start + count)]
        await together(names, lambda name: self.client.create(DATACONTRACTS, contract(name, namespace)))

    async def with_status(self, namespace: str) -> int:
        """How many contracts of a namespace have a status."""
        items, _ = await self.client.list(DATACONTRACTS, namespace)
        return sum("status" in item for item in items)

    async def requests(self, verbs: Iterable[str]) -> int:
        """Requests that the API server counted, except watches and those of its own and of this client."""
        text = await (await self._session.get("/metrics")).text()
        lines = [line for line in text.splitlines() if line.startswith("apiserver_request_total{")]
        ours = [line for line in lines if 'group="datacontract.dev"' in line or 'group="batch"' in line]
        return sum(
            int(float(line.rsplit(" ", 1)[1])) for line in ours if any(f'verb="{verb}"' in line for verb in verbs)
        )


async def together(items: Iterable[Any], do: Callable[[Any], Awaitable[Any]]) -> None:
    """Does something for every item, at most `IN_FLIGHT` at a time."""
    gate = asyncio.Semaphore(IN_FLIGHT)

    async def one(item: Any) -> None:
        async with gate:
            await do(item)

    await asyncio.gather(*(one(item) for item in items))


class Process:
    """The operator, or the bare kopf handler, as a process of its own."""

    def __init__(self, command: list[str], namespace: str) -> None:
        environment = {
            **os.environ,
            "KUBECONFIG": str(KUBECONFIG),
            "DATACONTRACT_NAMESPACES": namespace,
            "DATACONTRACT_HTTP_PORT": "18790",
            "DATACONTRACT_PROBE_RETRY_SECONDS": "3600",
            "PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in ("crds/src", "operator/src")),
        }
        self.log = (PLACE / f"{namespace}.log").open("w")
        self._process = subprocess.Popen(command, env=environment, stdout=self.log, stderr=subprocess.STDOUT)

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident megabytes."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1e6

    def stop(self) -> None:
        """Ends it."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


def operator(namespace: str) -> Process:
    return Process([sys.executable, "-m", "datacontract_operator"], namespace)


def bare_kopf(namespace: str) -> Process:
    file = PLACE / "bare_kopf.py"
    file.write_text(BARE_KOPF)
    return Process([sys.executable, "-m", "kopf", "run", "-q", "-n", namespace, "--standalone", str(file)], namespace)


async def floor(cluster: Cluster, count: int) -> float:
    """Seconds for the creates and as many status writes, without an operator."""
    await cluster.namespace("floor")
    start = time.monotonic()
    await cluster.create("floor", count)
    items, _ = await cluster.client.list(DATACONTRACTS, "floor")
    status = {"observedGeneration": 1, "conditions": []}
    await together(items, lambda item: cluster.client.apply(DATACONTRACTS, _status(item, status), "status"))
    return time.monotonic() - start


def _status(item: dict[str, Any], status: dict[str, Any]) -> dict[str, Any]:
    metadata = {key: item["metadata"][key] for key in ("name", "namespace", "uid")}
    return {"apiVersion": item["apiVersion"], "kind": item["kind"], "metadata": metadata, "status": status}


async def burst(cluster: Cluster, name: str, count: int, start_process: Callable[[str], Process]) -> dict[str, float]:
    """Contracts created at once until all have a status."""
    await cluster.namespace(name)
    process = start_process(name)
    try:
        await settle(cluster, name)
        before, cpu = await cluster.requests(("PATCH", "APPLY", "PUT")), process.cpu()
        start = time.monotonic()
        await cluster.create(name, count)
        created = time.monotonic() - start
        while await cluster.with_status(name) < count:
            await asyncio.sleep(0.3)
        took = time.monotonic() - start
        await asyncio.sleep(3)
        writes = await cluster.requests(("PATCH", "APPLY", "PUT")) - before
        return {
            "seconds": took,
            "creation": created,
            "writes per contract": writes / count,
            "cpu": process.cpu() - cpu,
            "megabytes": process.memory(),
        }
    finally:
        process.stop()


async def settle(cluster: Cluster, namespace: str) -> None:
    """Waits until the process has seen a first contract."""
    await cluster.client.create(DATACONTRACTS, contract("first", namespace))
    while not await cluster.with_status(namespace):
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)


async def rate(cluster: Cluster, per_second: int, seconds: int) -> dict[str, float]:
    """Contracts at a steady rate: seconds from creation to first status."""
    await cluster.namespace("rate")
    process = operator("rate")
    try:
        await settle(cluster, "rate")
        watch = asyncio.create_task(_first_statuses(cluster, per_second * seconds))
        created: dict[str, float] = {}
        start = time.monotonic()
        for n in range(per_second * seconds):
            await asyncio.sleep(max(0, start + n / per_second - time.monotonic()))
            created[f"c-{n}"] = time.monotonic()
            await cluster.client.create(DATACONTRACTS, contract(f"c-{n}", "rate"))
        seen = await watch
        delays = sorted(seen[name] - created[name] for name in created)
        return {"p50": statistics.median(delays), "p99": delays[int(len(delays) * 0.99)], "max": delays[-1]}
    finally:
        process.stop()


async def _first_statuses(cluster: Cluster, count: int) -> dict[str, float]:
    """When each contract's first status came, from a watch of our own."""
    seen: dict[str, float] = {}
    url = f"{DATACONTRACTS.path('rate')}?watch=1"
    async with cluster._session.get(url, timeout=aiohttp.ClientTimeout(total=None), read_bufsize=2**22) as response:
        async for line in response.content:
            item = json.loads(line)["object"]
            if "status" in item and item["metadata"]["name"] != "first":
                seen.setdefault(item["metadata"]["name"], time.monotonic())
            if len(seen) == count:
                break
    return seen


async def quiet(cluster: Cluster, count: int, seconds: int) -> dict[str, float]:
    """Requests and memory of an operator with nothing to do; CPU of one reconciliation of everything."""
    await cluster.namespace("quiet")
    await cluster.create("quiet", count)
    process = operator("quiet")
    try:
        while await cluster.with_status("quiet") < count:
            await asyncio.sleep(10)
        # Watches that heard nothing for 70 s are renewed; after a burst the first renewal lists once.
        await asyncio.sleep(90)
        verbs = ("GET", "LIST", "PATCH", "APPLY", "PUT", "POST", "DELETE")
        before, cpu = await cluster.requests(verbs), process.cpu()
        await asyncio.sleep(seconds)
        return {
            "requests": await cluster.requests(verbs) - before,
            "cpu": process.cpu() - cpu,
            "megabytes": process.memory(),
            "cpu per 1,000 reconciles": cpu / count * 1000,
        }
    finally:
        process.stop()


async def measure(options: argparse.Namespace) -> dict[str, Any]:
    os.environ["KUBECONFIG"] = str(KUBECONFIG)
    async with Client() as client:
        info = client._info
        connector = aiohttp.TCPConnector(ssl=info.as_ssl_context())
        async with aiohttp.ClientSession(base_url=info.server, connector=connector) as session:
            cluster = Cluster(client, session)
            base = await floor(cluster, options.burst)
            found: dict[str, Any] = {"floor": {"seconds": base}}
            say("floor", found["floor"])
            found["burst"] = await burst(cluster, "burst", options.burst, operator)
            found["burst"]["times the floor"] = found["burst"]["seconds"] / base
            say("burst", found["burst"])
            found["bare kopf"] = await burst(cluster, "bare", options.burst, bare_kopf)
            say("bare kopf", found["bare kopf"])
            found["rate"] = await rate(cluster, options.rate, options.seconds)
            say("rate", found["rate"])
            if options.quiet:
                found["quiet"] = await quiet(cluster, options.quiet, options.quiet_seconds)
                say("quiet", found["quiet"])
            return found


def wait_for_kinds() -> None:
    """Until the API server serves our kinds."""
    for kind in ("datacontracts", "warehouses"):
        command = ["kubectl", "--kubeconfig", KUBECONFIG, "get", kind, "-A"]
        while subprocess.run(command, capture_output=True).returncode != 0:
            time.sleep(0.2)


def say(name: str, numbers: dict[str, float]) -> None:
    print(f"{name:10} " + "  ".join(f"{key} {value:,.2f}" for key, value in numbers.items()), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--burst", type=int, default=1000, help="contracts created at once")
    parser.add_argument("--rate", type=int, default=20, help="contracts a second")
    parser.add_argument("--seconds", type=int, default=20, help="how long at that rate")
    parser.add_argument("--quiet", type=int, default=5000, help="contracts of the quiet operator; 0 leaves it out")
    parser.add_argument("--quiet-seconds", type=int, default=300, help="how long it is watched")
    options = parser.parse_args()
    PLACE.mkdir(exist_ok=True)
    environment = {**os.environ, "STATE": str(PLACE), "PORT": "16543", "ETCD_PORT": "12479"}
    subprocess.run([SCRIPT, "up"], env=environment, check=True)
    try:
        crds = [ROOT / "crds" / f"{kind}.yaml" for kind in ("datacontracts", "warehouses")]
        for crd in crds:
            subprocess.run(
                ["kubectl", "--kubeconfig", KUBECONFIG, "apply", "--server-side", "-f", crd],
                check=True,
                stdout=subprocess.DEVNULL,
            )
        wait_for_kinds()
        asyncio.run(measure(options))
    finally:
        subprocess.run([SCRIPT, "down"], env=environment, check=True)


if __name__ == "__main__":
    main()
