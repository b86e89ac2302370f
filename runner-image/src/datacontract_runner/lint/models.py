"""Models written in the contract: one SELECT each once Jinja is filled in, that stays in the stage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from datacontract_api.errors import ModelInvalid
from datacontract_runner.lint.jinja import NotJinja, Template, config_arguments, read_template
from datacontract_runner.lint.selects import refusal, tables_with_database
from datacontract_runner.lint.subject import Finding, Subject

NAMES_DATABASE = re.compile(r"(?<![\w.'\"`])[A-Za-z_]\w*\.[A-Za-z_]\w*")
_SCHEMAS = frozenset(("schema", "database", "target_schema", "target_database"))
_HOOKS = frozenset(("pre_hook", "post_hook"))


def check_models(subject: Subject) -> Iterator[Finding]:
    """Finds models that are no single SELECT, that name a database, or that configure what is ours to say."""
    transform = subject.contract.spec.transform
    for index, model in enumerate(transform.dbt.models if transform else ()):
        path = ("spec", "transform", "dbt", "models", index, "sql")
        for complaint in model_complaints(model.sql):
            yield subject.finding_in_text(
                path, model.sql, _index(model.sql, complaint.line), complaint.message, complaint.remedy, ModelInvalid
            )


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a model's text.

    Args:
        line: line in the text, from 1.
        message: predicate that follows the model.
        remedy: what to do.
    """

    line: int
    message: str
    remedy: str


def model_complaints(text: str) -> Iterator[Complaint]:
    """What is wrong with the text of a dbt model, wherever it stands."""
    try:
        template = read_template(text)
    except NotJinja as error:
        yield Complaint(error.line, f"is no Jinja: {error.message}", "Close every {{, {% and {#.")
        return
    yield from config_complaints(template)
    if template.sql is None:
        return
    if (refused := refusal(template.sql)) is not None:
        line = template.sql.count("\n", 0, refused.index) + 1
        yield Complaint(line, refused.message, "Write one SELECT, without a semicolon.")
        return
    for database, table in tables_with_database(template.sql):
        line = _line_of(template.sql, table)
        remedy = "Write {{ source('contract', '...') }} or {{ ref('...') }}; for tables of other contracts, "
        remedy += "name them in spec.transform.inputs."
        yield Complaint(line, f"reads {database}.{table} by its database, past the stage of the run", remedy)


def config_complaints(template: Template) -> Iterator[Complaint]:
    """What a ``config(...)`` says that is not the model's to say."""
    for argument in config_arguments(template):
        if argument.name == "grants":
            remedy = "Write spec.governance.access instead."
            yield Complaint(argument.line, "configures grants, which would revoke those of the contract", remedy)
        elif argument.name in _SCHEMAS and argument.text is not None:
            message = f"configures {argument.name} {argument.text}, outside the stage of the run"
            yield Complaint(argument.line, message, "Remove it: every model is built in the stage.")
        elif argument.name in _HOOKS and argument.text and NAMES_DATABASE.search(argument.text):
            message = f"has a {argument.name} that names a database, past the stage of the run"
            yield Complaint(argument.line, message, "Write {{ this }} or {{ ref('...') }}.")


def _line_of(text: str, word: str) -> int:
    found = re.search(rf"\b{re.escape(word)}\b", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _index(text: str, line: int) -> int:
    """Where a line of a text begins."""
    return sum(len(part) for part in text.splitlines(keepends=True)[: line - 1])
