"""The dbt profile of a run: the warehouse's address, and the stage as the schema."""

from pathlib import Path

import yaml

from datacontract_runner.warehouse import Target

PASSWORD_VARIABLE = "DBT_ENV_SECRET_WAREHOUSE_PASSWORD"  # noqa: S105 - a variable's name
"""dbt hides the values of variables with this prefix in its logs and refuses them in models."""

_THREADS = 4


def write_profile(folder: Path, name: str, target: Target, schema: str) -> None:
    """Writes ``profiles.yml``. The password is not in it: dbt reads it from `PASSWORD_VARIABLE`.

    Args:
        folder: for ``--profiles-dir``.
        name: profile that the project asks for.
        target: the warehouse.
        schema: the stage database, dbt's ``target.schema``.
    """
    output = {
        "type": "clickhouse",
        "driver": "http",
        "host": target.host,
        "port": target.port,
        "user": target.username,
        "password": "{{ env_var('" + PASSWORD_VARIABLE + "') }}",
        "secure": target.secure,
        "verify": target.verify is not False,
        "schema": schema,
        "threads": _THREADS,
        "retries": 0,
        "send_receive_timeout": 6 * 3600,
        # Every ClickHouse that we support exchanges tables; the probe would create some in the stage.
        "check_exchange": False,
        "use_lw_deletes": True,
    }
    folder.mkdir(parents=True, exist_ok=True)
    profile = {name: {"target": "stage", "outputs": {"stage": output}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile, sort_keys=False))
