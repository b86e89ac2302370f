"""Signs of life of a run, given in the background while its stages work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from datacontract_api.errors import ContractError
from datacontract_runner.ledger import Ledger
from datacontract_runner.transaction import lock

INTERVAL = 15
"""Seconds between two signs of life."""


@contextmanager
def heartbeat(ledger: Ledger, contract_name: str, run_id: str) -> Iterator[None]:
    """Keeps a run's lock alive for as long as the block runs, if the run holds it.

    Args:
        ledger: the ledger.
        contract_name: ``namespace/name``.
        run_id: the run.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(stop, ledger, contract_name, run_id), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat_until(stop: threading.Event, ledger: Ledger, contract_name: str, run_id: str) -> None:
    while not stop.wait(INTERVAL):
        try:
            if lock.is_live(ledger, contract_name, run_id):
                lock.beat(ledger, contract_name, run_id)
        except ContractError:
            continue  # the stage itself meets the same trouble and explains it better
