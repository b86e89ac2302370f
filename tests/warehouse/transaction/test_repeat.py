"""A run that was killed at any step of its publish, repeated, or followed by another run."""

from collections.abc import Callable
from typing import Any

import pytest

from datacontract_api.errors import WrittenMeanwhile
from datacontract_runner.transaction import abandon_stage, open_stage, publish_stage
from datacontract_runner.warehouse import Connection, Statement


class Killed(BaseException):
    """The process is gone."""


STATEMENTS = (
    "CREATE TABLE {db}.extra (k UInt64) ENGINE = MergeTree ORDER BY k",
    "INSERT INTO {db}.extra VALUES (7)",
    "CREATE OR REPLACE VIEW {db}.big AS SELECT k, v FROM {db}.raw WHERE k > 20",
    "CREATE OR REPLACE DICTIONARY {db}.names (k UInt64, v String) PRIMARY KEY k "
    "SOURCE(CLICKHOUSE(DB '{db}' TABLE 'extra_names')) LAYOUT(HASHED()) LIFETIME(0)",
    "INSERT INTO {db}.raw VALUES (100, 'second')",
    "INSERT INTO {db}.counts SELECT v, count() FROM {db}.raw GROUP BY v",
)
FIRST = (
    "CREATE TABLE {db}.counts (v String, n UInt64) ENGINE = MergeTree ORDER BY v",
    "CREATE TABLE {db}.extra_names (k UInt64, v String) ENGINE = MergeTree ORDER BY k",
    "CREATE OR REPLACE VIEW {db}.big AS SELECT k, v FROM {db}.raw WHERE k > 5",
)


@pytest.fixture
def rich(published: Any) -> Any:
    """`raw`, another table, and a view."""
    published.run(*FIRST)
    return published


def _die_at(connection: Connection, number: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Kills the process just before its n-th writing statement, the last one being done but not acknowledged."""
    seen: list[str] = []

    def dying(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            seen.append(_text(args))
            if len(seen) == number:
                raise Killed
            return original(*args, **kwargs)

        return call

    monkeypatch.setattr(connection, "execute", dying(connection.execute))
    monkeypatch.setattr(connection, "insert", dying(connection.insert))
    return seen


def _text(args: tuple[Any, ...]) -> str:
    return args[0].text if isinstance(args[0], Statement) else " ".join(str(arg) for arg in args[:2])


def _look(dataset: Any) -> Any:
    objects = dataset.rows("SELECT name, create_table_query FROM system.tables WHERE database = '{db}' ORDER BY name")
    tables = dataset.rows(
        "SELECT name FROM system.tables WHERE database = '{db}' AND engine LIKE '%MergeTree' ORDER BY name"
    )
    return objects, [dataset.rows(f"SELECT * FROM {{db}}.{name} ORDER BY ALL") for (name,) in tables]


def _stage(dataset: Any) -> Any:
    context = dataset.context()
    dataset.ledger.start_run(context.contract, context.run_id)
    dataset.fill(open_stage(context), *STATEMENTS)
    return context


def _undisturbed_look_and_steps(dataset: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, list[str]]:
    """What an undisturbed publish ends in, and its writing statements; taken back afterwards."""
    context = _stage(dataset)
    with monkeypatch.context() as patch:
        steps = _die_at(dataset.connection, 0, patch)
        publish_stage(context, lambda *_: 0)
    dataset.end(context)
    wanted = _look(dataset)
    dataset.rollback()
    return wanted, list(steps)


@pytest.mark.timeout(1200)
def test_killed_at_every_statement_of_the_publish(rich: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other time the run itself is repeated, or the contract's next run finds what was begun."""
    old = _look(rich)
    wanted, steps = _undisturbed_look_and_steps(rich, monkeypatch)
    assert _look(rich) == old
    assert sum("EXCHANGE" in step for step in steps) == 3
    number = 1
    while (dead := _killed_publish(rich, number, monkeypatch)) is not None:
        step = f"killed before statement {number} of {len(steps)}"
        if number % 2:
            publish_stage(dead, lambda *_: 0)
            rich.end(dead)
            assert _look(rich) == wanted, step
        else:
            _next_run_gives_up(rich, dead)
            assert _look(rich) in (old, wanted), step
        if _look(rich) == wanted:
            rich.rollback()
            assert _look(rich) == old, step
        number += 1
    assert number > 15


def _killed_publish(dataset: Any, number: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The context of a run whose publish died just before its n-th writing statement; None when it has fewer."""
    context = _stage(dataset)
    with monkeypatch.context() as patch:
        _die_at(dataset.connection, number, patch)
        try:
            publish_stage(context, lambda *_: 0)
        except Killed:
            return context
    return None


def _next_run_gives_up(dataset: Any, dead: Any) -> None:
    """The next run of the contract opens its stage, which ends what was begun, and gives up."""
    dataset.end(dead, succeeded=False)
    following = dataset.context()
    open_stage(following)
    abandon_stage(following)


def test_a_repeat_does_not_publish_over_a_table_that_someone_replaced(
    rich: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = _stage(rich)
    with monkeypatch.context() as patch:
        steps = _die_at(rich.connection, 0, patch)
        original = rich.connection.execute

        def die_at_second_exchange(*args: Any) -> Any:
            if sum("EXCHANGE" in step for step in steps) == 1 and "EXCHANGE" in _text(args):
                raise Killed
            return original(*args)

        patch.setattr(rich.connection, "execute", die_at_second_exchange)
        with pytest.raises(Killed):
            publish_stage(context, lambda *_: 0)
    rich.live("DROP TABLE {db}.counts SYNC", FIRST[0], "INSERT INTO {db}.counts VALUES ('theirs', 1)")
    with pytest.raises(WrittenMeanwhile, match="counts"):
        publish_stage(context, lambda *_: 0)
    assert rich.rows("SELECT * FROM {db}.counts") == [("theirs", 1)]
