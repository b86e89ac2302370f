"""A dbt project in a folder: its models, and the YAML that configures them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from datacontract_api.documents.nodes import MAX_BYTES, Malformed, compose, position
from datacontract_api.errors import ModelInvalid
from datacontract_runner.lint.jinja import NotJinja, read_template
from datacontract_runner.lint.models import NAMES_DATABASE, Complaint, config_complaints, model_complaints
from datacontract_runner.lint.subject import Finding, Subject
from datacontract_runner.paths import is_file

_SKIPPED = frozenset(("target", "logs", "dbt_packages", ".git", ".venv"))
_MAX_FILES = 5000
_SCHEMAS = frozenset(("target_schema", "target_database"))
_HOOKS = frozenset(("on_run_start", "on_run_end", "pre_hook", "post_hook"))


@dataclass(frozen=True)
class Key:
    """One key of a YAML file: the keys above it, its name without ``+`` and with ``_`` for ``-``, and its value."""

    above: tuple[str, ...]
    name: str
    node: yaml.Node
    value: yaml.Node


def check_project(subject: Subject) -> Iterator[Finding]:
    """Finds in a project's files what `check_models` finds in the contract's, and the same said in YAML."""
    transform = subject.contract.spec.transform
    project = transform.dbt.project if transform else None
    if project is None or project.path is None:
        return
    folder = subject.folder / project.path
    if not is_file(folder / "dbt_project.yml"):
        path = ("spec", "transform", "dbt", "project", "path")
        message = f"is no dbt project: there is no {folder / 'dbt_project.yml'}"
        yield subject.finding(path, message, "Check the path; it starts at the contract's folder.", project.path)
        return
    for file in _files(folder):
        yield from _file_findings(file, folder)


def _files(folder: Path) -> list[Path]:
    wanted = (".sql", ".yml", ".yaml")
    found = (
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in wanted and path.is_file() and not _SKIPPED & set(path.relative_to(folder).parts)
    )
    return [path for path, _ in zip(found, range(_MAX_FILES), strict=False)]


def _file_findings(file: Path, folder: Path) -> Iterator[Finding]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        yield _finding(file, 1, 1, "cannot be read as UTF-8 text", "Save it as UTF-8.")
        return
    if len(text) > MAX_BYTES:
        return
    if file.suffix == ".sql":
        for complaint in _sql_complaints(text, file.relative_to(folder).parts[0]):
            yield _finding(file, complaint.line, 1, complaint.message, complaint.remedy)
    else:
        yield from _yaml_findings(file, text)


def _sql_complaints(text: str, kind: str) -> Iterator[Complaint]:
    """Macros, analyses and seeds are no models: only what they configure is looked at."""
    if kind in ("macros", "analyses", "seeds"):
        try:
            yield from config_complaints(read_template(text))
        except NotJinja as error:
            yield Complaint(error.line, f"is no Jinja: {error.message}", "Close every {{, {% and {#.")
        return
    yield from model_complaints(text)


def _yaml_findings(file: Path, text: str) -> Iterator[Finding]:
    try:
        nodes = compose(text)
    except Malformed as error:
        yield _finding(file, error.position.line, error.position.column, error.message, error.remedy)
        return
    for node in nodes:
        for key in _keys(node, ()):
            if complaint := _complaint(key):
                place = position(key.node)
                yield _finding(file, place.line, place.column, *complaint)


def _complaint(key: Key) -> tuple[str, str] | None:
    literal = key.value.value if isinstance(key.value, yaml.ScalarNode) and "{{" not in key.value.value else ""
    if key.name == "grants":
        return "configures grants, which would revoke those of the contract", "Write spec.governance.access instead."
    if key.name in _HOOKS and any(NAMES_DATABASE.search(text) for text in _texts(key.value)):
        return f"{key.name} names a database, past the stage of the run", "Write {{ this }} or {{ ref('...') }}."
    if key.name in _SCHEMAS and literal:
        return f"configures {key.name} {literal}, outside the stage of the run", "Remove it."
    if _is_schema(key) and literal:
        remedy = "Remove it; for tables of other contracts, name them in spec.transform.inputs."
        return f"names the schema {literal}, past the stage of the run", remedy
    return None


def _is_schema(key: Key) -> bool:
    """``schema`` has this meaning under ``config``, for a source, and with a ``+``."""
    if key.name not in ("schema", "database"):
        return False
    plus = isinstance(key.node, yaml.ScalarNode) and key.node.value.startswith("+")
    return plus or key.above[-1:] in (("config",), ("sources",))


def _keys(node: yaml.Node, above: tuple[str, ...]) -> Iterator[Key]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _keys(item, above)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = str(key.value).removeprefix("+").replace("-", "_")
            yield Key(above, name, key, value)
            yield from _keys(value, (*above, name))


def _texts(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.ScalarNode):
        yield str(node.value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _texts(item)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _texts(value)


def _finding(file: Path, line: int, column: int, message: str, remedy: str) -> Finding:
    return Finding(str(file), line, column, "", message, remedy=remedy, error=ModelInvalid)
