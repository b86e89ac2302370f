"""What lint finds in the files of a dbt project that a contract names."""

from pathlib import Path

import pytest

from datacontract_runner.lint import lint
from support.contracts import contract_document, write

FINDINGS = {
    "grants in a model": ("models/a.sql", "{{ config(grants={'select': ['x']}) }}\nselect 1", 1, "configures grants"),
    "grants further down": (
        "models/a.sql",
        "\n\n{{ config(\n  materialized='table',\n  grants={}) }} select 1",
        5,
        "grants",
    ),
    "grants in a macro": (
        "macros/a.sql",
        "{% macro a() %}{{ config(grants={}) }}{% endmacro %}",
        1,
        "configures grants",
    ),
    "grants for a folder": ("dbt_project.yml", "name: p\nmodels:\n  p:\n    +grants: {select: [x]}\n", 4, "grants"),
    "grants of a model in YAML": ("models/a.yml", "models:\n- name: a\n  config:\n    grants: {}\n", 4, "grants"),
    "a fixed schema": ("models/a.sql", "{{ config(schema='live') }} select 1", 1, "configures schema live"),
    "a fixed schema for a folder": (
        "dbt_project.yml",
        "name: p\nmodels: {+schema: live}\n",
        2,
        "names the schema live",
    ),
    "a fixed schema of a source": ("models/s.yml", "sources:\n- name: s\n  schema: live\n", 3, "names the schema live"),
    "a snapshot elsewhere": (
        "snapshots/s.sql",
        "{% snapshot s %}\n{{ config(target_schema='live', unique_key='id') }}\nselect 1\n{% endsnapshot %}",
        2,
        "configures target_schema live",
    ),
    "a snapshot elsewhere, in YAML": ("dbt_project.yml", "name: p\nsnapshots: {+target_schema: live}\n", 2, "live"),
    "a hook that names a database": (
        "dbt_project.yml",
        "name: p\non-run-end:\n- OPTIMIZE TABLE live.t\n",
        2,
        "on_run_end",
    ),
    "a table by its database": ("models/a.sql", "select 1\nfrom live.t", 2, "reads live.t by its database"),
    "no SELECT": ("models/a.sql", "drop table t", 1, "begins with drop"),
    "a second statement": ("tests/a.sql", "select 1;\nselect 2", 1, "holds a ';'"),
    "open Jinja": ("models/a.sql", "select 1\n{{ ref('a')", 2, "is no Jinja"),
    "no YAML": ("models/a.yml", "models:\n\t- name: a\n", 2, "is not YAML"),
}


def project(folder: Path, file: str, text: str) -> Path:
    """Writes a project with one more file, and the contract that names it."""
    for name, content in {"dbt_project.yml": "name: p\n", file: text}.items():
        path = folder / "dbt" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return write(folder, contract_document(transform={"dbt": {"project": {"path": "dbt"}}}))


@pytest.mark.parametrize(("file", "text", "line", "message"), FINDINGS.values(), ids=FINDINGS)
def test_what_breaks_out_of_the_stage_is_found_with_its_file_and_line(tmp_path, file, text, line, message):
    (finding,) = lint([project(tmp_path, file, text)])
    assert (finding.file, finding.line) == (str(tmp_path / "dbt" / file), line)
    assert message in finding.message
    assert finding.remedy


CLEAN = {
    "a source in the stage": (
        "models/s.yml",
        "sources:\n- name: s\n  schema: '{{ target.schema }}'\n  tables: [{name: t}]\n",
    ),
    "a column named schema": (
        "models/a.yml",
        "models:\n- name: a\n  columns:\n  - {name: schema, description: grants}\n",
    ),
    "a hook on this": ("dbt_project.yml", "name: p\nmodels: {+post-hook: 'OPTIMIZE TABLE {{ this }}'}\n"),
    "a macro that builds statements": ("macros/m.sql", "{% macro m() %} drop table x; {% endmacro %}"),
    "a test of our own": ("tests/a.sql", "select * from {{ ref('a') }} where id < 0"),
    "a test for any column": ("tests/generic/g.sql", "{% test g(model) %} select 1; {% endtest %}"),
    "what dbt has made": ("target/compiled/a.sql", "drop table t"),
    "a package": ("dbt_packages/x/models/a.sql", "drop table t"),
}


@pytest.mark.parametrize(("file", "text"), CLEAN.values(), ids=CLEAN)
def test_what_stays_in_the_stage_is_left_alone(tmp_path, file, text):
    assert lint([project(tmp_path, file, text)]) == []
