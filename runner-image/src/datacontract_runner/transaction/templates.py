"""Definitions as last published, kept to recreate them in the next stage before anything is loaded."""

from collections.abc import Mapping

from datacontract_runner.ledger import Ledger
from datacontract_runner.transaction.definitions import Definition, Kind, in_order


def load_templates(ledger: Ledger, contract: str, database: str) -> dict[str, Definition]:
    """The contract's definitions by name."""
    rows = ledger.select(
        "templates",
        "name, kind, token, statement",
        "contract = {c:String} AND database = {d:String} AND NOT deleted ORDER BY position",
        {"c": contract, "d": database},
    )
    return {name: Definition(Kind(kind), token, statement) for name, kind, token, statement in rows}


def save_templates(ledger: Ledger, contract: str, database: str, definitions: Mapping[str, Definition | None]) -> None:
    """Keeps definitions; None forgets the one of that name."""
    present = {name: definition for name, definition in definitions.items() if definition}
    where = {"contract": contract, "database": database}
    rows = [
        where | vars(present[name]) | {"name": name, "position": position, "deleted": False}
        for position, name in enumerate(in_order(present))
    ]
    gone = [
        where | {"name": name, "position": 0, "kind": "", "token": "", "statement": "", "deleted": True}
        for name in definitions
        if name not in present
    ]
    ledger.insert("templates", rows)
    ledger.insert("templates", gone)


def recreate(ledger: Ledger, templates: Mapping[str, Definition], stage: str, present: frozenset[str]) -> None:
    """Creates definitions in a stage.

    Args:
        ledger: for its connection.
        templates: definitions by name.
        stage: the stage database.
        present: names taken there already, which are left alone.
    """
    for name in in_order(templates):
        if name not in present:
            ledger.connection.execute(templates[name].render(stage))
