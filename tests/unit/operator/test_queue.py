"""The work queue: coalescing, one worker per key, backoff."""

import asyncio
from collections.abc import Awaitable, Callable

from datacontract_operator.shell.queue import Queue


def worked(
    feed: Callable[[Queue[str]], Awaitable[None]], do: Callable[[str], Awaitable[None]], workers: int = 2
) -> list[tuple[str, float]]:
    """Runs workers while a coroutine feeds the queue; returns the failures."""
    failures: list[tuple[str, float]] = []

    async def main() -> None:
        queue: Queue[str] = Queue()
        tasks = [
            asyncio.create_task(queue.work(do, lambda key, _error, pause: failures.append((key, pause))))
            for _ in range(workers)
        ]
        await feed(queue)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(main())
    return failures


def test_a_key_that_waits_is_added_once() -> None:
    done: list[str] = []

    async def do(key: str) -> None:
        done.append(key)

    async def feed(queue: Queue[str]) -> None:
        for key in "aabba":
            queue.add(key)
        await asyncio.sleep(0.01)

    worked(feed, do)
    assert done == ["a", "b"]


def test_a_key_added_while_it_is_worked_on_is_worked_on_once_more_and_never_twice_at_a_time() -> None:
    running, most, done = 0, 0, 0

    async def do(_key: str) -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        done += 1

    async def feed(queue: Queue[str]) -> None:
        queue.add("a")
        await asyncio.sleep(0.005)
        for _ in range(3):
            queue.add("a")
        await asyncio.sleep(0.05)

    worked(feed, do)
    assert (most, done) == (1, 2)


def test_a_failure_is_tried_again_after_a_pause_that_doubles() -> None:
    tries = 0

    async def do(_key: str) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OSError

    async def feed(queue: Queue[str]) -> None:
        queue.add("a")
        await asyncio.sleep(1.0)

    pauses = [pause for _, pause in worked(feed, do)]
    assert tries == 3
    assert 0.15 < pauses[0] < 0.25
    assert 0.3 < pauses[1] < 0.5


def test_of_several_times_for_a_key_the_earliest_counts() -> None:
    loop_times: list[float] = []

    async def do(_key: str) -> None:
        loop_times.append(asyncio.get_running_loop().time())

    async def feed(queue: Queue[str]) -> None:
        start = asyncio.get_running_loop().time()
        queue.add_after("a", 5)
        queue.add_after("a", 0.02)
        queue.add_after("a", 9)
        await asyncio.sleep(0.1)
        loop_times[:] = [time - start for time in loop_times]

    worked(feed, do)
    assert len(loop_times) == 1
    assert loop_times[0] < 0.09
