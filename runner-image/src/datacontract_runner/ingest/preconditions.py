"""What must hold of a source before it is read."""

from collections.abc import Mapping

from datacontract_api.errors import Unsupported
from datacontract_api.sources import Precondition, SourceKind
from datacontract_runner.ingest.render import render
from datacontract_runner.warehouse import Connection, Statement, StatementFailed


def check_preconditions(source: SourceKind, credentials: Mapping[str, str], connection: Connection) -> None:
    """Refuses a source that would be read wrongly.

    Raises:
        Unsupported: names what stands in the way and what to do.
    """
    for precondition in source.preconditions(credentials):
        for found in _obstacles(precondition, connection):
            raise Unsupported(
                precondition.message.format(found=found),
                remedy=precondition.remedy,
                field=f"spec.source.{source.kind}",
            )


def _obstacles(precondition: Precondition, connection: Connection) -> list[str]:
    relation = render(precondition.relation)
    text = f"SELECT found FROM {relation.text} WHERE {precondition.obstacle}"  # noqa: S608
    try:
        rows = connection.rows(Statement(text, settings=relation.settings, secrets=relation.secrets))
    except StatementFailed:
        # Either the source cannot be read, which reading it tells better, or this ClickHouse cannot ask.
        return []
    return [str(found) for (found,) in rows]
