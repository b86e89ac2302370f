"""Actions: what a plan may ask for, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CreateSnapshot:
    """Create an immutable ConfigMap; one of that name is the same one."""

    manifest: Mapping[str, Any]


@dataclass(frozen=True)
class CreateJob:
    """Create a Job; one of that name is the same run.

    Args:
        snapshot: a ConfigMap that only this Job uses and that shall go with it, None where there is one already.
    """

    manifest: Mapping[str, Any]
    snapshot: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class AdmitJob:
    """Let a suspended Job start."""

    namespace: str
    name: str
    uid: str


@dataclass(frozen=True)
class DeleteJob:
    """Delete a Job that never started."""

    namespace: str
    name: str
    uid: str


@dataclass(frozen=True)
class ApplyCronJob:
    """Make the CronJob what the manifest says."""

    manifest: Mapping[str, Any]


@dataclass(frozen=True)
class SuspendCronJob:
    """Stop a CronJob from starting runs."""

    namespace: str
    name: str


@dataclass(frozen=True)
class DeleteCronJob:
    """Delete a CronJob; its Jobs go on."""

    namespace: str
    name: str


@dataclass(frozen=True)
class DeleteSnapshot:
    """Delete a ConfigMap that nothing names any more."""

    namespace: str
    name: str


@dataclass(frozen=True)
class SetFinalizer:
    """Put our finalizer on a contract, or take it off."""

    namespace: str
    name: str
    uid: str
    present: bool


@dataclass(frozen=True)
class ReleaseWithNamespace:
    """Take our finalizer off a contract whose namespace is being deleted: nothing can be started there any more."""

    namespace: str
    name: str
    uid: str


@dataclass(frozen=True)
class EmitEvent:
    """Tell what happened, in a Kubernetes event about a contract; `run` is the id of the run concerned."""

    reason: str
    message: str
    warning: bool = False
    run: str = ""


Action = (
    CreateSnapshot
    | CreateJob
    | AdmitJob
    | DeleteJob
    | ApplyCronJob
    | SuspendCronJob
    | DeleteCronJob
    | DeleteSnapshot
    | SetFinalizer
    | ReleaseWithNamespace
)
