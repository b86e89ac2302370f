"""Which contract owns which table: names are claimed before anything is written under them."""

import time
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from secrets import token_hex

from datacontract_api.contract import DataContract
from datacontract_api.errors import NotOwned, RunInProgress
from datacontract_api.warehouse import WarehouseSpec
from datacontract_runner.ledger import LEDGER_DATABASE, Ledger
from datacontract_runner.transaction import lock

_PATIENCE = 30.0
"""Seconds to wait for another contract's claim in the same database; a claim takes milliseconds."""


def check_allowed(warehouse: WarehouseSpec, contract: DataContract) -> None:
    """Makes sure that the Warehouse lets contracts own the destination.

    Raises:
        NotOwned: the database matches none of the allowed globs, or is the ledger's.
    """
    if contract.database == LEDGER_DATABASE:
        raise NotOwned(
            f"the database {LEDGER_DATABASE} holds the ledger of all contracts.",
            remedy="Choose another database.",
            field="spec.destination.database",
        )
    if not any(fnmatchcase(contract.database, glob) for glob in warehouse.allowed_databases):
        allowed = ", ".join(warehouse.allowed_databases)
        raise NotOwned(
            f"contracts of this Warehouse may own databases matching {allowed}, not {contract.database}.",
            remedy="Choose another database, or extend allowedDatabases of the Warehouse.",
            field="spec.destination.database",
        )


def owned(ledger: Ledger, contract_name: str, database: str) -> frozenset[str]:
    """Names in a database that a contract owns."""
    return frozenset(name for name, owner in owners(ledger, database).items() if owner == contract_name)


def owners(ledger: Ledger, database: str) -> dict[str, str]:
    """Owner of every owned name in a database."""
    rows = ledger.select("owned_tables", "table, contract", "database = {d:String} AND NOT deleted", {"d": database})
    return {str(table): str(contract) for table, contract in rows}


def refuse_foreign(
    contract_name: str, database: str, names: Iterable[str], owner_of: Mapping[str, str], live: frozenset[str]
) -> None:
    """Refuses names that someone else has. Purely computational, no side effects.

    Args:
        contract_name: who wants them.
        database: where.
        names: what it wants.
        owner_of: owner by owned name.
        live: names that exist in the database.

    Raises:
        NotOwned: a name belongs to another contract, or exists and belongs to nobody we know.
    """
    for name in names:
        owner = owner_of.get(name)
        if owner == contract_name or (owner is None and name not in live):
            continue
        whose = f"belongs to the contract {owner}" if owner else "exists and belongs to no contract"
        raise NotOwned(
            f"{database}.{name} {whose}, so {contract_name} cannot publish under that name.",
            remedy="Name another table, or drop or rename the existing one first.",
        )


def observe_owners(ledger: Ledger, database: str) -> dict[str, str]:
    """The owning contract of every owned name in a database; nothing where there is no ledger yet."""
    exists = ledger.connection.value(
        "SELECT count() FROM system.tables WHERE database = {d:String} AND name = 'owned_tables'",
        {"d": LEDGER_DATABASE},
    )
    return owners(ledger, database) if exists else {}


def live_names(ledger: Ledger, database: str) -> frozenset[str]:
    """Names that exist in a database: tables, views and dictionaries."""
    query = "SELECT name FROM system.tables WHERE database = {d:String}"
    return frozenset(str(name) for (name,) in ledger.connection.rows(query, {"d": database}))


def refuse_taken(ledger: Ledger, contract: DataContract, names: Iterable[str]) -> frozenset[str]:
    """Refuses names that someone else has in the destination; returns those that exist there.

    Raises:
        NotOwned: as `refuse_foreign`.
    """
    live = live_names(ledger, contract.database)
    refuse_foreign(contract.qualified_name, contract.database, names, observe_owners(ledger, contract.database), live)
    return live


def claim(ledger: Ledger, contract: DataContract, names: Iterable[str]) -> None:
    """Makes names in the destination this contract's, all or none; names that it owns already cost one query.

    Raises:
        NotOwned: one of them is someone else's; the message names the owner.
    """
    wanted = sorted(set(names) - owned(ledger, contract.qualified_name, contract.database))
    if not wanted:
        return
    key, me = f"claims in {contract.database}", f"{contract.qualified_name} {token_hex(4)}"
    _acquire_patiently(ledger, key, me)
    try:
        _claim(ledger, contract, wanted)
    finally:
        lock.release(ledger, key, me)


def _claim(ledger: Ledger, contract: DataContract, wanted: list[str]) -> None:
    refuse_taken(ledger, contract, wanted)
    row = {"database": contract.database, "contract": contract.qualified_name, "deleted": False}
    ledger.insert("owned_tables", [row | {"table": name} for name in wanted])


def _acquire_patiently(ledger: Ledger, key: str, me: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return lock.acquire(ledger, key, me)
        except RunInProgress:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
