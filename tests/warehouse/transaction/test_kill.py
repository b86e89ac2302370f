"""kill -9 of a run that loads five million rows, at random moments, and then the same run again, with a reader polling.

The 200 points, and every step, are `benchmarks/kill.py`; here are twenty points each time.
"""

import importlib.util
import random
import sys
from pathlib import Path
from typing import Any

import pytest

POINTS, ROWS = 20, 5_000_000


@pytest.fixture(scope="module")
def kill() -> Any:
    path = Path(__file__).parents[3] / "benchmarks" / "kill.py"
    spec = importlib.util.spec_from_file_location("benchmark_kill", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.timeout(1800)
def test_a_run_killed_anywhere_and_repeated_ends_as_an_undisturbed_one(
    kill: Any, warehouse_url: str, database: str, ledger: Any
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    with kill.nursery() as children:
        scene = kill.Scene(warehouse_url, database, ROWS, children)
        scene.undisturbed()
        reader = kill.Reader(warehouse_url, database, ROWS)
        thread = reader.watch()
        try:
            shares = kill.kill_at_random(scene, POINTS, seed)
        finally:
            reader.stop()
            thread.join()
    assert reader.wrong == [], f"seed {seed}"
    assert reader.polls > POINTS
    assert sum(share >= 0 for share in shares) > POINTS // 2, f"seed {seed}: too few runs were still alive"
