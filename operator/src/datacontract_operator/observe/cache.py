"""The cache: what the watches have told and our own writes have answered, so that a quiet loop reads nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from datacontract_operator import names
from datacontract_operator.observe.claims import Claims, Key
from datacontract_operator.observe.jobs import observe_cronjob, observe_job, observe_pod
from datacontract_operator.observe.views import CronJobView, JobView, PodView

Raw = Mapping[str, Any]


def key_of(raw: Raw) -> Key:
    """Namespace and name of an object."""
    return raw["metadata"]["namespace"], raw["metadata"]["name"]


def version_of(raw: Raw) -> int:
    """The resource version, as a number that grows with every write (Kubernetes 1.35 and later promise that it is)."""
    return int(raw["metadata"].get("resourceVersion") or 0)


class Objects:
    """Objects of one kind by namespace and name; an older state never replaces a newer one."""

    def __init__(self) -> None:
        self._raw: dict[Key, Raw] = {}

    def put(self, raw: Raw) -> bool:
        """Keeps a state unless a newer one is known; tells whether it was kept."""
        key, known = key_of(raw), self._raw.get(key_of(raw))
        same = known is not None and known["metadata"]["uid"] == raw["metadata"]["uid"]
        if same and known is not None and version_of(known) > version_of(raw):
            return False
        self._raw[key] = _slim(raw)
        return True

    def drop(self, raw: Raw) -> None:
        """Forgets an object that is gone, unless another of the same name is there by now."""
        known = self._raw.get(key_of(raw))
        if known is not None and known["metadata"]["uid"] == raw["metadata"]["uid"]:
            del self._raw[key_of(raw)]

    def get(self, key: Key) -> Raw | None:
        """The newest known state."""
        return self._raw.get(key)

    def __iter__(self) -> Iterator[Key]:
        return iter(list(self._raw))

    def missing(self, listed: set[str], version: int) -> list[Raw]:
        """Objects that a complete list of this version does not hold: they went without an event that reached us.

        Args:
            listed: UIDs in the list.
            version: resource version of the list; what is newer may be missing from it.
        """
        known = self._raw.values()
        return [raw for raw in known if raw["metadata"]["uid"] not in listed and version_of(raw) <= version]

    def __len__(self) -> int:
        return len(self._raw)


class Runs:
    """Jobs with their pods, and CronJobs, by the UID of the contract that they belong to."""

    def __init__(self) -> None:
        self._jobs: dict[str, tuple[int, JobView]] = {}
        self._by_contract: dict[str, set[str]] = {}
        self._unfinished: dict[Key, set[str]] = {}
        self._pods: dict[str, dict[str, PodView]] = {}
        self._cronjobs: dict[str, tuple[int, CronJobView]] = {}

    def put_job(self, raw: Raw) -> JobView:
        """Keeps a Job's state unless a newer one is known."""
        job, version = observe_job(raw), version_of(raw)
        if version >= self._jobs.get(job.uid, (0, job))[0]:
            self._jobs[job.uid] = (version, job)
            self._by_contract.setdefault(job.contract_uid, set()).add(job.uid)
            self._index_unfinished(job)
        return job

    def drop_job(self, uid: str) -> None:
        """Forgets a Job that is gone, and its pods."""
        found = self._jobs.pop(uid, None)
        if found:
            self._by_contract[found[1].contract_uid].discard(uid)
            self._unfinished[found[1].namespace, found[1].warehouse].discard(uid)
        self._pods.pop(uid, None)

    def put_pod(self, raw: Raw) -> PodView:
        """Keeps a pod's state until its Job is gone: its last words are in the event of its deletion."""
        pod = observe_pod(raw)
        self._pods.setdefault(pod.job_uid, {})[pod.uid] = pod
        return pod

    def put_cronjob(self, raw: Raw) -> None:
        """Keeps a CronJob's state."""
        cronjob = observe_cronjob(raw)
        self._cronjobs[cronjob.contract_uid] = (version_of(raw), cronjob)

    def drop_cronjob(self, contract_uid: str) -> None:
        """Forgets a CronJob that is gone."""
        self._cronjobs.pop(contract_uid, None)

    def jobs_of(self, contract_uid: str) -> tuple[JobView, ...]:
        """A contract's Jobs, oldest first."""
        found = (self._jobs[uid][1] for uid in self._by_contract.get(contract_uid, ()))
        return tuple(sorted(found, key=lambda job: (job.created, job.name)))

    def job(self, uid: str) -> JobView | None:
        """A Job by its UID."""
        found = self._jobs.get(uid)
        return found[1] if found else None

    def pods_of(self, job_uid: str) -> tuple[PodView, ...]:
        """A Job's pods, oldest first."""
        return tuple(sorted(self._pods.get(job_uid, {}).values(), key=lambda pod: (pod.created, pod.name)))

    def cronjob_of(self, contract_uid: str) -> CronJobView | None:
        """A contract's CronJob."""
        found = self._cronjobs.get(contract_uid)
        return found[1] if found else None

    def missing_jobs(self, listed: set[str], version: int) -> list[JobView]:
        """Jobs that a complete list does not hold, as `Objects.missing`."""
        return [job for known, job in self._jobs.values() if job.uid not in listed and known <= version]

    def missing_cronjobs(self, listed: set[str], version: int) -> list[str]:
        """UIDs of contracts whose CronJob a complete list does not hold.

        Args:
            listed: UIDs of the contracts whose CronJobs are in the list.
            version: resource version of the list.
        """
        return [uid for uid, (known, _) in self._cronjobs.items() if uid not in listed and known <= version]

    def unfinished(self, namespace: str, warehouse: str) -> Iterator[JobView]:
        """Jobs of a Warehouse that have not ended."""
        return (self._jobs[uid][1] for uid in sorted(self._unfinished.get((namespace, warehouse), ())))

    def _index_unfinished(self, job: JobView) -> None:
        group = self._unfinished.setdefault((job.namespace, job.warehouse), set())
        if job.end is None and not job.deleting:
            group.add(job.uid)
        else:
            group.discard(job.uid)


class Cache:
    """Everything that is known."""

    def __init__(self) -> None:
        self.contracts = Objects()
        self.warehouses = Objects()
        self.runs = Runs()
        self.claims = Claims()


def _slim(raw: Raw) -> Raw:
    """The object without the bookkeeping of field managers, and without what `kubectl apply` keeps in annotations."""
    metadata = {key: value for key, value in raw["metadata"].items() if key != "managedFields"}
    if "annotations" in metadata:
        kept = {key: value for key, value in metadata["annotations"].items() if key.startswith(names.GROUP)}
        metadata["annotations"] = kept
    return {**raw, "metadata": metadata}
