"""What governance may touch: the tables that a contract owns, live."""

from datacontract_api.contract import DataContract
from datacontract_api.errors import NotOwned, WarehouseDenied
from datacontract_api.schema import SchemaObject
from datacontract_runner.governance.model import Column, Object, Table
from datacontract_runner.governance.names import masked_twin
from datacontract_runner.ledger import Ledger
from datacontract_runner.transaction.claim import observe_owners
from datacontract_runner.warehouse import Connection


def owned_objects(contract: DataContract, owner_of: dict[str, str], live: frozenset[str]) -> frozenset[Object]:
    """The tables that a contract owns, and those that it names and may make. Purely computational.

    Args:
        contract: the contract.
        owner_of: owner by name in its database.
        live: names that exist there. One that nobody owns is someone's all the same.
    """
    mine = {name for name, owner in owner_of.items() if owner == contract.qualified_name}
    free = {name for name in contract.tables if name not in owner_of and name not in live}
    return frozenset(Object(contract.database, name) for name in mine | free)


def check_twins(ledger: Ledger, objects: frozenset[Object]) -> None:
    """Makes sure that no contract publishes a table where a masking view belongs.

    Raises:
        NotOwned: naming the contract.
    """
    twins = {masked_twin(table) for table in objects}
    for database in {twin.database for twin in twins}:
        for name, owner in observe_owners(ledger, database).items():
            if Object(database, name) in twins:
                raise NotOwned(
                    f"{database}.{name} is in the place of a masking view, and belongs to the contract {owner}.",
                    remedy="Let one of the two contracts use another database.",
                )


def columns_of(table: SchemaObject, real: Table | None) -> tuple[Column, ...]:
    """A table's columns: the real ones, or the promised ones of a table that does not exist yet."""
    if real is not None:
        return real.columns
    return tuple(Column(column.name, column.physical_type) for column in table.properties)


def account_of(connection: Connection) -> str:
    """The account that we connect as.

    Raises:
        WarehouseDenied: it cannot see users, and so neither what others hold: what is not seen is not taken away.
    """
    name, sees = connection.rows("SELECT currentUser(), currentUser() IN (SELECT name FROM system.users)")[0]
    if not sees:
        raise WarehouseDenied(
            f"the account {connection.target.username} does not see the users, roles and grants of the warehouse.",
            remedy="Grant it ACCESS MANAGEMENT; at the embedded warehouse, connect as default.",
        )
    return str(name)
