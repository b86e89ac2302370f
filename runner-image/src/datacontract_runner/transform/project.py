"""Assembles the dbt project of a run: the shipped one or the contract's own, plus what the contract itself declares."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from datacontract_api.contract import DataContract
from datacontract_api.errors import ModelInvalid, Unsupported
from datacontract_api.transform import DbtModel, DbtProject, Materialization
from datacontract_runner import sql
from datacontract_runner.paths import is_file

CONTRACT_SOURCE = "contract"
"""The dbt source whose tables are those of the contract, in the stage."""

_LEFT_BEHIND = ("target", "logs", ".git", "dbt_packages", ".datacontract", ".venv")
"""What lies in a project's folder and is no part of it: dbt's own output, and ours when it is the contract's folder."""

_GENERATED = "datacontract_generated"
_SCHEMA_MACRO = "generate_schema_name.sql"
_OWN_SCHEMA_MACRO = re.compile(r"(\{%-?\s*macro\s+)((?:\w+__)?generate_schema_name)(?=\s*\()")


def shipped_project() -> Path:
    """The project that comes with the runner: beside the package when installed, at the root of a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "dbt_project"
    return installed if installed.is_dir() else package.parents[2] / "dbt_project"


def assemble(contract: DataContract, folder: Path, workdir: Path) -> Path:
    """Writes the project of a run and returns its folder.

    Args:
        contract: declares the models, or names the project that has them.
        folder: where relative paths of the contract start.
        workdir: the project is written to ``<workdir>/project``, anew.

    Raises:
        ModelInvalid: the named project does not exist or is no dbt project.
        Unsupported: the project's origin cannot be reached from here.
    """
    assert contract.spec.transform is not None
    dbt = contract.spec.transform.dbt
    origin = _origin(dbt.project, folder)
    project = workdir / "project"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(origin, project, ignore=shutil.ignore_patterns(*_LEFT_BEHIND))
    if (packages := origin / "dbt_packages").is_dir():
        (project / "dbt_packages").symlink_to(packages.resolve())
    _override_schema_macro(project)
    models = project / _setting(project, "model-paths", "models") / _GENERATED
    models.mkdir(parents=True)
    _write_sources(contract, project, models)
    _write_models(dbt.models, models)
    return project


def profile_name(project: Path) -> str:
    """The name under which the project looks for its connection."""
    return str(_read_yaml(project / "dbt_project.yml").get("profile") or "datacontract")


def _origin(project: DbtProject | None, folder: Path) -> Path:
    if project is None:
        return shipped_project()
    if project.path is None:
        raise Unsupported(
            "this runner reads dbt projects from its image or from a folder.",
            remedy="Use spec.transform.dbt.project.path.",
            field="spec.transform.dbt.project",
        )
    path = (folder / project.path).resolve()
    if not is_file(path / "dbt_project.yml"):
        raise ModelInvalid(
            f"expected a dbt project at {project.path!r}, found no dbt_project.yml there.",
            remedy="Correct the path; relative paths start at the contract's folder.",
            field="spec.transform.dbt.project.path",
        )
    return path


def _setting(project: Path, key: str, default: str) -> str:
    paths = _read_yaml(project / "dbt_project.yml").get(key) or [default]
    return str(paths[0])


def _override_schema_macro(project: Path) -> None:
    """Makes our `generate_schema_name` the only one: a project's own would write past the stage."""
    macros = project / _setting(project, "macro-paths", "macros")
    for file in macros.rglob("*.sql") if macros.is_dir() else ():
        text = file.read_text()
        renamed = _OWN_SCHEMA_MACRO.sub(r"\1unused__\2", text)
        if renamed != text:
            file.write_text(renamed)
    macros.mkdir(parents=True, exist_ok=True)
    text = (shipped_project() / "macros" / _SCHEMA_MACRO).read_text()
    (macros / f"{_GENERATED}_{_SCHEMA_MACRO}").write_text(text)


def _write_sources(contract: DataContract, project: Path, models: Path) -> None:
    """Declares the source `contract` (in the stage) and one per database of inputs, unless the project does itself."""
    assert contract.spec.transform is not None
    declared = set(_declared_sources(project))
    sources = [_source(CONTRACT_SOURCE, "{{ target.schema }}", [contract.spec.load.table])] + [
        _source(group.database, group.database, group.tables) for group in contract.spec.transform.inputs
    ]
    kept = [source for source in sources if source["name"] not in declared]
    (models / "sources.yml").write_text(yaml.safe_dump({"version": 2, "sources": kept}, sort_keys=False))


def _source(name: str, schema: str, tables: list[str]) -> dict[str, Any]:
    return {"name": name, "schema": schema, "tables": [{"name": table} for table in tables]}


def _declared_sources(project: Path) -> Iterator[str]:
    models = project / _setting(project, "model-paths", "models")
    for file in [*models.rglob("*.yml"), *models.rglob("*.yaml")]:
        for source in _read_yaml(file).get("sources") or ():
            yield str(source.get("name"))


def _write_models(models: list[DbtModel], folder: Path) -> None:
    for model in models:
        (folder / f"{model.name}.sql").write_text(model.sql + "\n")
    properties = [{"name": model.name, "config": _config(model)} for model in models]
    if properties:
        (folder / "models.yml").write_text(yaml.safe_dump({"version": 2, "models": properties}, sort_keys=False))


def _config(model: DbtModel) -> dict[str, Any]:
    config: dict[str, Any] = {"materialized": model.materialized.value}
    if model.materialized is Materialization.INCREMENTAL and model.unique_key:
        config["incremental_strategy"] = "delete_insert"
        config["unique_key"] = [_plain(name) for name in model.unique_key]
    if model.order_by:
        config["order_by"] = [_plain(name) for name in model.order_by]
        config["settings"] = {"allow_nullable_key": 1}
    return config


def _plain(name: str) -> str:
    """A quoted column that neither YAML nor Jinja reads as anything else."""
    return sql.identifier(name).replace("{", "\\x7B").replace("}", "\\x7D")


def _read_yaml(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise ModelInvalid(f"{file.name} of the dbt project cannot be read: {error}") from None
    return content if isinstance(content, dict) else {}
