"""What can be set from outside, by environment variables that the Helm chart writes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PREFIX = "DATACONTRACT_"


@dataclass(frozen=True)
class Settings:
    """Settings of one operator process.

    Args:
        namespaces: namespaces to watch; empty for all.
        runner_image: image of runs, where the Warehouse names none.
        image_pull_policy: of runner pods.
        image_pull_secrets: names of Secrets with registry credentials, for runner pods.
        run_deadline_seconds: after this a run's pod is ended and kept, with its messages.
        run_ttl_seconds: how long a finished Job is kept.
        retries: how often a run is repeated when a network or server failed.
        probe_seconds: between two probes of a Warehouse that answers.
        probe_retry_seconds: between two probes of one that does not.
        resync_seconds: every object is looked at again after so long.
        workers: objects that are reconciled at the same time.
        http_host: address of metrics and health.
        http_port: port of metrics and health.
        log_level: the least severe level that is logged.
    """

    namespaces: tuple[str, ...] = ()
    runner_image: str = "datacontract-runner:latest"
    image_pull_policy: str = "IfNotPresent"
    image_pull_secrets: tuple[str, ...] = ()
    run_deadline_seconds: int = 6 * 3600
    run_ttl_seconds: int = 24 * 3600
    retries: int = 6
    probe_seconds: float = 60.0
    probe_retry_seconds: float = 5.0
    resync_seconds: float = 900.0
    workers: int = 16
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    log_level: str = "INFO"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Reads ``DATACONTRACT_<NAME>`` for every setting; lists are separated by commas.

    Args:
        environment: the process's own when None.

    Raises:
        ValueError: a number is none; the message names the variable.
    """
    given = os.environ if environment is None else environment
    default = Settings()
    values: dict[str, Any] = {}
    for name in Settings.__dataclass_fields__:
        variable = PREFIX + name.upper()
        if variable in given:
            values[name] = _converted(variable, given[variable], getattr(default, name))
    return Settings(**values)


def _converted(variable: str, text: str, default: Any) -> Any:
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        return type(default)(text)
    except ValueError:
        raise ValueError(f"{variable} must be a number, found {text!r}: correct the operator's environment") from None
