"""`dbt build` in a stage: what is built where, and which error says what went wrong."""

from pathlib import Path
from typing import Any

import pytest

from datacontract_api.contract import DataContract
from datacontract_api.errors import ContractError, ModelFailed, ModelInvalid, WarehouseUnreachable
from datacontract_runner import sql
from datacontract_runner.transform.build import Build, build
from datacontract_runner.warehouse import Connection, Target


def a_contract(dbt: dict[str, Any], inputs: list[dict[str, Any]] | None = None) -> DataContract:
    """A contract whose load table is `raw`, with the given transformations."""
    return DataContract.model_validate(
        {
            "metadata": {"name": "orders"},
            "spec": {
                "version": "1.0.0",
                "destination": {"database": "live"},
                "source": {"file": {"path": "orders.csv", "format": "CSVWithNames"}},
                "load": {"table": "raw", "mode": "replace"},
                "transform": {"dbt": dbt, "inputs": inputs or []},
                "schema": [{"name": "orders", "properties": [{"name": "id", "physicalType": "UInt32"}]}],
            },
        }
    )


def a_model(text: str, **more: Any) -> dict[str, Any]:
    """The `dbt` part with one model, `orders`."""
    return {"models": [{"name": "orders", "materialized": "table", "sql": text, **more}]}


@pytest.fixture
def stage(connection: Connection, database: str) -> str:
    """A stage database whose load table holds the ids 1 to 3."""
    raw = sql.qualified(database, "raw")
    connection.execute(f"CREATE TABLE {raw} (id UInt32) ENGINE = MergeTree ORDER BY tuple()")
    connection.execute(f"INSERT INTO {raw} VALUES (1), (2), (3)")
    return database


def run(connection: Connection, contract: DataContract, stage: str, folder: Path) -> tuple[str, ...]:
    """Builds and returns the names of what was built."""
    return build(Build(contract, folder, folder / "work", connection.target, stage)).models


def test_a_model_in_the_contract_reads_the_load_table_of_the_stage(
    connection: Connection, stage: str, tmp_path: Path
) -> None:
    contract = a_contract(a_model("select id * {{ var('factor') }} as id from {{ source('contract', 'raw') }}"))
    contract.spec.transform.dbt.vars["factor"] = 10  # type: ignore[union-attr]
    assert run(connection, contract, stage, tmp_path) == ("orders",)
    assert connection.rows(f"SELECT id FROM {sql.qualified(stage, 'orders')} ORDER BY id") == [(10,), (20,), (30,)]


def test_an_incremental_model_replaces_rows_with_the_same_key(
    connection: Connection, stage: str, tmp_path: Path
) -> None:
    model = a_model(
        "select id as `the key`, {{ 1 if is_incremental() else 0 }} as run from {{ source('contract', 'raw') }}"
        "{% if is_incremental() %} where id > 1{% endif %}",
        materialized="incremental",
        uniqueKey=["the key"],
        orderBy=["the key"],
    )
    for _ in range(2):
        run(connection, a_contract(model), stage, tmp_path)
    rows = connection.rows(f"SELECT * FROM {sql.qualified(stage, 'orders')} ORDER BY 1")
    assert rows == [(1, 0), (2, 1), (3, 1)]


def test_inputs_are_read_from_other_databases(connection: Connection, stage: str, tmp_path: Path) -> None:
    contract = a_contract(
        a_model("select count() as id from {{ source('system', 'one') }}"),
        inputs=[{"database": "system", "tables": ["one"]}],
    )
    run(connection, contract, stage, tmp_path)
    assert connection.value(f"SELECT id FROM {sql.qualified(stage, 'orders')}") == 1


def a_project(folder: Path, files: dict[str, str]) -> dict[str, Any]:
    """A dbt project in `<folder>/dbt`; returns the `dbt` part that names it."""
    project = {"dbt_project.yml": "name: mine\nversion: '1.0.0'\nconfig-version: 2\nprofile: mine\n", **files}
    for name, text in project.items():
        file = folder / "dbt" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return {"project": {"path": "dbt"}}


