"""What a contract says to dbt reaches dbt and the warehouse as it is said."""

from support.contracts import contract_document
from support.hostile import HOSTILE

from .conftest import Site
from .test_data import COLUMNS, FORMATS

TEXTS = list(HOSTILE.values())

EVERY_TEXT = """
{% for text in var('texts') %}
select {{ loop.index0 }} as id, unhex('{{ text.encode().hex() }}') as text,
  {{ 1 if var(text, none) == [text, {text: text}] else 0 }} as known
{% if not loop.last %}union all{% endif %}
{% endfor %}
"""
"""A model whose rows are what dbt knows of the variables; a hexadecimal text needs no quoting of ours."""

KEYED = "select *, {{ 1 if is_incremental() else 0 }} as run from {{ source('contract', 'orders') }}"


def test_variables_and_columns_of_models_may_hold_any_text(site: Site) -> None:
    rows = [[f"{number}"] * len(COLUMNS) for number in range(3)]
    (site.folder / "keyed").write_bytes(FORMATS["CSVWithNames"](COLUMNS, rows))
    columns = [{"name": name, "physicalType": "String"} for name in COLUMNS]
    keyed = {"name": "keyed", "materialized": "incremental", "sql": KEYED, "uniqueKey": COLUMNS[:16]}
    document = contract_document(
        source={"file": {"path": "keyed", "format": "CSVWithNames"}},
        transform={
            "dbt": {
                "vars": {"texts": TEXTS, **{text: [text, {text: text}] for text in TEXTS}},
                "models": [
                    {"name": "every_text", "materialized": "table", "sql": EVERY_TEXT},
                    {**keyed, "orderBy": COLUMNS[-16:]},
                ],
            }
        },
        schema=[
            {"name": "orders", "properties": columns},
            {"name": "keyed", "properties": columns},
            {"name": "every_text", "properties": [{"name": "text", "physicalType": "String"}]},
        ],
    )
    for _ in range(2):
        site.runs_through(site.document(document))
    assert site.rows(f"SELECT text, known FROM {site.table('every_text')} ORDER BY id") == [(t, 1) for t in TEXTS]
    assert site.rows(f"SELECT * FROM {site.table('keyed')} ORDER BY 1") == [(*row, 1) for row in rows]
