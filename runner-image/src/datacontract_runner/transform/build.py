"""`dbt build` in this process, against the stage of a run."""

import copy
import importlib
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datacontract_api.contract import DataContract
from datacontract_runner.transform.profile import PASSWORD_VARIABLE, write_profile
from datacontract_runner.transform.project import assemble, profile_name
from datacontract_runner.transform.quoting import quote_columns
from datacontract_runner.transform.results import BuildResult, read_failure, read_results
from datacontract_runner.warehouse import Target


@dataclass(frozen=True)
class Build:
    """What one `dbt build` is about.

    Args:
        contract: declares the models.
        folder: where relative paths of the contract start.
        workdir: for project, profile and target; a later run in the same folder parses only what changed.
        target: the warehouse.
        schema: the stage database.
    """

    contract: DataContract
    folder: Path
    workdir: Path
    target: Target
    schema: str


def preload() -> None:
    """Begins to load dbt in the background: it takes seconds, in which the warehouse can load the source."""
    # No daemon: an interpreter that ends in the middle of an import may crash, with an exit code that says nothing.
    threading.Thread(target=importlib.import_module, args=("dbt.cli.main",)).start()


def build(request: Build) -> BuildResult:
    """Runs `dbt build` and returns what it built.

    Raises:
        ModelInvalid: the project or a model does not parse, compile, or is SQL that ClickHouse refuses.
        ModelFailed: a model or a dbt test ran and failed.
        WarehouseUnreachable: the warehouse went away meanwhile.
    """
    # Imported here: dbt takes seconds to load, and other stages do not need it.
    from dbt.cli.main import dbtRunner

    quote_columns()
    project = assemble(request.contract, request.folder, request.workdir)
    write_profile(request.workdir / "profile", profile_name(project), request.target, request.schema)
    with _environment({PASSWORD_VARIABLE: request.target.password}):
        outcome = dbtRunner().invoke(_arguments(request, project), vars=_variables(request))
    if outcome.exception is not None:
        raise read_failure(outcome.exception)
    return read_results(_nodes(outcome.result))


def _arguments(request: Build, project: Path) -> list[str]:
    assert request.contract.spec.transform is not None
    dbt = request.contract.spec.transform.dbt
    arguments = ["build", "--project-dir", project, "--profiles-dir", request.workdir / "profile"]
    arguments += ["--target-path", request.workdir / "target", "--log-path", request.workdir / "logs"]
    arguments += ["--log-level", "none", "--log-level-file", "info", "--no-use-colors", "--no-print"]
    arguments += ["--no-send-anonymous-usage-stats", "--no-version-check"]
    if dbt.select:
        arguments += ["--select", *dbt.select]
    return [str(argument) for argument in arguments]


def _variables(request: Build) -> dict[str, Any]:
    """dbt's variables as values: after ``--vars`` they would be YAML, which has no word for some of JSON's texts."""
    assert request.contract.spec.transform is not None
    return copy.deepcopy(request.contract.spec.transform.dbt.vars)


def _nodes(result: Any) -> Sequence[Any]:
    return list(getattr(result, "results", None) or ())


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Sets environment variables, and the current folder, which dbt changes, back afterwards."""
    before, folder = {name: os.environ.get(name) for name in variables}, Path.cwd()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.chdir(folder)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