def test_a_projects_own_schema_macro_cannot_write_past_the_stage(
    connection: Connection, stage: str, tmp_path: Path
) -> None:
    elsewhere = "{% macro generate_schema_name(name, node) %}default{% endmacro %}"
    dbt = a_project(
        tmp_path,
        {
            "macros/names.sql": elsewhere,
            "models/orders.sql": "{{ config(materialized='table', schema='elsewhere') }} select 1 as id",
        },
    )
    run(connection, a_contract(dbt), stage, tmp_path)
    databases = connection.rows(
        "SELECT database FROM system.tables WHERE name = 'orders' AND database != {d:String}", {"d": stage}
    )
    assert ("default",) not in databases
    assert connection.value(f"SELECT id FROM {sql.qualified(stage, 'orders')}") == 1


def test_a_project_may_have_seeds_views_and_tests(connection: Connection, stage: str, tmp_path: Path) -> None:
    dbt = a_project(
        tmp_path,
        {
            "seeds/codes.csv": "code,name\n1,one\n2,two\n",
            "models/orders.sql": "select code as id from {{ ref('codes') }}",
            "models/orders.yml": "version: 2\nmodels: [{name: orders, columns: [{name: id, data_tests: [unique]}]}]\n",
        },
    )
    result = build(Build(a_contract(dbt), tmp_path, tmp_path / "work", connection.target, stage))
    assert set(result.models) == {"codes", "orders"}
    assert result.tests == 1


FAILURES = {
    "jinja that does not parse": (a_model("select {{ oops"), ModelInvalid, "orders"),
    "a reference to nothing": (a_model("select * from {{ ref('nothing') }}"), ModelInvalid, "nothing"),
    "SQL that does not parse": (a_model("selekt 1"), ModelInvalid, "orders"),
    "an unknown column": (a_model("select nope from {{ source('contract', 'raw') }}"), ModelInvalid, "nope"),
    "data that a function refuses": (a_model("select toUInt8('x') as id"), ModelFailed, "orders"),
    "a secret of the runner": (
        a_model("select '{{ env_var(\"DBT_ENV_SECRET_WAREHOUSE_PASSWORD\") }}' as id"),
        ModelInvalid,
        "env",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_names_the_model_and_its_kind(case: str, connection: Connection, stage: str, tmp_path: Path) -> None:
    dbt, kind, word = FAILURES[case]
    with pytest.raises(ContractError) as caught:
        run(connection, a_contract(dbt), stage, tmp_path)
    assert type(caught.value) is kind, caught.value
    assert word in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_failed_dbt_test_is_a_fault_of_the_data(connection: Connection, stage: str, tmp_path: Path) -> None:
    dbt = a_project(
        tmp_path,
        {
            "models/orders.sql": "select 1 as id union all select 1",
            "models/orders.yml": "version: 2\nmodels: [{name: orders, columns: [{name: id, data_tests: [unique]}]}]\n",
        },
    )
    with pytest.raises(ModelFailed, match="unique_orders_id"):
        run(connection, a_contract(dbt), stage, tmp_path)


def test_a_missing_project_is_named(connection: Connection, stage: str, tmp_path: Path) -> None:
    with pytest.raises(ModelInvalid, match="'nowhere'"):
        run(connection, a_contract({"project": {"path": "nowhere"}}), stage, tmp_path)


def test_a_warehouse_that_is_gone_is_worth_a_retry(tmp_path: Path) -> None:
    gone = Target("127.0.0.1", 1)
    request = Build(a_contract(a_model("select 1 as id")), tmp_path, tmp_path / "work", gone, "stage")
    with pytest.raises(WarehouseUnreachable):
        build(request)


def test_the_password_is_in_no_file_of_the_run(connection: Connection, stage: str, tmp_path: Path) -> None:
    target = Target(connection.target.host, connection.target.port, username="nobody", password="hunter2-secret")
    with pytest.raises(ContractError) as caught:
        build(Build(a_contract(a_model("select nope")), tmp_path, tmp_path / "work", target, stage))
    assert "hunter2-secret" not in str(caught.value)
    files = [file for file in (tmp_path / "work").rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if b"hunter2-secret" in file.read_bytes()]
