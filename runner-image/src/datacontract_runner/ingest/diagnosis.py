"""Finding the row that a conversion failed on, after it failed: the happy path does not pay for it."""

from datacontract_api.errors import ContractError
from datacontract_runner import sql
from datacontract_runner.ingest import settings
from datacontract_runner.ingest.conversion import Conversion
from datacontract_runner.ingest.failures import Subject
from datacontract_runner.ingest.parse_errors import BadCell
from datacontract_runner.ingest.readplan import ReadPlan
from datacontract_runner.ingest.render import Selectable
from datacontract_runner.warehouse import Connection, Statement, StatementFailed

_CONVERSION_FAILED = {6, 69, 70, 321, 349, 395, 407}
"""Codes of failed conversions, which ClickHouse reports without the row."""


def diagnose(
    connection: Connection, failure: StatementFailed, plan: ReadPlan, source: Selectable, subject: Subject
) -> ContractError | None:
    """Looks for the first row whose value does not fit its column.

    Args:
        connection: the warehouse.
        failure: what ClickHouse said.
        plan: how the source was read.
        source: the source, as it was read.
        subject: what the error is about.

    Returns:
        The error, or ClickHouse's own words, that name row, column and value; None when nothing tells more.
    """
    if "(at row" in failure.message:
        return _read_again(connection, plan, source) if subject.is_csv else None
    if failure.code not in _CONVERSION_FAILED:
        return None
    for step in plan.conversions:
        if step.unfit and (cell := _first_unfit(connection, step, source)):
            return subject.malformed(cell)
    return None


def _read_again(connection: Connection, plan: ReadPlan, source: Selectable) -> StatementFailed | None:
    """Parsers in parallel count the header of a CSV file as a row from their second piece on; a single one does not."""
    wanted = {**settings.READ, **source.settings, **settings.ONE_PARSER}
    text = f"SELECT max(ignore({sql.columns(column.name for column in plan.structure)})) FROM {source.text}"  # noqa: S608
    try:
        connection.rows(Statement(text, settings=wanted, secrets=source.secrets))
    except StatementFailed as failure:
        return failure
    except ContractError:
        return None
    return None


def _first_unfit(connection: Connection, step: Conversion, source: Selectable) -> BadCell | None:
    wanted = {**settings.READ, **source.settings, **settings.IN_ORDER, "max_threads": 1}
    name = sql.identifier(step.column.name)
    row = source.order[-1] if source.order else "toUInt64(0)"
    place = f"{row} + 1" if source.order else row
    text = (
        f"SELECT row, value FROM (SELECT {place} AS row, toString({name}) AS value, "  # noqa: S608
        f"ifNull({step.unfit}, false) AS unfit FROM {source.text}) WHERE unfit LIMIT 1"
    )
    try:
        rows = connection.rows(Statement(text, settings=wanted, secrets=source.secrets))
    except ContractError:
        return None
    if not rows:
        return None
    row_number, value = rows[0]
    return BadCell(row_number, step.column.name, step.column.type, value, is_null=value is None)
