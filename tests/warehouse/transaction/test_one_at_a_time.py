"""Two runs at once: one goes on, the other stops with a reason, and no rows are lost."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from datacontract_api.errors import ContractError, NotOwned, RunInProgress
from datacontract_runner.transaction import abandon_stage, lock, open_stage, publish_stage, stage_of


def _together(*calls: Callable[[], Any]) -> list[Any]:
    """Runs calls at the same time; an error of the tree is a result."""
    results: list[Any] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def work(at: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[at] = call()
        except ContractError as error:
            results[at] = error

    threads = [threading.Thread(target=work, args=(at, call)) for at, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_several_runs_of_one_contract_started_at_once_one_gets_the_stage(published: Any) -> None:
    contexts = [published.context() for _ in range(4)]
    results = _together(*(lambda context=context: open_stage(context) for context in contexts))
    won = [result for result in results if isinstance(result, str)]
    assert len(won) == 1
    assert all(isinstance(result, RunInProgress) for result in results if result not in won)
    winner = contexts[results.index(won[0])]
    published.fill(won[0], "INSERT INTO {db}.raw VALUES (10, 'winner')")
    publish_stage(winner, lambda *_: 0)
    assert published.value("SELECT count() FROM {db}.raw") == 11


def test_of_two_contracts_that_name_one_new_table_one_owns_it(make_dataset: Any) -> None:
    datasets = [make_dataset("shared", name=name, load="shared") for name in ("first", "second", "third")]
    results = _together(*(lambda d=d: open_stage(d.context()) for d in datasets))
    won = [at for at, result in enumerate(results) if isinstance(result, str)]
    assert len(won) == 1
    owner = datasets[won[0]].contract.qualified_name
    for at, result in enumerate(results):
        if at not in won:
            assert isinstance(result, NotOwned)
            assert owner in str(result)


def test_the_loser_leaves_nothing_behind_and_the_message_names_the_winner(published: Any) -> None:
    first, second = published.context("winner-run"), published.context()
    stage = open_stage(first)
    with pytest.raises(RunInProgress, match="winner-run"):
        open_stage(second)
    abandon_stage(second)
    assert stage in published.stages()
    assert stage_of(first) == stage


def test_a_run_that_ended_or_gave_up_lets_the_next_one_in_at_once(published: Any) -> None:
    first = published.context()
    open_stage(first)
    abandon_stage(first)
    second = published.context()
    published.ledger.start_run(second.contract, second.run_id)
    open_stage(second)
    published.end(second, succeeded=False)
    assert open_stage(published.context())


def test_a_silent_run_is_taken_over_and_cannot_publish_any_more(
    published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent, lively = published.context(), published.context()
    published.fill(open_stage(silent), "INSERT INTO {db}.raw VALUES (10, 'silent')")
    monkeypatch.setattr(lock, "DEAD_AFTER", -1)
    stage = open_stage(lively)
    monkeypatch.undo()
    with pytest.raises(RunInProgress, match=lively.run_id):
        publish_stage(silent, lambda *_: 0)
    published.fill(stage, "INSERT INTO {db}.raw VALUES (11, 'lively')")
    publish_stage(lively, lambda *_: 0)
    assert published.value("SELECT groupArray(k) FROM (SELECT k FROM {db}.raw WHERE k > 9)") == [11]


def test_a_lock_that_was_found_free_too_late_is_given_up(published: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One run looks; others take, release and take the lock, dropping older generations; then the first one acts."""
    key, ledger = published.contract.qualified_name, published.ledger
    original = lock._create

    def slow(ledger: Any, key: str, number: int, me: str) -> None:
        if me == "slow":
            for holder in ("quick", "quicker"):
                lock.acquire(ledger, key, holder)
                lock.release(ledger, key, holder)
            lock.acquire(ledger, key, "quickest")
        original(ledger, key, number, me)

    monkeypatch.setattr(lock, "_create", slow)
    with pytest.raises(RunInProgress, match="quickest"):
        lock.acquire(ledger, key, "slow")
    lock.check_held(ledger, key, "quickest")


def test_the_same_run_may_always_come_back(published: Any) -> None:
    context = published.context()
    open_stage(context)
    assert open_stage(context) == stage_of(context)


def test_destinations_outside_the_allowed_databases_are_refused(published: Any) -> None:
    context = published.context()
    strict = context.warehouse.model_copy(update={"allowed_databases": ["other_*"]})
    object.__setattr__(context, "warehouse", strict)
    with pytest.raises(NotOwned, match="other_"):
        open_stage(context)
