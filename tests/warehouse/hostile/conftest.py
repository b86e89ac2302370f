"""One contract after the other through the command line, with canaries around that must not notice."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from datacontract_api.contract import DataContract
from datacontract_api.errors import ContractError
from datacontract_runner import sql
from datacontract_runner.ledger import Ledger
from datacontract_runner.lint import lint
from datacontract_runner.quality import verify
from datacontract_runner.warehouse import Connection
from support.contractctl import Ended, contractctl
from support.contracts import Document, changed, contract_document, warehouse_document, write
from support.hostile import Warden, plant_canaries, remove_canaries

ROWS = "id,email,amount,placed_at\n1,a@example.org,9.50,2026-01-01 00:00:00\n2,b@example.org,7.25,2026-01-02 00:00:00\n"


@dataclass(frozen=True)
class Site:
    """A folder and a database in the warehouse for hostile contracts.

    Args:
        connection: as an account that sees everything.
        folder: contracts and data.
        database: theirs; their names begin with it too.
        warden: sees what they may not touch.
    """

    connection: Connection
    folder: Path
    database: str
    warden: Warden

    def document(self, document: Document) -> Document:
        """A contract's document with the names of this site."""
        document = changed(document, ("metadata", "name"), self.database.replace("_", "-"))
        return changed(document, ("spec", "destination", "database"), self.database)

    def write(self, document: Document) -> Path:
        """Writes a contract's document."""
        return write(self.folder, document)

    def call(self, *words: str | Path) -> Ended:
        """Calls `contractctl`; whatever it does, the canaries must be as they were."""
        before = self.warden.observe()
        ended = contractctl(*words, "--warehouse", self.folder / "warehouse.yaml")
        assert self.warden.observe() == before
        assert "Traceback" not in ended.out + ended.err
        return ended

    def run(self, document: Document, *words: str | Path) -> Ended:
        """Runs a contract."""
        workdir = self.folder / "work"
        secrets = self.folder / "secrets"
        return self.call("run", self.write(document), "--workdir", workdir, "--secrets", secrets, *words)

    def runs_through(self, document: Document) -> Ended:
        """Runs a contract that must succeed; a second look at its governance must find nothing to do."""
        ended = self.run(document)
        assert ended.code == 0, ended.out + ended.err
        plan = self.call("plan", self.folder / "contract.yaml", "--output", "json").document["plans"][0]
        assert plan["governance"] == []
        assert self.tables() == sorted(DataContract.model_validate(document).tables)
        return ended

    def accepts(self, document: Document) -> bool:
        """Whether models, lint and the checks that need no data take a document."""
        try:
            verify(DataContract.model_validate(document))
            return not lint([write(self.folder, document, name="lint.yaml")])
        except (ValueError, ContractError):
            return False

    def tables(self) -> Sequence[str]:
        """What is in the database."""
        rows = self.rows("SELECT name FROM system.tables WHERE database = {d:String} ORDER BY name")
        return [name for (name,) in rows]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query about `{d:String}`, the database, and `{c:String}`, the contract."""
        name = f"shop/{self.database.replace('_', '-')}"
        return self.connection.rows(query, {"d": self.database, "c": name})

    def table(self, name: str = "orders") -> str:
        """A table's name, qualified and quoted."""
        return sql.qualified(self.database, name)


@pytest.fixture(scope="module")
def site(
    connection: Connection, ledger: Ledger, warehouse_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site with canaries around, the file orders.csv, and the secret `a`."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "orders.csv").write_text(ROWS)
    secret = folder / "secrets" / "a"
    secret.mkdir(parents=True)
    for key in ("username", "password", "authorization", "accessKeyId", "secretAccessKey"):
        (secret / key).write_text("it's \\ `a` secret")
    database = f"h_{uuid.uuid4().hex[:10]}"
    spec = {"url": warehouse_url, "rolePrefix": f"{database}_"}
    (folder / "warehouse.yaml").write_text(json.dumps(warehouse_document(**spec)))
    plant_canaries(connection)
    yield Site(connection, folder, database, Warden(connection, database, f"{database}_"))
    for query, drop in _LEFT.items():
        for (name,) in connection.rows(query, {"p": database}):
            connection.execute(f"{drop} {sql.identifier(name)}")
    remove_canaries(connection)


_LEFT = {
    "SELECT name FROM system.databases WHERE startsWith(name, {p:String})": "DROP DATABASE",
    "SELECT name FROM system.roles WHERE startsWith(name, {p:String})": "DROP ROLE",
}


def governed_document() -> Document:
    """A contract with every kind of access, masking, retention, and rules on table and column."""
    access = [
        {"role": "reader", "tables": ["orders"], "access": "read", "pii": "masked"},
        {"role": "fraud", "tables": ["orders"], "access": "read", "pii": "clear", "rows": "amount > 0"},
    ]
    governance = {
        "owner": "kim",
        "access": access,
        "masking": {"email": {"method": "partial"}},
        "retention": {"column": "placed_at", "period": "36500d"},
    }
    document = contract_document(governance=governance)
    rows = {"type": "library", "metric": "rowCount", "mustBeGreaterThan": 0}
    nulls = {"type": "library", "metric": "nullValues", "mustBe": 0}
    document = changed(document, ("spec", "schema", 0, "quality"), [rows])
    return changed(document, ("spec", "schema", 0, "properties", 0, "quality"), [nulls])
