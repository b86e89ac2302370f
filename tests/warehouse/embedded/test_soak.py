"""Thirty-two clients, mixed work, disconnects and kills: nothing wrong, nothing left behind.

Fifteen seconds by default; ``WAREHOUSE_SOAK_SECONDS=180`` for the long run.
"""

# ruff: noqa: E501 - a statement is easier to read on one line

import contextlib
import os
import random
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from datacontract_runner.embedded.lock import running_at

SECONDS = float(os.environ.get("WAREHOUSE_SOAK_SECONDS", "15"))
CLIENTS = 32


@pytest.fixture
def server(tmp_path, new_client):
    code = "import pathlib, sys; from datacontract_runner.embedded.server import serve; serve(pathlib.Path(sys.argv[1]), port=0)"
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.DEVNULL)
    while (url := running_at(tmp_path)) is None:
        assert process.poll() is None
        time.sleep(0.05)
    yield process, new_client(url)
    process.terminate()
    assert process.wait(timeout=60) == 0


def resident_megabytes(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def open_sockets(pid):
    """The engine keeps files open for each of its threads; what must not stay are clients."""
    found = 0
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found += str(descriptor.readlink()).startswith("socket:")
    return found


class Worker:
    """One client. Every answer is checked."""

    def __init__(self, client, number, end):
        self.client, self.number, self.end = client, number, end
        self.random = random.Random(number)
        self.wrong = []
        self.done = {}
        self.inserted = 0
        self.session = client.within(session_id=f"soak{number}")

    def run(self):
        kinds = [self.select, self.select, self.stream, self.insert, self.leave, self.kill, self.fail, self.remember]
        while time.monotonic() < self.end:
            kind = self.random.choice(kinds)
            kind()
            self.done[kind.__name__] = self.done.get(kind.__name__, 0) + 1

    def check(self, found, wanted):
        if found != wanted:
            self.wrong.append((found, wanted))

    def select(self):
        rows = self.random.randrange(1, 100_000)
        self.check(self.client.ask(f"SELECT sum(number) FROM numbers({rows})").text, str(rows * (rows - 1) // 2))

    def stream(self):
        rows = self.random.randrange(100_000, 400_000)
        body = self.client.ask(f"SELECT number FROM numbers({rows}) FORMAT RowBinary").body
        self.check((len(body), body[-8:]), (rows * 8, (rows - 1).to_bytes(8, "little")))

    def insert(self):
        rows = self.random.randrange(1, 500)
        data = b"".join(b"%d,%d\n" % (self.number, value) for value in range(rows))
        self.check(self.client.ask(b"INSERT INTO soak.t FORMAT CSV\n" + data).summary["written_rows"], rows)
        self.inserted += rows

    def leave(self):
        """Goes away in the middle: of a result, or of a query without one."""
        sql = self.random.choice(
            [
                b"SELECT number FROM numbers(100000000)",
                b"SELECT count() FROM numbers(100000000000) WHERE NOT ignore(rand())",
            ]
        )
        host, port = urlsplit(self.client.url).netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(sql), sql))
            connection.settimeout(self.random.random() / 5)
            try:
                connection.recv(1000)
            except TimeoutError:
                return

    def kill(self):
        query_id = f"soak-{self.number}-{self.random.random()}"
        victim = threading.Thread(
            target=lambda: answers.append(
                self.client.ask("SELECT count() FROM numbers(100000000000) WHERE NOT ignore(rand())", query_id=query_id)
            )
        )
        answers = []
        victim.start()
        while victim.is_alive():
            self.client.do(f"KILL QUERY WHERE query_id = '{query_id}'")
            victim.join(0.05)
        self.check(answers[0].code, 394)

    def fail(self):
        self.check(
            self.client.ask(
                "SELECT number, throwIf(number = 90000) FROM numbers(100000) SETTINGS max_block_size = 1000"
            ).code,
            395,
        )

    def remember(self):
        value = self.random.randrange(1, 50)
        self.session.do(f"SET max_threads = {value}")
        self.check(self.session.ask("SELECT getSetting('max_threads')").text, str(value))


def load(client, seconds):
    end = time.monotonic() + seconds
    workers = [Worker(client, number, end) for number in range(CLIENTS)]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return workers


def settle(client):
    while client.rows("SELECT count() FROM system.processes") != [[1]]:
        time.sleep(0.1)
    time.sleep(2)


@pytest.mark.timeout(900)
def test_a_mixed_load_leaves_no_wrong_answer_and_nothing_behind(server):
    process, client = server
    client.do(
        "CREATE DATABASE soak", "CREATE TABLE soak.t (client UInt32, v UInt32) ENGINE = MergeTree ORDER BY client"
    )
    warm = load(client, max(5.0, SECONDS / 6))
    settle(client)
    before, sockets = resident_megabytes(process.pid), open_sockets(process.pid)
    workers = load(client, SECONDS)
    settle(client)
    after = resident_megabytes(process.pid)
    print({"before": before, "after": after, "done": sum(sum(w.done.values()) for w in workers)})
    assert [wrong for worker in warm + workers for wrong in worker.wrong][:3] == []
    inserted = sum(worker.inserted for worker in warm + workers)
    assert client.rows("SELECT count() FROM soak.t") == [[inserted]]
    assert after < before * 1.2
    assert open_sockets(process.pid) <= sockets + 2
