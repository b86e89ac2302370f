"""Labels, annotations and names of the objects that the operator makes."""

import hashlib
import json
from typing import Any

GROUP = "datacontract.dev"
MANAGED_BY = "datacontract-operator"
"""Field manager of every server-side apply, and value of the label `app.kubernetes.io/managed-by`."""

CONTRACT = f"{GROUP}/contract"
"""Label: name of the contract, shortened where it is longer than a label may be."""
CONTRACT_UID = f"{GROUP}/contract-uid"
"""Label: UID of the contract; the watches select by its existence."""
WAREHOUSE = f"{GROUP}/warehouse"
"""Annotation: name of the Warehouse that a Job runs against."""
CONTRACT_NAME = f"{GROUP}/contract-name"
"""Annotation: full name of the contract."""
TRIGGER = f"{GROUP}/trigger"
"""Annotation: what started the run."""
TOKEN = f"{GROUP}/token"
"""Annotation: which occasion of the trigger: the generation, the requested time."""
INPUT_HASH = f"{GROUP}/input-hash"
"""Annotation: digest of what the run depends on."""
SNAPSHOT = f"{GROUP}/snapshot"
"""Annotation: name of the ConfigMap that the run reads."""
GENERATION = f"{GROUP}/generation"
"""Annotation: generation of the contract in the snapshot."""
QUEUED_AT = f"{GROUP}/queued-at"
"""Annotation: since when the run waits, kept when a waiting Job is made anew."""
MANIFEST_HASH = f"{GROUP}/manifest-hash"
"""Annotation: digest of the manifest that was applied, to see whether the wanted one differs."""
REQUESTED_AT = f"{GROUP}/requested-at"
"""Annotation on a contract: any new value starts one run."""
KUEUE_QUEUE = "kueue.x-k8s.io/queue-name"
"""Label of Kueue: a Job that carries it is admitted by Kueue."""
FINALIZER = f"{GROUP}/teardown"
"""Finalizer of contracts whose tables are deleted with them."""

LABEL_LENGTH = 63
CRONJOB_LENGTH = 52
"""A CronJob's name leaves room for the time that is appended to its Jobs' names."""


def digest(value: Any, length: int = 10) -> str:
    """The first hexadecimal digits of a value's SHA-256; the value is anything that JSON holds."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def shortened(name: str, length: int) -> str:
    """A name of at most `length` characters: itself, or its beginning and a digest of the whole."""
    if len(name) <= length:
        return name
    return f"{name[: length - 9].rstrip('-.')}-{digest(name, 8)}"


def child(name: str, suffix: str, length: int = LABEL_LENGTH) -> str:
    """The name of an object that belongs to a contract: ``<contract>-<suffix>``, never longer than `length`."""
    return f"{shortened(name.replace('.', '-'), length - len(suffix) - 1)}-{suffix}"


def labels(name: str, uid: str) -> dict[str, str]:
    """Labels of everything made for a contract."""
    return {
        "app.kubernetes.io/managed-by": MANAGED_BY,
        CONTRACT: shortened(name, LABEL_LENGTH),
        CONTRACT_UID: uid,
    }
