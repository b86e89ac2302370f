"""Whatever a file holds, reading it ends in documents with problems or in one error: never in a traceback."""

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from datacontract_api.documents import parse
from datacontract_api.errors import ContractUnreadable
from support.contracts import changed, contract_document

FRAGMENTS = (
    *("apiVersion: datacontract.dev/v1alpha1\n", "kind: DataContract\n", "kind: Warehouse\n", "metadata: {name: a}\n"),
    *("spec:\n", "  load:\n", "    mode: append\n", "  schema:\n", "  - name: a\n", "---\n", "...\n", "<<: *a\n"),
    *(
        "a: ",
        "b",
        "- ",
        "? ",
        ": ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "'",
        '"',
        "\\",
        "|\n",
        ">-\n",
        "&a ",
        "*a",
        "!!int ",
        "!x ",
    ),
    *(
        "\n",
        " ",
        "\t",
        "#",
        "%YAML 1.1\n",
        "~",
        "no",
        "1:30",
        "0x1F",
        ".nan",
        "2013-01-01",
        "\u2028",
        "é",
        "\x07",
        "\ufeff",
    ),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=8,
)
PLACES = (
    *(("spec",), ("metadata",), ("kind",), ("apiVersion",), ("spec", "load"), ("spec", "load", "mode")),
    *(("spec", "schema"), ("spec", "schema", 0), ("spec", "schema", 0, "properties", 0, "physicalType")),
    *(("spec", "source"), ("spec", "tags"), ("spec", "governance", "masking"), ("spec", "slaProperties")),
)


def refusal(text: str) -> str | None:
    """Why the text is unreadable, None when it was read; anything else but a `ContractUnreadable` is a failure."""
    try:
        documents = parse(text, "c.yaml")
    except ContractUnreadable as error:
        return str(error)
    lines = text.count("\n") + text.count("\u2028") + 1
    for document in documents:
        assert (document.model is None) == bool(document.problems)
        assert all(1 <= problem.line <= lines + 1 and problem.message for problem in document.problems)
    return None


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join))
def test_any_text_is_read_or_refused(text):
    assert (refusal(text) or "c.yaml:").startswith("c.yaml:")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PLACES), VALUES)
def test_any_value_anywhere_is_read_or_refused(place, value):
    text = yaml.safe_dump(changed(contract_document(), place, value), allow_unicode=True)
    assert (refusal(text) or "c.yaml:").startswith("c.yaml:")
