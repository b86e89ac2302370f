"""Table functions as SQL: every argument is a literal, every secret is known as one."""

from hypothesis import given
from hypothesis import strategies as st

from datacontract_api.sources import FileFormat, ForeignQuery, Secret, TableFunction
from datacontract_runner import sql
from datacontract_runner.ingest.column import Column
from datacontract_runner.ingest.render import render

NASTY = st.text(alphabet="'\\`\"\n\t\0 (),;-ü😀a0", min_size=1, max_size=12)


def test_the_structure_stands_between_arguments_and_compression_and_headers_last() -> None:
    function = TableFunction(
        "url",
        ("http://h/it's", "CSVWithNames"),
        trailing=("gzip",),
        headers=(("Authorization", Secret("Bearer x")),),
        format=FileFormat.CSV,
    )
    assert render(function, [Column("a b", "Int32"), Column("c`", "Nullable(String)")]).text == (
        r"url('http://h/it\'s', 'CSVWithNames', '\`a b\` Int32, \`c\\\`\` Nullable(String)', 'gzip', "
        "headers('Authorization' = 'Bearer x'))"
    )


def test_without_columns_clickhouse_is_asked_to_find_out() -> None:
    assert render(TableFunction("file", ("a.csv", "CSVWithNames"))).text == "file('a.csv', 'CSVWithNames', 'auto')"


def test_a_database_takes_no_structure_and_its_rows_have_no_order() -> None:
    rendered = render(TableFunction("postgresql", ("h:5432", 7), takes_structure=False), [Column("a", "Int32")])
    assert (rendered.text, rendered.order) == ("postgresql('h:5432', 7)", ())


def test_a_query_for_the_source_is_a_literal_too() -> None:
    function = TableFunction("postgresql", (ForeignQuery("select 'x'"),), takes_structure=False)
    assert render(function).text == r"postgresql(query('select \'x\''))"


@given(NASTY, NASTY, NASTY)
def test_a_secret_is_known_as_it_is_and_as_it_is_quoted(password: str, token: str, signature: str) -> None:
    rendered = render(
        TableFunction(
            "f",
            (f"http://h?{signature}", Secret(password)),
            headers=(("Authorization", Secret(token)),),
            conceal=(signature,),
        )
    )
    for value in (password, token, signature):
        assert {value, sql.literal(value)[1:-1]} <= set(rendered.secrets)
