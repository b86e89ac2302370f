"""Comments of tables and columns: the contract's description, and its marks in a stable form. Purely computational.

::

    Tail number of the plane.
    [classification: restricted; tags: pii; owner: kim@example.org]
"""

import re

from datacontract_api.contract import DataContract
from datacontract_api.schema import SchemaObject, SchemaProperty

_MARKS = re.compile(r"\n?\[(?:contract|classification|tags|owner): [^\n]*\]\Z")


def table_comment(contract: DataContract, table: SchemaObject, present: str) -> str:
    """The comment of a promised table: description, contract, tags and owner.

    Args:
        contract: the contract.
        table: the promised table.
        present: the comment that it has; its text stays where the contract describes nothing (dbt may have written it).
    """
    tags = [*contract.spec.tags, *(tag for tag in table.tags if tag not in contract.spec.tags)]
    owner = contract.spec.governance.owner
    return _comment(table.description, present, contract=contract.qualified_name, tags=_list(tags), owner=owner)


def column_comment(contract: DataContract, column: SchemaProperty, present: str) -> str:
    """The comment of a promised column: description, classification, tags and owner."""
    marks = {"classification": column.classification, "tags": _list(column.tags)}
    return _comment(column.description, present, **marks, owner=contract.spec.governance.owner)


def _comment(description: str | None, present: str, **marks: str | None) -> str:
    text = _MARKS.sub("", present) if description is None else description
    line = "; ".join(f"{name}: {' '.join(value.split())}" for name, value in marks.items() if value)
    return "\n".join(part for part in (text, f"[{line}]" if line else "") if part)


def _list(tags: list[str]) -> str:
    return ", ".join(tags)
