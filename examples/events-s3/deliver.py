"""The sender of this example: writes hours of click events to a bucket, as compressed NDJSON."""

import argparse
import gzip
import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

KINDS = ("view", "click", "search", "leave")
START = datetime(2026, 1, 1, tzinfo=UTC)


def hour_of_events(hour: int, events: int) -> bytes:
    """One file: the events of one hour; the same for the same hour."""
    rng = random.Random(hour)
    lines = [json.dumps(_event(rng, START + timedelta(hours=hour, seconds=n * 3600 / events))) for n in range(events)]
    return gzip.compress("\n".join(lines).encode() + b"\n")


def _event(rng: random.Random, at: datetime) -> dict[str, Any]:
    return {
        "event_id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "user_id": rng.randrange(1_000),
        "kind": rng.choice(KINDS),
        "page": rng.choice([None, "/", "/shop", "/about"]),
        "ip": f"192.0.2.{rng.randrange(256)}",
        "occurred_at": at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
    }


def deliver(endpoint: str, access_key: str, secret_key: str, hours: range, events: int = 1_000) -> None:
    """Creates the bucket `events` if need be and writes one object per hour."""
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        region_name="us-east-1",
    )
    if "events" not in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket="events")
    for hour in hours:
        client.put_object(Bucket="events", Key=f"2026/{hour:04}.ndjson.gz", Body=hour_of_events(hour, events))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", default="http://localhost:9000")
    parser.add_argument("--access-key", default="minioadmin")
    parser.add_argument("--secret-key", default="minioadmin")
    parser.add_argument("--hours", type=int, default=24)
    given = parser.parse_args()
    deliver(given.endpoint, given.access_key, given.secret_key, range(given.hours))
