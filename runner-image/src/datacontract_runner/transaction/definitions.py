"""Views, materialized views and dictionaries: their statements, free of the database that they stand in."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from datacontract_api.errors import Unsupported
from datacontract_runner import sql
from datacontract_runner.transaction.names import mentions, moved
from datacontract_runner.warehouse import Connection


class Kind(StrEnum):
    """What stands under a name."""

    TABLE = "table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized_view"
    DICTIONARY = "dictionary"


_ENGINES = {"View": Kind.VIEW, "MaterializedView": Kind.MATERIALIZED_VIEW, "Dictionary": Kind.DICTIONARY}
_ORDER = [Kind.DICTIONARY, Kind.VIEW, Kind.MATERIALIZED_VIEW]


@dataclass(frozen=True)
class Definition:
    """One view, materialized view or dictionary.

    Args:
        kind: which of them.
        token: the database name in `statement` that stands for whichever database it is created in.
        statement: its CREATE statement, as the server writes it out.
    """

    kind: Kind
    token: str
    statement: str

    def render(self, database: str) -> str:
        """The CREATE statement for a database."""
        return moved(self.statement, self.token, database)

    def replacement(self, database: str) -> str:
        """The same as CREATE OR REPLACE, which lets readers see the old or the new one and nothing between."""
        return self.render(database).replace("CREATE ", "CREATE OR REPLACE ", 1)

    def drop(self, database: str, name: str) -> str:
        """DROP for it."""
        word = "DICTIONARY" if self.kind is Kind.DICTIONARY else "VIEW"
        return f"DROP {word} IF EXISTS {sql.qualified(database, name)} SYNC"

    def to_json(self) -> str:
        """For the ledger."""
        return json.dumps(asdict(self))


def definition_from_json(text: str) -> Definition | None:
    """Reads one back; None for the empty string."""
    if not text:
        return None
    fields = json.loads(text)
    return Definition(Kind(fields["kind"]), fields["token"], fields["statement"])


@dataclass(frozen=True)
class Contents:
    """What a database holds.

    Args:
        tables: UUID by name of everything that is not a definition.
        definitions: the others by name, their statements with the database itself as token.
        definition_uuids: UUID by name of the definitions.
    """

    tables: Mapping[str, str]
    definitions: Mapping[str, Definition]
    definition_uuids: Mapping[str, str]

    @property
    def uuids(self) -> Mapping[str, str]:
        """UUID by name of everything."""
        return {**self.tables, **self.definition_uuids}


def observe_contents(connection: Connection, database: str) -> Contents:
    """Looks at everything in a database."""
    rows = connection.rows(
        "SELECT name, engine, toString(uuid), create_table_query FROM system.tables WHERE database = {d:String} "
        "ORDER BY name",
        {"d": database},
    )
    tables = {name: uuid for name, engine, uuid, _ in rows if engine not in _ENGINES}
    definitions = {name: Definition(_ENGINES[e], database, text) for name, e, _, text in rows if e in _ENGINES}
    uuids = {name: uuid for name, engine, uuid, _ in rows if engine in _ENGINES}
    return Contents(tables, definitions, uuids)


def refuse_unsupported(connection: Connection, database: str) -> None:
    """Refuses what cannot be staged: tables outside the MergeTree family, materialized views that hold the rows.

    Raises:
        Unsupported: there is such a table; the message names it and its engine.
    """
    rows = connection.rows(
        "SELECT name, engine FROM system.tables WHERE database = {d:String} AND NOT is_temporary "
        "AND engine NOT IN ('View', 'MaterializedView', 'Dictionary') "
        "AND (engine NOT LIKE '%MergeTree' OR startsWith(name, '.inner')) ORDER BY name",
        {"d": database},
    )
    for name, engine in rows:
        if name.startswith(".inner"):
            raise Unsupported(
                "a materialized view without TO keeps its rows in a table that cannot be exchanged.",
                remedy="Write CREATE MATERIALIZED VIEW ... TO a table of its own.",
            )
        raise Unsupported(
            f"the table {name} has the engine {engine}, and only the MergeTree family can be cloned and exchanged.",
            remedy="Choose an engine of the MergeTree family.",
        )


def in_order(definitions: Mapping[str, Definition]) -> list[str]:
    """Names so that whatever a definition names comes before it. Purely computational, no side effects.

    Dictionaries come first, then views, then materialized views; within that, by what their statements mention.
    """
    ordered: list[str] = []
    by_kind = sorted(definitions, key=lambda name: (_ORDER.index(definitions[name].kind), name))
    for name in by_kind:
        _visit(name, definitions, ordered, ())
    return ordered


def _visit(name: str, definitions: Mapping[str, Definition], ordered: list[str], path: Iterable[str]) -> None:
    if name in ordered or name in path:
        return
    definition = definitions[name]
    for other in sorted(definitions):
        if other != name and mentions(definition.statement, definition.token, other):
            _visit(other, definitions, ordered, (*path, name))
    ordered.append(name)
