"""One load, from the contract's source into the load table of a stage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from datacontract_api.contract import DataContract
from datacontract_api.errors import InvalidValue, SourceEmpty
from datacontract_api.load import LoadMode
from datacontract_api.sources import LocalFiles, TableFunction
from datacontract_runner import sql
from datacontract_runner.ingest.batch import Batch
from datacontract_runner.ingest.column import Column, structure
from datacontract_runner.ingest.columns import check_fields, check_held, declared_columns, sorting_key
from datacontract_runner.ingest.credentials import resolve_credentials
from datacontract_runner.ingest.expansion import expand
from datacontract_runner.ingest.failures import Subject, explain
from datacontract_runner.ingest.files import observe_files, refuse_archive
from datacontract_runner.ingest.modes import MODES
from datacontract_runner.ingest.observe import observe_columns
from datacontract_runner.ingest.preconditions import check_preconditions
from datacontract_runner.ingest.reading import FunctionReading, Reading, local_reading
from datacontract_runner.ingest.target import Target
from datacontract_runner.stages.context import RunContext
from datacontract_runner.warehouse import Connection, StatementFailed


@dataclass(frozen=True)
class Loaded:
    """What a load did.

    Args:
        rows: rows written to the load table.
        source: the source in one line, without secrets.
        files: how many files or documents were read; None for a single address and for a database.
        bytes: their size on disk.
        ignored: columns of the source that the load table does not have.
        absent: columns that the source did not show, NULL therefore.
    """

    rows: int
    source: str
    files: int | None = None
    bytes: int | None = None
    ignored: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def load_into(context: RunContext, database: str) -> Loaded:
    """Loads the contract's source into its load table.

    Args:
        context: the run.
        database: where the load table is, or is to be: the stage.

    Raises:
        SourceEmpty: nothing to load where there must be something.
        SourceNotFound, SourceDenied, SourceUnreachable: the source could not be read.
        MalformedData: a value is not what was promised; names the row where it is known.
        SchemaMismatch: the source or the table held lacks columns.
        InvalidValue, SecretMissing, Unsupported: the contract asks for something that is not there.
    """
    contract = context.contract
    source = contract.spec.source.selected
    credentials = resolve_credentials(source, context.secrets)
    relation = source.relation(credentials)
    check_preconditions(source, credentials, context.connection)
    files = observe_files(relation, context.folder) if isinstance(relation, LocalFiles) else ()
    subject = Subject(source.kind, source.describe(), _personal(contract))
    if isinstance(relation, LocalFiles):
        readings = [
            local_reading(file, relation.format, dict(relation.settings), context.shares_disk) for file in files
        ]
    else:
        readings = _remote_readings(relation, subject, context.connection)
    batch = Batch(context.connection, database, readings, subject, context.progress)
    target = _target(context, database, batch)
    rows = MODES[contract.spec.load.mode](contract.spec.load, target, batch)
    return Loaded(
        rows=rows,
        source=source.describe(),
        files=len(files) or (len(readings) if len(readings) > 1 else None),
        bytes=sum(file.size for file in files) or None,
        ignored=tuple(batch.ignored),
        absent=tuple(batch.absent),
    )


def _remote_readings(function: TableFunction, subject: Subject, connection: Connection) -> list[Reading]:
    whole = FunctionReading(function, subject.label)
    if function.format:
        refuse_archive(str(function.arguments[0]).partition("?")[0], subject.field)
    try:
        documents = expand(function, connection)
    except StatementFailed as failure:
        raise explain(failure, subject.at(whole), None) from None
    if len(documents) == 1:
        return [replace(whole, function=documents[0])]
    return [FunctionReading(one, str(one.arguments[0]).partition("?")[0]) for one in documents]


def _personal(contract: DataContract) -> frozenset[str]:
    columns = [column for table in contract.spec.schema_ for column in table.properties]
    return frozenset(column.name for column in columns if column.is_pii)


def _target(context: RunContext, database: str, batch: Batch) -> Target:
    load = context.contract.spec.load
    held = observe_columns(context.connection, database, load.table)
    declared = _as_clickhouse_writes(context.connection, declared_columns(context.contract.spec))
    columns = declared or held or batch.infer()
    if not columns:
        raise SourceEmpty(
            f"{batch.subject.label} is empty, so that its columns cannot be told.",
            remedy="Check that the data were delivered, or declare spec.load.columns.",
            field=batch.subject.field,
        )
    check_fields(load, columns)
    if held and load.mode is not LoadMode.REPLACE:
        check_held(load.table, columns, held)
    return Target(context.connection, database, load.table, columns, sorting_key(load))


def _as_clickhouse_writes(connection: Connection, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns with their types as ClickHouse spells them: ``INT`` is Int32, ``Decimal64(2)`` is Decimal(18, 2)."""
    if not columns:
        return ()
    try:
        rows = connection.rows(f"DESCRIBE TABLE null({sql.literal(structure(columns))})")
    except StatementFailed as failure:
        raise InvalidValue(
            f"ClickHouse does not take the columns as they are declared: {failure.message}",
            remedy="Correct the types in spec.load.columns or spec.schema.",
            field="spec.load.columns",
        ) from None
    return tuple(Column(row[0], row[1]) for row in rows)
