"""The values of the Secret that a source names."""

from collections.abc import Mapping

from datacontract_api.errors import SecretMissing
from datacontract_api.sources import SourceKind
from datacontract_runner.stages.context import Secrets


def resolve_credentials(source: SourceKind, secrets: Secrets) -> Mapping[str, str]:
    """The credentials of a source by key; empty when the contract names no Secret.

    Raises:
        SecretMissing: no such Secret, or it lacks keys that the source must have.
    """
    if source.secret is None:
        return {}
    field = f"spec.source.{source.kind}.credentialsSecretRef"
    values = secrets.read(source.secret.name)
    missing = [key for key, needed in source.credential_keys.items() if needed and key not in values]
    if missing:
        raise SecretMissing(
            f"Secret {source.secret.name!r} lacks {', '.join(missing)}.",
            remedy=f"A {source.kind} source reads the keys {', '.join(source.credential_keys)}: add what is missing.",
            field=field,
        )
    return {key: values[key] for key in source.credential_keys if key in values}
