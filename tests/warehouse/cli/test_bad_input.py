"""Bad input of every kind: one clear message, its own exit code, nothing left behind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from datacontract_api.errors import error_classes
from datacontract_runner.warehouse import Connection
from support.contracts import Document, changed, contract_document

ROWS = "id,email,amount,placed_at\n1,a@example.org,9.50,2026-01-01 00:00:00\n2,b@example.org,7.25,2026-01-02 00:00:00\n"


SOURCE, TRANSFORM, QUALITY = ("spec", "source"), ("spec", "transform"), ("spec", "schema", 0, "quality")
NOWHERE = "http://127.0.0.1:1"


def model(columns: str) -> Document:
    """A `transform` with one model, `totals`, that selects columns of the load table."""
    text = f"select {columns} from {{{{ source('contract', 'orders') }}}}"
    return {"dbt": {"models": [{"name": "totals", "materialized": "table", "sql": text}]}}


def expectation(name: str, **arguments: Any) -> list[Document]:
    """One quality rule, by Great Expectations' name."""
    return [{"type": "custom", "engine": "greatExpectations", "implementation": {"type": name, "kwargs": arguments}}]


def at_least(rows: int) -> list[Document]:
    """One quality rule on the number of rows."""
    return [{"type": "library", "metric": "rowCount", "mustBeGreaterOrEqualTo": rows}]


HTTP: Document = {"http": {"url": f"{NOWHERE}/orders.csv", "format": "CSVWithNames"}}
S3: Document = {
    "s3": {"url": f"{NOWHERE}/b/*.csv", "format": "CSVWithNames", "credentialsSecretRef": {"name": "bucket"}}
}


@dataclass(frozen=True)
class Case:
    """A kind of bad input.

    Args:
        code: exit code.
        words: what the message must say.
        change: path and value that spoil the contract; none when the data or the surroundings are bad.
        rows: the file that is loaded; None when it is not there.
        options: further words of the command line.
    """

    code: int
    words: tuple[str, ...]
    change: tuple[tuple[str | int, ...], Any] | None = None
    rows: str | None = ROWS
    options: tuple[str, ...] = field(default=())


CASES = {
    "an unknown field": Case(31, ("spec.load.mod", "mode"), (("spec", "load", "mod"), "append")),
    "a wrong type": Case(32, ("spec.suspend", "perhaps"), (("spec", "suspend"), "perhaps")),
    "a value that is none of the choices": Case(32, ("spec.load.mode", "upsert"), (("spec", "load", "mode"), "merge")),
    "two sources": Case(33, ("exactly one",), ((*SOURCE, "http"), HTTP["http"])),
    "upsert without a key": Case(33, ("spec.load.key",), (("spec", "load", "mode"), "upsert")),
    "a server that is not there": Case(60, ("127.0.0.1:1",), options=("--warehouse", NOWHERE)),
    "a secret that is not there": Case(34, ("bucket", "--secrets"), (SOURCE, S3)),
    "a source that is not there": Case(61, ("127.0.0.1:1",), (SOURCE, HTTP)),
    "a file that is not there": Case(36, ("orders.csv",), rows=None),
    "a pattern that matches no file": Case(11, ("*.csv",), ((*SOURCE, "file", "path"), "*.csv"), rows=None),
    "a file without rows": Case(11, ("orders.csv",), rows="id,email,amount,placed_at\n"),
    "a malformed row": Case(12, ("line 3", "amount"), rows=ROWS.replace("7.25", "seven")),
    "a missing column": Case(13, ("amount",), rows=ROWS.replace("amount", "total")),
    "a model that does not compile": Case(38, ("totals", "nope"), (TRANSFORM, model("nope"))),
    "a model that fails on the data": Case(14, ("totals",), (TRANSFORM, model("throwIf(id > 1) as x"))),
    "an expectation that does not exist": Case(
        39,
        ("expect_colum_to_exist", "expect_column_to_exist"),
        (QUALITY, expectation("expect_colum_to_exist", column="id")),
    ),
    "an argument that an expectation has not": Case(
        39, ("colum",), (QUALITY, expectation("expect_column_to_exist", colum="id"))
    ),
    "a check that fails": Case(10, ("rowCount",), (QUALITY, at_least(100))),
    "a key that is not unique": Case(10, ("id",), rows=ROWS.replace("\n2,", "\n1,")),
}


@pytest.fixture
def run(contractctl: Callable[..., Any], database: str, tmp_path: Path) -> Callable[[Case], Any]:
    """Runs the contract of a case in a fresh database."""

    def call(case: Case) -> Any:
        document = changed(contract_document(), ("spec", "destination", "database"), database)
        if case.change:
            document = changed(document, *case.change)
        (tmp_path / "contract.yaml").write_text(yaml.safe_dump(document))
        if case.rows is not None:
            (tmp_path / "orders.csv").write_text(case.rows)
        return contractctl("run", "contract.yaml", *case.options)

    return call


@pytest.mark.parametrize("name", CASES)
def test_bad_input_ends_with_its_code_and_says_what_is_wrong(
    name: str, run: Callable[[Case], Any], connection: Connection, database: str
) -> None:
    case = CASES[name]
    ended = run(case)
    said = ended.out + ended.err
    assert ended.code == case.code, said
    assert [word for word in case.words if word not in said] == [], said
    assert "Traceback" not in said
    assert _stages(connection, database) == []
    assert connection.rows("SELECT name FROM system.tables WHERE database = {d:String}", {"d": database}) == []


def test_a_wrong_password_is_not_retried(
    contractctl: Callable[..., Any], connection: Connection, warehouse_url: str, tmp_path: Path
) -> None:
    (tmp_path / "contract.yaml").write_text(yaml.safe_dump(contract_document()))
    address = warehouse_url.replace("://", "://nobody:hunter2@")
    ended = contractctl("run", "contract.yaml", "--warehouse", address)
    assert ended.code == 35
    assert "nobody" in ended.err
    assert "hunter2" not in ended.out + ended.err


def test_a_file_that_is_no_yaml_is_named_with_its_place(contractctl: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "contract.yaml").write_text("kind: [DataContract\nmetadata: {")
    ended = contractctl("run", "contract.yaml")
    assert ended.code == 30
    assert "contract.yaml:2:" in ended.err


def test_a_table_of_nobody_is_not_taken(run: Callable[[Case], Any], connection: Connection, database: str) -> None:
    connection.execute(f"CREATE TABLE {database}.orders (id UInt64) ENGINE = MergeTree ORDER BY id")
    connection.execute(f"INSERT INTO {database}.orders VALUES (7)")
    ended = run(Case(40, ()))
    assert ended.code == 40, ended.out + ended.err
    assert f"{database}.orders" in ended.out
    assert connection.rows(f"SELECT id FROM {database}.orders") == [(7,)]
    assert _stages(connection, database) == []


def test_errors_are_documents_for_programs(contractctl: Callable[..., Any]) -> None:
    ended = contractctl("run", "nowhere.yaml", "--output", "json")
    assert ended.document["error"]["reason"] == "ContractUnreadable"
    assert ended.document["error"]["exitCode"] == ended.code == 30


def test_every_kind_of_error_has_an_exit_code_of_its_own() -> None:
    codes = [error.exit_code for error in error_classes()]
    assert len(codes) == len(set(codes))


def _stages(connection: Connection, database: str) -> list[tuple[Any, ...]]:
    query = "SELECT name FROM system.databases WHERE startsWith(name, {d:String} || '__run_')"
    return connection.rows(query, {"d": database})
