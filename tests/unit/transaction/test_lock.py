"""Who may take a lock."""

import pytest

from datacontract_runner.transaction.heartbeat import INTERVAL
from datacontract_runner.transaction.lock import DEAD_AFTER, Generation, Holder, is_free

OLD, YOUNG = DEAD_AFTER + 1, DEAD_AFTER - 1
CASES: list[tuple[str, Generation | None, Holder, bool]] = [
    ("nobody had it", None, Holder(), True),
    ("we had it", Generation(1, "me", 5), Holder(silence=5), True),
    ("another run lives", Generation(1, "other", OLD), Holder(silence=YOUNG), False),
    ("another run is silent", Generation(1, "other", OLD), Holder(silence=OLD), True),
    ("another run has just begun", Generation(1, "other", 1), Holder(), False),
    ("another run died before its first sign of life", Generation(1, "other", OLD), Holder(), True),
    ("another run took it again", Generation(2, "other", 1), Holder(silence=OLD), False),
    ("another run gave it back", Generation(1, "other", 1), Holder(silence=1, released=True), True),
    ("another run has ended", Generation(1, "other", 1), Holder(silence=1, finished=True), True),
]


@pytest.mark.parametrize(("newest", "holder", "free"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_lock_is_free(newest: Generation | None, holder: Holder, free: bool) -> None:
    assert is_free(newest, holder, "me") is free


def test_a_living_run_gives_several_signs_of_life_before_it_counts_as_dead() -> None:
    assert DEAD_AFTER >= 4 * INTERVAL
