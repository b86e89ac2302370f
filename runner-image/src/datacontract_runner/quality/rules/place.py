"""Where in the contract a rule stands, and what surrounds it."""

from collections.abc import Iterator
from dataclasses import dataclass

from datacontract_api.contract import DataContract
from datacontract_api.quality import QualityRule
from datacontract_api.schema import SchemaObject, SchemaProperty


@dataclass(frozen=True)
class Place:
    """A rule with its surroundings.

    Args:
        schema_object: the promised table.
        owner: the property that the rule stands on; None for a rule on the table.
        rule: the rule itself.
        path: its place in the contract, such as ``spec.schema[0].properties[2].quality[0]``.
    """

    schema_object: SchemaObject
    owner: SchemaProperty | None
    rule: QualityRule
    path: str

    @property
    def table(self) -> str:
        """The table's name."""
        return self.schema_object.table

    @property
    def types(self) -> dict[str, str]:
        """Promised type of every promised column."""
        return {column.name: column.physical_type for column in self.schema_object.properties}

    def subject(self, columns: tuple[str, ...] = ()) -> str:
        """What a rule is about, for its derived name: the table, or a column of it."""
        names = (self.owner.name,) if self.owner else columns
        return f"{self.table}.{names[0]}" if len(names) == 1 else self.table


def places(contract: DataContract) -> Iterator[Place]:
    """Every rule of a contract, in the order in which it is written: a table's rules after its properties'."""
    for number, schema_object in enumerate(contract.spec.schema_):
        path = f"spec.schema[{number}]"
        for position, owner in enumerate(schema_object.properties):
            for index, rule in enumerate(owner.quality):
                yield Place(schema_object, owner, rule, f"{path}.properties[{position}].quality[{index}]")
        for index, rule in enumerate(schema_object.quality):
            yield Place(schema_object, None, rule, f"{path}.quality[{index}]")


def personal(schema_object: SchemaObject, columns: tuple[str, ...]) -> bool:
    """Whether one of the columns is personal data."""
    return any(column.is_pii for column in schema_object.properties if column.name in columns)
