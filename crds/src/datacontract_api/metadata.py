"""Kubernetes object metadata, as far as a contract in a file has any."""

from typing import Any, Literal

from pydantic import ConfigDict, Field, field_validator

from datacontract_api.base import Model
from datacontract_api.references import ObjectName

GROUP = "datacontract.dev"
VERSION = "v1alpha1"
API_VERSION: Literal["datacontract.dev/v1alpha1"] = "datacontract.dev/v1alpha1"


KUBERNETES_FIELDS = (
    *("annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers"),
    *("generateName", "generation", "labels", "managedFields", "name", "namespace", "ownerReferences"),
    *("resourceVersion", "selfLink", "uid"),
)
"""What an object's metadata may hold (Kubernetes API, ObjectMeta v1 meta)."""


class ObjectMeta(Model):
    """Name, namespace, labels and annotations; what else Kubernetes keeps in metadata is ignored."""

    model_config = ConfigDict(extra="ignore")

    name: ObjectName = Field(description="Name, unique in its namespace.")
    namespace: ObjectName = Field(default="default", description="Namespace.")
    labels: dict[str, str] = Field(default_factory=dict, description="Labels.")
    annotations: dict[str, str] = Field(default_factory=dict, description="Annotations.")
    uid: str = Field(default="", description="Set by Kubernetes.")
    generation: int = Field(default=0, description="Set by Kubernetes: counts changes of spec.")

    @field_validator("labels", "annotations", mode="before")
    @classmethod
    def _absent_is_empty(cls, value: Any) -> Any:
        return value or {}
