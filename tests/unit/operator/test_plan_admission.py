"""Admission at a Warehouse: oldest first, one per contract, never more than the limit."""

from dataclasses import replace

import pytest

from datacontract_operator.observe.views import JobView
from datacontract_operator.plan.admission import Candidate, plan_admission
from support.kubernetes import at, run_job


def job(name: str, contract: str, minutes: float, *, started: bool = False, kueue: bool = False) -> JobView:
    made = run_job(uid=name, created=minutes, started=minutes if started else None)
    return replace(made, name=name, contract_uid=contract, queued_at=at(minutes), kueue=kueue)


CASES: dict[str, tuple[list[JobView], int, list[str]]] = {
    "room for all": ([job("a", "1", 1), job("b", "2", 2)], 4, ["a", "b"]),
    "oldest first": ([job("b", "2", 2), job("a", "1", 1), job("c", "3", 3)], 2, ["a", "b"]),
    "active ones take their room": ([job("a", "1", 1, started=True), job("b", "2", 2), job("c", "3", 3)], 2, ["b"]),
    "no room": ([job("a", "1", 1, started=True), job("b", "2", 2)], 1, []),
    "one run of a contract at a time": ([job("a", "1", 1, started=True), job("b", "1", 2), job("c", "2", 3)], 4, ["c"]),
    "two waiting of one contract": ([job("a", "1", 1), job("b", "1", 2), job("c", "2", 3)], 4, ["a", "c"]),
    "Kueue's are left to Kueue": ([job("a", "1", 1, kueue=True), job("b", "2", 2)], 4, ["b"]),
    "Kueue's take no room of ours": ([job("a", "1", 1, started=True, kueue=True), job("b", "2", 2)], 1, ["b"]),
    "but no second run of the same contract": ([job("a", "1", 1, started=True, kueue=True), job("b", "1", 2)], 4, []),
}


@pytest.mark.parametrize(("jobs", "limit", "admitted"), CASES.values(), ids=CASES)
def test_admission(jobs: list[JobView], limit: int, admitted: list[str]) -> None:
    made = plan_admission([Candidate(one, allowed=True) for one in jobs], limit, answers=True)
    assert [action.name for action in made] == admitted


def test_nothing_starts_against_a_warehouse_that_does_not_answer() -> None:
    assert plan_admission([Candidate(job("a", "1", 1), allowed=True)], 4, answers=False) == []


def test_a_job_that_its_contract_holds_back_does_not_hold_back_others() -> None:
    held, free = Candidate(job("a", "1", 1), allowed=False), Candidate(job("b", "2", 2), allowed=True)
    assert [action.name for action in plan_admission([held, free], 1, answers=True)] == ["b"]
