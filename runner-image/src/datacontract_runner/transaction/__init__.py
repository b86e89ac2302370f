"""A run as a transaction: a stage is opened, filled by others, and published or abandoned; rollback and cleaning.

The protocol is described, with what it does not promise, in ``docs/transactions.md``.
"""

from datacontract_runner.transaction.abandon import abandon_stage
from datacontract_runner.transaction.gc import Removal, gc
from datacontract_runner.transaction.heartbeat import heartbeat
from datacontract_runner.transaction.open import open_stage
from datacontract_runner.transaction.publish import PublishResult, publish_stage
from datacontract_runner.transaction.resume import already_published, publish_begun
from datacontract_runner.transaction.rollback import RollbackResult, rollback
from datacontract_runner.transaction.stages import stage_of

__all__ = [
    "PublishResult",
    "Removal",
    "RollbackResult",
    "abandon_stage",
    "already_published",
    "gc",
    "heartbeat",
    "open_stage",
    "publish_begun",
    "publish_stage",
    "rollback",
    "stage_of",
]
