"""examples/events-s3: a real S3 protocol, compressed NDJSON, incremental, a view and an incremental model."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from datacontract_runner.warehouse import Connection
from support.servers import S3Server


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Server]:
    """An S3 server."""
    with S3Server() as server:
        yield server


@pytest.fixture(scope="module")
def sender() -> ModuleType:
    """The example's `deliver.py`."""
    file = Path(__file__).parents[3] / "examples" / "events-s3" / "deliver.py"
    spec = importlib.util.spec_from_file_location("deliver", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_run_loads_only_what_is_new(
    bucket: S3Server,
    sender: ModuleType,
    example: Callable[..., Path],
    contractctl: Callable[..., Any],
    connection: Connection,
    database: str,
    tmp_path: Path,
) -> None:
    endpoint = f"http://127.0.0.1:{bucket.port}"
    contract = example("events-s3", **{"http://localhost:9000": endpoint, "database: web}": f"database: {database}}}"})
    secret = tmp_path / "secrets" / "events-bucket"
    secret.mkdir(parents=True)
    for key, value in bucket.secret.items():
        (secret / key).write_text(value)
    call = ("run", contract, "--secrets", tmp_path / "secrets", "--output", "json")

    loaded = []
    for hours in (range(2), range(2, 5), range(0)):
        sender.deliver(endpoint, *bucket.secret.values(), hours, events=100)
        ended = contractctl(*call)
        assert ended.code == 0, ended.out + ended.err
        loaded.append(ended.document["runs"][0]["stages"][0]["counts"]["rows"])
    assert loaded == [200, 300, 0]
    assert connection.rows(f"SELECT count(), uniqExact(event_id) FROM {database}.events") == [(500, 500)]
    assert connection.rows(f"SELECT count(), sum(events) FROM {database}.visits_per_hour") == [(5, 500)]
    assert "secret'key" not in ended.out + ended.err


def test_an_empty_bucket_publishes_nothing(
    bucket: S3Server,
    sender: ModuleType,
    example: Callable[..., Path],
    contractctl: Callable[..., Any],
    tmp_path: Path,
    database: str,
) -> None:
    endpoint = f"http://127.0.0.1:{bucket.port}"
    sender.deliver(endpoint, *bucket.secret.values(), range(1))
    contract = example(
        "events-s3",
        **{
            "http://localhost:9000/events/2026": f"{endpoint}/events/1999",
            "database: web}": f"database: {database}}}",
            "      credentialsSecretRef: {name: events-bucket}\n": "",
        },
    )
    ended = contractctl("run", contract)
    assert ended.code == 11, ended.out + ended.err
