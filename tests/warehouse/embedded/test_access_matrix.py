"""Six roles, five tables, columns and row policies, eight users at once: every read is right, also after kill -9."""

# ruff: noqa: E501 - a statement is easier to read on one line

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from datacontract_runner.embedded.lock import running_at

COLUMNS = ("id", "name", "region", "amount", "email")
TABLES = ("customers", "orders", "payments", "visits", "returns")
ROLES = ("analyst", "fraud", "finance", "support", "auditor", "intern")
REGIONS = ("eu", "us", "jp")
ROWS = 12
# Which columns of which tables a role reads, and by which policy its rows are limited.
GRANTS = {
    "analyst": {"customers": ("id", "region", "amount"), "orders": COLUMNS},
    "fraud": {"customers": COLUMNS, "payments": COLUMNS},
    "finance": {"payments": ("id", "amount"), "orders": ("id", "amount"), "returns": ("amount",)},
    "support": {"customers": ("id", "name"), "visits": COLUMNS},
    "auditor": dict.fromkeys(TABLES, ("id", "region")),
    "intern": {},
}
POLICIES = {
    ("customers", "fraud"): ("PERMISSIVE", "region = 'eu'", lambda row: row["region"] == "eu"),
    ("customers", "support"): ("PERMISSIVE", "id < 6", lambda row: row["id"] < 6),
    ("orders", "analyst"): ("RESTRICTIVE", "amount > 50", lambda row: row["amount"] > 50),
    ("payments", "finance"): ("PERMISSIVE", "region != 'jp'", lambda row: row["region"] != "jp"),
    ("visits", "auditor"): ("RESTRICTIVE", "id % 2 = 0", lambda row: row["id"] % 2 == 0),
}
USERS = {
    "u0": ("analyst",), "u1": ("fraud",), "u2": ("finance",), "u3": ("support",), "u4": ("auditor",), "u5": ("intern",),
    "u6": ("analyst", "support"), "u7": ("fraud", "finance", "auditor"),
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    user: str
    table: str
    columns: tuple[str, ...]

    @property
    def sql(self) -> str:
        return f"SELECT {', '.join(self.columns)} FROM shop.{self.table} ORDER BY ALL"


def row(number: int) -> dict[str, object]:
    return {
        "id": number,
        "name": f"n{number}",
        "region": REGIONS[number % 3],
        "amount": number * 10,
        "email": f"{number}@example.org",
    }


def expected(question: Question) -> list[list[object]] | None:
    """The rows by a plain evaluation of grants and policies; None for a refusal."""
    roles = USERS[question.user]
    granted = {column for role in roles for column in GRANTS[role].get(question.table, ())}
    if not set(question.columns) <= granted:
        return None
    rows = [row(number) for number in range(ROWS) if _visible(row(number), question.table, roles)]
    return sorted([found[column] for column in question.columns] for found in rows)


def _visible(candidate, table, roles):
    mine = [(kind, test) for (on, role), (kind, _, test) in POLICIES.items() if on == table and role in roles]
    permissive = [test for kind, test in mine if kind == "PERMISSIVE"]
    restrictive = [test for kind, test in mine if kind == "RESTRICTIVE"]
    return (not permissive or any(t(candidate) for t in permissive)) and all(t(candidate) for t in restrictive)


def questions():
    shapes = [(column,) for column in COLUMNS] + [COLUMNS, ("id", "amount"), ("id", "region")]
    return [Question(user, table, columns) for user in USERS for table in TABLES for columns in shapes]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return Path(tmp_path_factory.mktemp("matrix"))


@pytest.fixture
def served(data, new_client):
    """Starts the warehouse in a process of its own."""
    processes = []

    def start():
        code = "import sys, pathlib; from datacontract_runner.embedded.server import serve; serve(pathlib.Path(sys.argv[1]), port=0)"
        process = subprocess.Popen([sys.executable, "-c", code, str(data)], stdout=subprocess.DEVNULL)
        processes.append(process)
        end = time.monotonic() + 60
        while (url := running_at(data)) is None:
            assert time.monotonic() < end, "the warehouse did not start"
            assert process.poll() is None, "the warehouse ended"
            time.sleep(0.05)
        return process, new_client(url)

    yield start
    for process in processes:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=30)


def furnish(client):
    client.do("CREATE DATABASE shop")
    for table in TABLES:
        client.do(
            f"CREATE TABLE shop.{table} (id UInt32, name String, region String, amount UInt32, email String) ENGINE = MergeTree ORDER BY id",
            f"INSERT INTO shop.{table} SELECT number, 'n' || number, ['eu', 'us', 'jp'][number % 3 + 1], number * 10, number || '@example.org' FROM numbers({ROWS})",
        )
    client.do(*(f"CREATE ROLE {role}" for role in ROLES))
    for role, tables in GRANTS.items():
        client.do(
            *(f"GRANT SELECT({', '.join(columns)}) ON shop.{table} TO {role}" for table, columns in tables.items())
        )
    for user, roles in USERS.items():
        client.do(f"CREATE USER {user} IDENTIFIED BY 'pw-{user}'", f"GRANT {', '.join(roles)} TO {user}")
    for (table, role), (kind, using, _) in POLICIES.items():
        client.do(f"CREATE ROW POLICY by_{role} ON shop.{table} AS {kind} FOR SELECT USING {using} TO {role}")


def check_everything(client):
    """Each user asks all of theirs in a thread of their own, in an order of their own."""

    def ask(user):
        mine = [question for question in questions() if question.user == user]
        random.Random(user).shuffle(mine)
        as_user = client.as_user(user, f"pw-{user}")
        for question in mine:
            answer = as_user.ask(question.sql, default_format="JSONCompactEachRow")
            wanted = expected(question)
            assert answer.code == (497 if wanted is None else 0), (question, answer.text)
            assert wanted is None or answer.rows == wanted, question
        return len(mine)

    with ThreadPoolExecutor(len(USERS)) as pool:
        return sum(pool.map(ask, USERS))


def test_every_read_is_right_for_eight_users_at_once_before_and_after_kill_9(served):
    assert {expected(q) is None for q in questions()} == {True, False}
    process, client = served()
    furnish(client)
    assert check_everything(client) == len(questions())
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, client = served()
    assert check_everything(client) == len(questions())


def test_sigterm_drains_running_statements(served):
    process, client = served()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(client.ask, "SELECT sleep(1.5)", query_id="slow")
        while not client.rows("KILL QUERY WHERE query_id = 'slow' TEST"):
            time.sleep(0.02)
        process.terminate()
        assert slow.result().text == "0"
    assert process.wait(timeout=30) == 0
