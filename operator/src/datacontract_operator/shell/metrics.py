"""Metrics for Prometheus. Names and labels are part of the API: the chart's rules and dashboard read them."""

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from datacontract_api.conditions import ConditionType
from datacontract_api.report import StageName
from datacontract_api.status import DataContractStatus, RunStatus
from datacontract_operator.clock import now, parse_time
from datacontract_operator.observe.claims import Key
from datacontract_operator.plan.runs import RUNNING

RECONCILES = Counter("datacontract_reconciles_total", "Reconciliations.", ["kind", "result"])
RECONCILE_SECONDS = Histogram("datacontract_reconcile_seconds", "Duration of a reconciliation.", ["kind"])
QUEUE_LENGTH = Gauge("datacontract_queue_length", "Keys that wait to be reconciled.")
STATUS_WRITES = Counter("datacontract_status_writes_total", "Status writes.", ["kind"])
RUNS = Counter("datacontract_runs_total", "Runs that ended.", ["namespace", "contract", "result", "reason"])
RUN_SECONDS = Histogram(
    "datacontract_run_seconds",
    "Duration of runs.",
    ["namespace", "contract"],
    buckets=(5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600),
)
STAGE_SECONDS = Histogram(
    "datacontract_stage_seconds",
    "Duration of stages.",
    ["namespace", "contract", "stage"],
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200),
)
CHECKS = Gauge("datacontract_checks", "Checks of the last run.", ["namespace", "contract", "result"])
ROWS = Gauge("datacontract_rows", "Rows in the promised tables.", ["namespace", "contract"])
DRIFT = Counter(
    "datacontract_governance_changes_total", "Governance that had to be put right.", ["namespace", "contract"]
)
READY = Gauge("datacontract_ready", "Whether the contract is Ready.", ["namespace", "contract"])
STALLED = Gauge("datacontract_stalled", "Whether someone has to change something.", ["namespace", "contract"])
FRESHNESS = Gauge(
    "datacontract_published_timestamp_seconds", "When the last successful run ended.", ["namespace", "contract"]
)
WAREHOUSE_UP = Gauge("datacontract_warehouse_up", "Whether the Warehouse answers.", ["namespace", "warehouse"])

_PER_CONTRACT = (RUN_SECONDS, ROWS, DRIFT, READY, STALLED, FRESHNESS)


def serve(host: str, port: int) -> None:
    """Serves the metrics at ``/metrics``, in a thread of its own."""
    start_http_server(port, addr=host)


def tell(key: Key, before: DataContractStatus, after: DataContractStatus) -> None:
    """Takes over a status that was just written; runs are counted when they are first seen to have ended."""
    READY.labels(*key).set(_holds(after, ConditionType.READY))
    STALLED.labels(*key).set(_holds(after, ConditionType.STALLED))
    if after.rows is not None:
        ROWS.labels(*key).set(after.rows)
    counted = {run.id for run in before.history}
    for run in after.history:
        if run.id not in counted and run.outcome != RUNNING:
            _tell_run(key, run)


def forget(key: Key) -> None:
    """Drops the series of a contract that is gone."""
    for metric in _PER_CONTRACT:
        metric.remove_by_labels({"namespace": key[0], "contract": key[1]})
    for labelled in (RUNS, STAGE_SECONDS, CHECKS):
        labelled.remove_by_labels({"namespace": key[0], "contract": key[1]})


def _tell_run(key: Key, run: RunStatus) -> None:
    failed = next((report for report in run.stages if not report.succeeded), None)
    RUNS.labels(*key, run.outcome, failed.reason.value if failed else run.outcome).inc()
    started, finished = parse_time(run.started_at), parse_time(run.finished_at)
    if started and finished:
        RUN_SECONDS.labels(*key).observe((finished - started).total_seconds())
    if failed is None:
        FRESHNESS.labels(*key).set((finished or now()).timestamp())
    for report in run.stages:
        STAGE_SECONDS.labels(*key, report.stage.value).observe(report.millis / 1000)
        if report.stage is StageName.VALIDATE:
            _tell_checks(key, report.counts)
        if report.stage is StageName.GOVERN:
            DRIFT.labels(*key).inc(report.counts.get("changes", 0))


def _tell_checks(key: Key, counts: dict[str, int]) -> None:
    total, passed = counts.get("checks", 0), counts.get("passed", 0)
    CHECKS.labels(*key, "passed").set(passed)
    CHECKS.labels(*key, "warned").set(counts.get("warnings", 0))
    CHECKS.labels(*key, "failed").set(max(total - passed - counts.get("warnings", 0), 0))


def _holds(status: DataContractStatus, kind: ConditionType) -> bool:
    return any(one.type == kind and one.status == "True" for one in status.conditions)
