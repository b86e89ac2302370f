"""INSERT ... SELECT from a source: conversions, the rows wanted, and their order."""

from collections.abc import Sequence
from dataclasses import dataclass

from datacontract_runner import sql
from datacontract_runner.ingest import settings
from datacontract_runner.ingest.datatype import parse_type
from datacontract_runner.ingest.names import FILE_COLUMN, PATH_COLUMN, ROW_COLUMN
from datacontract_runner.ingest.readplan import ReadPlan
from datacontract_runner.ingest.render import Selectable
from datacontract_runner.warehouse import Statement

CHECK = "datacontract: unfit value in column "
"""What our own checks say inside ClickHouse, followed by the number of the column."""
NULL_CURSOR = "datacontract: no cursor value"
"""What the check on cursors says."""


@dataclass(frozen=True)
class After:
    """Only rows whose cursor is past the highest value that a table holds.

    Args:
        cursor: the column.
        table: the table that holds rows, qualified and quoted; empty when it holds none yet.
    """

    cursor: str
    table: str = ""


@dataclass(frozen=True)
class Into:
    """Where rows go.

    Args:
        table: qualified and quoted.
        file_index: which of the files this is, written with the rows along with their place in it; None for no order.
    """

    table: str
    file_index: int | None = None


def plan_insert(into: Into, plan: ReadPlan, source: Selectable, after: After | None = None) -> Statement:
    """Writes the statement. Purely computational."""
    names = [step.column.name for step in plan.conversions]
    values = [step.expression for step in plan.conversions]
    wanted = {**settings.READ, **settings.WRITE, **source.settings}
    if into.file_index is not None:
        names += [FILE_COLUMN, PATH_COLUMN, ROW_COLUMN]
        values += [str(into.file_index), *(source.order or ("''", "0"))]
        wanted |= settings.IN_ORDER
    where = [f"NOT throwIf(coalesce({step.lossy}, false), {sql.literal(CHECK + str(index))})"
             for index, step in enumerate(plan.conversions) if step.lossy]  # fmt: skip
    where += _past(plan, after) if after else []
    text = f"INSERT INTO {into.table} ({sql.columns(names)}) SELECT {', '.join(values)} FROM {source.text}"  # noqa: S608
    return Statement(text + (f" WHERE {' AND '.join(where)}" if where else ""), settings=wanted, secrets=source.secrets)


def _past(plan: ReadPlan, after: After) -> Sequence[str]:
    step = plan.conversion(after.cursor)
    name = sql.identifier(after.cursor)
    nullable = parse_type(step.read).nullable
    # A row without a cursor value can be told neither new nor old, on the first load as on every other.
    checks = [f"NOT throwIf(isNull({name}), {sql.literal(NULL_CURSOR)})"] if nullable else []
    if not after.table:
        return checks
    or_null = f" OR isNull({name})" if nullable else ""
    highest = f"SELECT max({name}) FROM {after.table}"  # noqa: S608
    past = [f"({step.expression} > ({highest}){or_null})"]
    source, target = parse_type(step.read).base, parse_type(step.column.type).base
    if step.expression != name and (source == target or (source.is_moment and target.is_moment)):
        # The same bound over the bare column, which a database or a Parquet file can apply before it sends rows.
        past.insert(0, f"({name} > (SELECT CAST(max({name}), {sql.literal(step.read)}) FROM {after.table}){or_null})")  # noqa: S608
    return past + checks
