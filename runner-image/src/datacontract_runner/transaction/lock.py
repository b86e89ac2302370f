"""One run of a contract at a time: a lock whose atomic step is CREATE TABLE without IF NOT EXISTS.

A lock is a row of generations, tables named ``lock_<hash>_<generation>`` in the ledger's database; the comment says
who holds it. Only the newest generation counts. Whoever finds it free creates the next one, and ClickHouse lets one
of several succeed. The newest table is never dropped, so a creation that came too late sees a newer one and gives up.

Free means: released, held by the same holder before, by a run that has ended, or without a sign of life for
`DEAD_AFTER` seconds. Taking over from a holder that lives after all costs that holder its run and nobody any rows:
its publish checks the lock, and then what it recorded of the live tables.
"""

import hashlib
import json
from dataclasses import dataclass

from datacontract_api.errors import RunInProgress
from datacontract_runner import sql
from datacontract_runner.ledger import LEDGER_DATABASE, Ledger, RunState
from datacontract_runner.warehouse import StatementFailed

DEAD_AFTER = 120
"""Seconds without a sign of life after which a holder counts as dead; `heartbeat` gives eight in that time."""

_TABLE_ALREADY_EXISTS = 57


@dataclass(frozen=True)
class Generation:
    """One table of a lock.

    Args:
        number: its generation, from 1.
        holder: who created it.
        age: seconds since it was created, by the server's clock.
    """

    number: int
    holder: str
    age: int


@dataclass(frozen=True)
class Holder:
    """What the ledger knows of a holder.

    Args:
        silence: seconds since the last sign of life; None when there was none yet.
        released: whether it gave the lock back.
        finished: whether it is a run that has ended.
    """

    silence: int | None = None
    released: bool = False
    finished: bool = False


def is_free(newest: Generation | None, holder: Holder, me: str) -> bool:
    """Whether a lock may be taken by `me`. Purely computational, no side effects."""
    if newest is None or newest.holder == me or holder.released or holder.finished:
        return True
    silence = newest.age if holder.silence is None else min(newest.age, holder.silence)
    return silence > DEAD_AFTER


def acquire(ledger: Ledger, key: str, me: str) -> None:
    """Takes a lock, or takes it again.

    Args:
        ledger: the ledger, created.
        key: what is locked: a contract's qualified name.
        me: who takes it: a run id.

    Raises:
        RunInProgress: someone else holds it, or was faster.
    """
    newest = _newest(ledger, key)
    holder = _observe_holder(ledger, key, newest.holder) if newest else Holder()
    if newest and not is_free(newest, holder, me):
        raise _in_progress(key, newest.holder, f"last sign of life {holder.silence or 0} s ago")
    mine = newest.number + 1 if newest else 1
    _create(ledger, key, mine, me)
    *older, latest = _generations(ledger, key)
    if latest.number != mine:
        _drop(ledger, key, mine)
        raise _in_progress(key, latest.holder, "it was faster")
    beat(ledger, key, me)
    for generation in older:
        _drop(ledger, key, generation.number)


def check_held(ledger: Ledger, key: str, me: str) -> None:
    """Makes sure that a lock is still ours.

    Raises:
        RunInProgress: it was taken over.
    """
    newest = _newest(ledger, key)
    if newest is None or newest.holder != me:
        raise _in_progress(key, newest.holder if newest else "nobody", f"this run was silent for over {DEAD_AFTER} s")


def release(ledger: Ledger, key: str, me: str) -> None:
    """Gives a lock back; whoever comes next need not wait. Harmless when it is no longer ours."""
    ledger.insert("heartbeats", [{"lock": key, "holder": me, "released": True}])


def beat(ledger: Ledger, key: str, me: str) -> None:
    """Gives a sign of life."""
    ledger.insert("heartbeats", [{"lock": key, "holder": me, "released": False}])


def holders(ledger: Ledger) -> dict[str, str]:
    """Who holds, or held last, each lock: holder by key."""
    rows = ledger.connection.rows(
        "SELECT comment FROM system.tables WHERE database = {d:String} AND startsWith(name, 'lock_') "
        "ORDER BY toUInt64OrZero(splitByChar('_', name)[-1])",
        {"d": LEDGER_DATABASE},
    )
    comments = [json.loads(comment) for (comment,) in rows]
    return {comment["lock"]: comment["holder"] for comment in comments}


def is_live(ledger: Ledger, key: str, me: str) -> bool:
    """Whether `me` holds the lock and would keep it against others."""
    newest = _newest(ledger, key)
    return newest is not None and newest.holder == me and not is_free(newest, _observe_holder(ledger, key, me), "")


def _prefix(key: str) -> str:
    return f"lock_{hashlib.sha256(key.encode()).hexdigest()[:16]}_"


def _table(key: str, number: int) -> str:
    return sql.qualified(LEDGER_DATABASE, f"{_prefix(key)}{number}")


def _generations(ledger: Ledger, key: str) -> list[Generation]:
    """All generations of a lock, oldest first."""
    prefix = _prefix(key)
    rows = ledger.connection.rows(
        "SELECT name, comment, toInt64(now()) - toInt64(metadata_modification_time) FROM system.tables "
        "WHERE database = {d:String} AND startsWith(name, {p:String})",
        {"d": LEDGER_DATABASE, "p": prefix},
    )
    found = [Generation(int(name[len(prefix) :]), json.loads(comment)["holder"], age) for name, comment, age in rows]
    return sorted(found, key=lambda generation: generation.number)


def _newest(ledger: Ledger, key: str) -> Generation | None:
    return next(reversed(_generations(ledger, key)), None)


def _observe_holder(ledger: Ledger, key: str, holder: str) -> Holder:
    beats = ledger.select(
        "heartbeats",
        "toInt64(now()) - toInt64(toDateTime(updated_at)), released",
        "lock = {lock:String} AND holder = {holder:String}",
        {"lock": key, "holder": holder},
    )
    states = ledger.select("runs", "state", "run_id = {run:String}", {"run": holder})
    finished = bool(states) and RunState(states[0][0]) is not RunState.RUNNING
    silence, released = beats[0] if beats else (None, False)
    return Holder(silence=silence, released=bool(released), finished=finished)


def _create(ledger: Ledger, key: str, number: int, me: str) -> None:
    comment = sql.literal(json.dumps({"lock": key, "holder": me}))
    try:
        ledger.connection.execute(f"CREATE TABLE {_table(key, number)} (held Bool) ENGINE = Null COMMENT {comment}")
    except StatementFailed as error:
        if error.code != _TABLE_ALREADY_EXISTS:
            raise
        raise _in_progress(key, "another run", "it was faster") from None


def _drop(ledger: Ledger, key: str, number: int) -> None:
    ledger.connection.execute(f"DROP TABLE IF EXISTS {_table(key, number)}")


def _in_progress(key: str, holder: str, detail: str) -> RunInProgress:
    return RunInProgress(
        f"another run holds the lock of {key}: {holder} ({detail}).",
        remedy=f"Wait for it to end; a run that was killed gives way {DEAD_AFTER} s after its last sign of life.",
    )
