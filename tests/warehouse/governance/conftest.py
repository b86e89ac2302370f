"""A contract with a published table, people who hold its roles, and ways to govern it again."""

import secrets as random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from datacontract_api.contract import DataContract
from datacontract_api.errors import WarehouseDenied
from datacontract_api.report import StageReport
from datacontract_api.warehouse import WarehouseSpec
from datacontract_runner import sql
from datacontract_runner.ledger import Ledger
from datacontract_runner.stages.context import RunContext
from datacontract_runner.stages.govern import Govern
from datacontract_runner.warehouse import Connection, StatementFailed
from support.contracts import contract, warehouse

Row = tuple[Any, ...]

UNKNOWN = (60, 81)
"""UNKNOWN_TABLE, UNKNOWN_DATABASE."""

PEOPLE = {
    "name": "people",
    "description": "One row per customer.",
    "properties": [
        {"name": "id", "physicalType": "UInt64"},
        {"name": "email", "physicalType": "String", "tags": ["pii"], "classification": "restricted"},
        {"name": "country", "physicalType": "String", "description": "Where they live."},
        {"name": "joined", "physicalType": "DateTime"},
    ],
}
"""A schema object with one personal column."""

ROWS = ((1, "ada@example.org", "uk"), (2, "bo@example.org", "dk"), (3, "cy@example.org", "uk"))


class Quiet:
    """Progress that nobody waits for."""

    def note(self, text: str) -> None:
        """Says nothing."""


class NoSecrets:
    """Secrets that do not exist."""

    def read(self, name: str) -> Mapping[str, str]:
        """None is needed here."""
        raise AssertionError(name)


@dataclass
class Place:
    """One contract's database in the warehouse.

    Args:
        admin: the connection that governs.
        ledger: its ledger.
        database: the contract's database.
        prefix: of its roles, fresh for each test.
        workdir: the run's folder.
        people: connections of users, by role.
    """

    admin: Connection
    ledger: Ledger
    database: str
    prefix: str
    workdir: Path
    people: dict[str, Connection] = field(default_factory=dict)

    def contract(self, access: Sequence[Mapping[str, Any]], **spec: Any) -> DataContract:
        """A contract over `people`; keyword arguments replace in spec, `governance` is completed with the access."""
        governance = {"access": [{"access": "read", **rule} for rule in access], **spec.pop("governance", {})}
        return contract(
            destination={"database": self.database},
            load=spec.pop("load", {"table": "raw_people", "mode": "replace"}),
            schema=spec.pop("schema", [PEOPLE]),
            governance=governance,
            **spec,
        )

    def context(self, declared: DataContract, **spec: Any) -> RunContext:
        """A run of a contract; keyword arguments go to the Warehouse."""
        prefixed: WarehouseSpec = warehouse(rolePrefix=self.prefix, **spec).spec
        return RunContext(
            contract=declared,
            folder=self.workdir,
            warehouse=prefixed,
            connection=self.admin,
            ledger=self.ledger,
            run_id="run-1",
            secrets=NoSecrets(),
            workdir=self.workdir,
            progress=Quiet(),
        )

    def own(self, declared: DataContract, *tables: str) -> None:
        """Records tables as published by a contract."""
        row = {"database": self.database, "contract": declared.qualified_name, "deleted": False}
        self.ledger.insert("owned_tables", [row | {"table": table} for table in tables])

    def govern(self, declared: DataContract, **spec: Any) -> StageReport:
        """Runs the stage."""
        return Govern().run(self.context(declared, **spec))

    def user(self, *roles: str) -> Connection:
        """A user with a password who holds roles of the contract, connected."""
        name = f"u_{self.prefix}{'_'.join(roles) or 'nobody'}"
        if name not in self.people:
            password = random.token_hex(8)
            self.admin.execute(f"CREATE USER {sql.identifier(name)} IDENTIFIED BY {sql.literal(password)}")
            for role in roles:
                self.admin.execute(f"GRANT {sql.identifier(self.prefix + role)} TO {sql.identifier(name)}")
            self.people[name] = Connection(replace(self.admin.target, username=name, password=password))
        return self.people[name]

    def table(self, name: str = "people", masked: bool = False) -> str:
        """The quoted name of a table, or of its masking view."""
        return sql.qualified(self.database + ("_masked" if masked else ""), name)

    def clean(self) -> None:
        """Drops all that the test made in the warehouse."""
        for name, connection in self.people.items():
            connection.close()
            self.admin.execute(f"DROP USER IF EXISTS {sql.identifier(name)}")
        names = "SELECT name FROM system.roles WHERE startsWith(name, {p:String})"
        for (role,) in self.admin.rows(names, {"p": self.prefix}):
            self.admin.execute(f"DROP ROLE IF EXISTS {sql.identifier(role)}")
        policies = "SELECT short_name, database, table FROM system.row_policies WHERE startsWith(database, {d:String})"
        for name, database, table in self.admin.rows(policies, {"d": self.database}):
            self.admin.execute(f"DROP ROW POLICY {sql.identifier(name)} ON {sql.qualified(database, table)}")
        for database in (self.database, f"{self.database}_masked"):
            self.admin.execute(f"DROP DATABASE IF EXISTS {sql.identifier(database)} SYNC")


@contextmanager
def new_place(connection: Connection, ledger: Ledger, workdir: Path) -> Iterator[Place]:
    """A fresh database with the published table `people`, three rows; gone afterwards with roles and users."""
    place = Place(connection, ledger, f"t_{random.token_hex(5)}", f"dc{random.token_hex(3)}_", workdir)
    connection.execute(f"CREATE DATABASE {sql.identifier(place.database)}")
    make_people(connection, place.database)
    yield place
    place.clean()


@pytest.fixture
def place(connection: Connection, ledger: Ledger, tmp_path: Path) -> Iterator[Place]:
    """A place for one test."""
    with new_place(connection, ledger, tmp_path) as place:
        yield place


def make_people(connection: Connection, database: str) -> None:
    """Creates and fills the table of `PEOPLE`."""
    connection.execute(
        f"CREATE TABLE {sql.qualified(database, 'people')} "
        "(id UInt64, email String, country String, joined DateTime) ENGINE = MergeTree ORDER BY id"
    )
    values = ", ".join(f"({i}, '{email}', '{country}', now())" for i, email, country in ROWS)
    connection.execute(f"INSERT INTO {sql.qualified(database, 'people')} VALUES {values}")


Outcome = Callable[[Connection, str], str | list[Row]]


@pytest.fixture
def read() -> Outcome:
    """Runs a query as somebody: its rows, or the word denied, or absent for a table that does not exist."""

    def outcome(who: Connection, query: str) -> str | list[Row]:
        try:
            return who.rows(query)
        except WarehouseDenied:
            return "denied"
        except StatementFailed as error:
            if error.code not in UNKNOWN:
                raise
            return "absent"

    return outcome
