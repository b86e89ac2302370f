"""An S3 server: moto, which speaks enough of the protocol for ClickHouse."""

import os
import signal
import subprocess
import sys
import urllib.request
from types import TracebackType

from support.servers.ports import LOCAL, free_port, wait_for

ACCESS_KEY, SECRET_KEY = "accesskey", "secret'key\\2"
_CLIENT = {"region_name": "us-east-1", "aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}


class S3Server:
    """One server with one bucket, named `bucket`."""

    def __init__(self) -> None:
        self.port = free_port()

    def __enter__(self) -> "S3Server":
        environment = {**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": "1000000"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", LOCAL, "-p", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        wait_for(self.port, 60)
        import boto3

        self._client = boto3.client("s3", endpoint_url=f"http://{LOCAL}:{self.port}", **_CLIENT)  # type: ignore[call-overload]
        self._client.create_bucket(Bucket="bucket")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)

    def put(self, key: str, content: bytes) -> None:
        """Writes an object."""
        self._client.put_object(Bucket="bucket", Key=key, Body=content)

    def check_keys(self, checked: bool) -> None:
        """Whether the access keys of requests are checked from now on; none of ours is known to the server."""
        count = b"0" if checked else b"1000000"
        url, headers = f"http://{LOCAL}:{self.port}/moto-api/reset-auth", {"Content-Type": "text/plain"}
        request = urllib.request.Request(url, data=count, headers=headers, method="POST")
        urllib.request.urlopen(request).close()

    def url(self, key: str, bucket: str = "bucket") -> str:
        """The address of an object or a glob."""
        return f"http://{LOCAL}:{self.port}/{bucket}/{key}"

    @property
    def secret(self) -> dict[str, str]:
        """The keys of a Secret for it."""
        return {"accessKeyId": ACCESS_KEY, "secretAccessKey": SECRET_KEY}
