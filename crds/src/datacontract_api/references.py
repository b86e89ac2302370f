"""References to other objects of the same namespace."""

from typing import Annotated

from pydantic import Field, StringConstraints

from datacontract_api.base import Expected, Model

ObjectName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", min_length=1, max_length=253),
    Expected(
        "a Kubernetes name: lower case letters, digits, '-' and '.', beginning and ending with one of the first two"
    ),
]
"""The name of a Kubernetes object: an RFC 1123 subdomain."""


class ObjectReference(Model):
    """An object of the same namespace, by name."""

    name: ObjectName = Field(description="Name of the object, in the contract's own namespace.")


class SecretReference(Model):
    """A Secret of the same namespace; which keys are read from it is said where the reference stands."""

    name: ObjectName = Field(description="Name of the Secret, in the contract's own namespace.")


class ConfigMapReference(Model):
    """A ConfigMap of the same namespace."""

    name: ObjectName = Field(description="Name of the ConfigMap, in the contract's own namespace.")
