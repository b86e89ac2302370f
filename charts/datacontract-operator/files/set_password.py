"""Gives the embedded warehouse's user `default` its password, unless it has one: runs before the server listens."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

DATA = "/var/lib/clickhouse/embedded"
URL = "http://127.0.0.1:8123/"
TRIES = 300


def ask(statement: str) -> str:
    request = urllib.request.Request(URL, data=statement.encode())
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        return response.read().decode()


def wait_for_server() -> None:
    for _ in range(TRIES):
        try:
            urllib.request.urlopen(URL + "ping", timeout=1)  # noqa: S310
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("the embedded warehouse did not start")


server = subprocess.Popen(["contractctl", "warehouse", "serve", "--data", DATA, "--port", "8123"])  # noqa: S603, S607
wait_for_server()
try:
    # The password is of letters and digits: the chart made it.
    ask(f"ALTER USER default IDENTIFIED BY '{os.environ['CLICKHOUSE_PASSWORD']}'")
except urllib.error.HTTPError as error:
    if error.code not in (401, 403):
        sys.exit(f"the password could not be set: {error.code}")
finally:
    server.terminate()
    server.wait(30)
