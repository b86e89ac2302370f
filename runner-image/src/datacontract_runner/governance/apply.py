"""Makes the changes."""

from collections.abc import Iterable

from datacontract_api.errors import ContractError, Unsupported, WarehouseDenied
from datacontract_runner.governance.model import Change, ChangeKind
from datacontract_runner.stages.context import Progress
from datacontract_runner.warehouse import Connection, StatementFailed

_READ_ONLY = {495, 514}
"""ACCESS_STORAGE_READONLY, ACCESS_STORAGE_FOR_INSERTION_NOT_FOUND."""

_ACCESS = (ChangeKind.ROLE, ChangeKind.GRANT, ChangeKind.POLICY)


def apply_changes(connection: Connection, changes: Iterable[Change], progress: Progress) -> int:
    """Executes changes in their order; returns how many. Repeating it after a failure is safe.

    Raises:
        WarehouseDenied: the account lacks a privilege, or the definer does not exist.
        Unsupported: the server keeps roles and policies where SQL cannot change them.
    """
    done = 0
    for change in changes:
        progress.note(change.description)
        for statement in change.statements:
            _execute(connection, change, statement)
        done += 1
    return done


def _execute(connection: Connection, change: Change, statement: str) -> None:
    try:
        connection.execute(statement)
    except WarehouseDenied as error:
        raise _explained(change, error) from None
    except StatementFailed as error:
        if error.code in _READ_ONLY:
            raise Unsupported(
                f"this warehouse cannot change access in SQL, so {change.description} is impossible: {error.message}",
                remedy="Give the server a local_directory or replicated storage in user_directories.",
            ) from None
        raise


def _explained(change: Change, error: ContractError) -> WarehouseDenied:
    if change.kind in _ACCESS:
        remedy = "Grant the account ACCESS MANAGEMENT, and ALL on the destination WITH GRANT OPTION."
    else:
        remedy = (
            "Grant the account CREATE, ALTER and DROP on the destination and on its database for masking views, "
            "and SET DEFINER on the Warehouse's definer, which must exist."
        )
    return WarehouseDenied(f"{change.description}: {error.message}", remedy=remedy)
