"""Every dbt materialization through stage and publish, compared with the same project run directly by dbt."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from datacontract_api.contract import DataContract
from datacontract_runner.transaction import open_stage, publish_stage
from datacontract_runner.transform.build import Build, build
from datacontract_runner.warehouse import Connection

TODAY = date.today()
RAW = "{{ source('contract', 'raw') }}"
NEWER = "{% if is_incremental() %} where run > (select max(run) from {{ this }}) {% endif %}"

MODELS = {
    "a_table": f"{{{{ config(materialized='table', order_by='id') }}}} select id, run, amount from {RAW}",
    "a_view": "{{ config(materialized='view') }} select id, amount from {{ ref('a_table') }} where amount > 10",
    "an_ephemeral": "{{ config(materialized='ephemeral') }} select id, amount * 2 as doubled from {{ ref('a_table') }}",
    "of_ephemeral": "{{ config(materialized='table') }} select sum(doubled) as total from {{ ref('an_ephemeral') }}",
    "appended": f"{{{{ config(materialized='incremental', incremental_strategy='append') }}}} "
    f"select id, run, amount from {RAW} {NEWER}",
    "delete_inserted": "{{ config(materialized='incremental', incremental_strategy='delete+insert', "
    f"unique_key='id') }}}} select id, max(amount) as amount from {RAW} group by id",
    "overwritten": "{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partition_by='day', "
    f"order_by='id') }}}} select id, run, day from {RAW} {NEWER}",
    "batched": "{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='day', "
    f"batch_size='day', begin='{TODAY - timedelta(days=1)}', lookback=2) }}}} "
    f"select id, run, toDateTime(day) as day from {RAW}",
    "counted": f"{{{{ config(materialized='materialized_view', engine='SummingMergeTree()', order_by='run') }}}} "
    f"select run, count() as n from {RAW} group by run",
    "looked_up": "{{ config(materialized='dictionary', fields=[('id', 'UInt64'), ('total', 'UInt64')], "
    "primary_key='id', layout='HASHED()', lifetime='1000', table='names') }} select 1",
    "of_dictionary": "-- depends_on: {{ ref('looked_up') }}\n{{ config(materialized='view') }} "
    "select id, dictGet('{{ this.schema }}.looked_up', 'total', id) as total from {{ ref('names') }}",
}
SEED = "id,total\n1,10\n2,20\n"
SNAPSHOT = (
    "{% snapshot tracked %}{{ config(target_schema=target.schema, unique_key='id', strategy='timestamp', "
    "updated_at='changed') }} select id, max(amount) as amount, max(toDateTime(day)) + max(run) as changed "
    f"from {RAW} group by id {{% endsnapshot %}}"
)
SEED_PROPERTIES = {
    "version": 2,
    "seeds": [{"name": "names", "config": {"column_types": {"id": "UInt64", "total": "UInt64"}}}],
}
CREATE = (
    "CREATE TABLE IF NOT EXISTS {db}.raw (id UInt64, run UInt32, amount UInt64, day Date) "
    "ENGINE = MergeTree ORDER BY id"
)
EVERYTHING = {"raw", "names", "tracked", "counted_mv", *MODELS} - {"an_ephemeral"}


def rows_of(run: int) -> str:
    """Ten rows, some of which have ids of the run before."""
    return (
        f"INSERT INTO {{db}}.raw SELECT number + {5 * run}, {run}, number * {run + 1}, "
        f"toDate('{TODAY}') - number % 2 FROM numbers(10)"
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A dbt project with all of them."""
    folder = tmp_path / "dbt"
    for part in ("models", "seeds", "snapshots", "macros"):
        (folder / part).mkdir(parents=True)
    settings = {"name": "everything", "version": "1.0.0", "config-version": 2, "profile": "everything"}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    for name, text in MODELS.items():
        (folder / "models" / f"{name}.sql").write_text(text)
    (folder / "seeds" / "names.csv").write_text(SEED)
    (folder / "seeds" / "seeds.yml").write_text(yaml.safe_dump(SEED_PROPERTIES))
    (folder / "snapshots" / "tracked.sql").write_text(SNAPSHOT)
    return folder


def with_project(contract: DataContract) -> DataContract:
    """The contract with the project as its transformation."""
    document = contract.model_dump(by_alias=True, exclude_none=True)
    document["spec"]["transform"] = {"dbt": {"project": {"path": "dbt"}}}
    return DataContract.model_validate(document)


@pytest.mark.timeout(1200)
def test_every_materialization_publishes_as_dbt_builds_it(dataset: Any, project: Path) -> None:
    contract, direct = with_project(dataset.contract), f"{dataset.database}_direct"
    dataset.connection.execute(f"CREATE DATABASE {direct}")
    for run in (1, 2, 3):
        dataset.fill(direct, CREATE, rows_of(run))
        _build(dataset, contract, project.parent, direct, "direct")
        context = dataset.context(contract=contract)
        dataset.ledger.start_run(contract, context.run_id)
        stage = open_stage(context)
        dataset.fill(stage, CREATE, rows_of(run))
        _build(dataset, contract, project.parent, stage, "staged")
        publish_stage(context, lambda *_: 0)
        dataset.end(context)
        assert _ddl(dataset.connection, dataset.database).keys() == EVERYTHING
        assert _ddl(dataset.connection, dataset.database) == _ddl(dataset.connection, direct), run
        assert _rows(dataset.connection, dataset.database) == _rows(dataset.connection, direct), run
    dataset.rollback()
    assert dataset.value("SELECT max(run) FROM {db}.raw") == 2


def _build(dataset: Any, contract: DataContract, folder: Path, database: str, work: str) -> None:
    build(Build(contract, folder, folder / work, dataset.connection.target, database))


def _ddl(connection: Connection, database: str) -> dict[str, str]:
    rows = connection.rows(
        "SELECT name, create_table_query FROM system.tables WHERE database = {d:String}", {"d": database}
    )
    return {name: text.replace(f"`{database}`", "?").replace(database, "?") for name, text in rows}


def _rows(connection: Connection, database: str) -> dict[str, list[tuple[Any, ...]]]:
    names = connection.rows(
        "SELECT name FROM system.tables WHERE database = {d:String} AND NOT (engine = 'MaterializedView')",
        {"d": database},
    )
    return {name: connection.rows(f"SELECT * FROM {database}.{name} ORDER BY ALL") for (name,) in names}
