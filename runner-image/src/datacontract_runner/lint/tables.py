"""Tables: each promised once, made by something, and the load table not overwritten by a model."""

from collections.abc import Iterator

from datacontract_runner.lint.subject import Finding, Subject


def check_tables(subject: Subject) -> Iterator[Finding]:
    """Finds tables promised twice, models in the way of the load table, and promises that nothing keeps."""
    yield from _promised_twice(subject)
    yield from _models_over_load_table(subject)
    yield from _made_by_nothing(subject)


def _promised_twice(subject: Subject) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, schema_object in enumerate(subject.contract.spec.schema_):
        if schema_object.table in seen:
            field = "physicalName" if schema_object.physical_name else "name"
            message = "is the table of another schema object too"
            yield subject.finding(
                ("spec", "schema", index, field), message, "Give each its own table.", schema_object.table
            )
        seen.add(schema_object.table)


def _models_over_load_table(subject: Subject) -> Iterator[Finding]:
    spec = subject.contract.spec
    for index, model in enumerate(spec.transform.dbt.models if spec.transform else ()):
        if model.name == spec.load.table:
            path = ("spec", "transform", "dbt", "models", index, "name")
            yield subject.finding(
                path, "is the load table, which the model would replace", "Rename one of the two.", model.name
            )


def _made_by_nothing(subject: Subject) -> Iterator[Finding]:
    spec = subject.contract.spec
    if spec.transform and spec.transform.dbt.project:
        return
    made = {spec.load.table, *(model.name for model in (spec.transform.dbt.models if spec.transform else ()))}
    for index, schema_object in enumerate(spec.schema_):
        if schema_object.table not in made:
            field = "physicalName" if schema_object.physical_name else "name"
            message = "is promised, but neither spec.load.table nor a model of spec.transform.dbt makes it"
            remedy = f"Name one of {', '.join(sorted(made))}, or add a model of this name."
            yield subject.finding(("spec", "schema", index, field), message, remedy, schema_object.table)
