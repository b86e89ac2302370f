"""Settings, metrics, logs and the probe: the small parts around the loop."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from prometheus_client import REGISTRY

from datacontract_api.conditions import Reason
from datacontract_api.warehouse import WarehouseSpec
from datacontract_operator.settings import Settings, read_settings
from datacontract_operator.shell import metrics
from datacontract_operator.shell.logs import JsonFormatter
from datacontract_operator.shell.probe import Account, account_of, probe
from support.kubernetes import plan, raw_contract, run_job, run_pod, succeeded_reports, world

KEY = ("shop", "orders")
LABELS = {"namespace": "shop", "contract": "orders"}


def test_settings_come_from_the_environment() -> None:
    given = {"DATACONTRACT_NAMESPACES": "a, b", "DATACONTRACT_WORKERS": "3", "DATACONTRACT_PROBE_SECONDS": "2.5"}
    read = read_settings(given)
    assert (read.namespaces, read.workers, read.probe_seconds) == (("a", "b"), 3, 2.5)
    assert read_settings({}) == Settings()


def test_a_wrong_setting_is_named() -> None:
    with pytest.raises(ValueError, match="DATACONTRACT_WORKERS must be a number, found 'many'"):
        read_settings({"DATACONTRACT_WORKERS": "many"})


def sample(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, LABELS | labels)


def test_a_run_is_counted_once_and_a_contract_that_went_is_forgotten() -> None:
    job = run_job(started=1, end="Complete", ended=3)
    first = plan(world(jobs=[job], pods=[run_pod(job, succeeded_reports(rows=7))])).status
    assert first is not None
    metrics.tell(KEY, world(raw_contract()).contract.status, first)
    metrics.tell(KEY, first, first)
    assert sample("datacontract_runs_total", result="Succeeded", reason="Succeeded") == 1
    assert (sample("datacontract_rows"), sample("datacontract_ready")) == (7, 1)
    assert sample("datacontract_checks", result="passed") == 3
    assert sample("datacontract_run_seconds_sum") == 120
    metrics.forget(KEY)
    assert sample("datacontract_rows") is None
    assert sample("datacontract_runs_total", result="Succeeded", reason="Succeeded") is None


def test_a_log_line_is_json_with_what_it_is_about() -> None:
    record = logging.LogRecord("x", logging.WARNING, "f", 1, "run %s failed", ("r1",), None)
    record.contract = "shop/orders"
    line = json.loads(JsonFormatter().format(record))
    assert (line["level"], line["message"], line["contract"]) == ("warning", "run r1 failed", "shop/orders")


class Server:
    """Answers as a ClickHouse's HTTP interface would: the one thing here that is not worth an engine."""

    def __init__(self, status: int = 200, lacking: str = "") -> None:
        outer = self
        self.asked: list[tuple[str, str | None]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                statement = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.asked.append((statement, self.headers.get("X-ClickHouse-User")))
                answer = "26.9.1" if "version" in statement else str(int(not lacking or lacking not in statement))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(f"{answer}\n".encode())

            def log_message(self, *_: object) -> None:
                pass

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.spec = WarehouseSpec(url=f"http://127.0.0.1:{self.http.server_port}")
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    made = Server(**getattr(request, "param", {}))
    yield made
    made.http.shutdown()


def test_a_warehouse_that_answers_tells_its_version(server: Server) -> None:
    found = probe(server.spec, Account("kim", "secret"))
    assert (found.answers, found.version, found.missing) == (True, "26.9.1", ())
    assert server.asked[0] == ("SELECT version()", "kim")


@pytest.mark.parametrize("server", [{"lacking": "ROLE ADMIN"}], indirect=True)
def test_missing_privileges_are_named(server: Server) -> None:
    found = probe(server.spec, Account())
    assert (found.answers, found.missing, found.reason) == (True, ("ROLE ADMIN",), Reason.WAREHOUSE_DENIED)


REFUSALS = {
    401: Reason.WAREHOUSE_DENIED,
    403: Reason.WAREHOUSE_DENIED,
    404: Reason.WAREHOUSE_UNREACHABLE,
    503: Reason.WAREHOUSE_UNREACHABLE,
}


@pytest.mark.parametrize(("server", "reason"), [({"status": s}, r) for s, r in REFUSALS.items()], indirect=["server"])
def test_a_refusal_is_told_without_the_password(server: Server, reason: Reason) -> None:
    found = probe(server.spec, Account("kim", "hunter2"))
    assert (found.answers, found.reason) == (False, reason)
    assert "hunter2" not in found.message


def test_a_server_that_is_not_there_is_unreachable() -> None:
    found = probe(WarehouseSpec(url="http://127.0.0.1:1"), Account())
    assert (found.answers, found.reason) == (False, Reason.WAREHOUSE_UNREACHABLE)


def test_an_account_is_read_from_secrets_as_they_are_stored() -> None:
    account = account_of({"username": "a2lt", "password": "aHVudGVyMgo="}, {})
    assert (account.username, account.password) == ("kim", "hunter2")
    assert "hunter2" not in repr(account)
    assert account_of({}, {}) == Account()
