"""The rows of one load: every file or relation of the source, read into a table one after the other."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from datacontract_api.errors import ContractError, MalformedData
from datacontract_runner import sql
from datacontract_runner.ingest.column import Column
from datacontract_runner.ingest.diagnosis import diagnose
from datacontract_runner.ingest.failures import Subject, explain, holds_nothing
from datacontract_runner.ingest.insert import After, Into, plan_insert
from datacontract_runner.ingest.reading import Reading
from datacontract_runner.ingest.readplan import TEXTS, ReadPlan, plan_read
from datacontract_runner.stages.context import Progress
from datacontract_runner.warehouse import Connection, StatementFailed


@dataclass
class Batch:
    """What is to be loaded.

    Args:
        connection: the warehouse.
        database: the stage, where tables may stand meanwhile.
        readings: what to read, in order.
        subject: what errors are about.
        progress: where to say what is going on.
        ignored: columns of the source that nobody asked for, filled while loading.
        absent: columns that the source did not show, filled while loading.
    """

    connection: Connection
    database: str
    readings: Sequence[Reading]
    subject: Subject
    progress: Progress
    ignored: dict[str, None] = field(default_factory=dict)
    absent: dict[str, None] = field(default_factory=dict)

    @property
    def has_order(self) -> bool:
        """Whether its rows have an order: those of documents do, those of a database do not."""
        return all(reading.format is not None for reading in self.readings)

    def infer(self) -> tuple[Column, ...]:
        """The columns that the source has, of the first of its files that tells any; empty when none does."""
        found = (self._found(reading, names_only=False) for reading in self.readings)
        return next((columns for columns in found if columns), ())

    def fill(self, database: str, table: str, columns: Sequence[Column], after: After | None = None,
             ordered: bool = False) -> None:  # fmt: skip
        """Inserts the rows into a table.

        Args:
            database: where the table is.
            table: its name.
            columns: the columns to fill.
            after: which rows are wanted; all when None.
            ordered: each row's place in the source is written as well.
        """
        for index, reading in enumerate(self.readings):
            self.progress.note(f"loading {reading.label}")
            into = Into(sql.qualified(database, table), index if ordered else None)
            self._insert(reading, self._plan(reading, columns), into, after)

    def _plan(self, reading: Reading, columns: Sequence[Column]) -> ReadPlan:
        plan = plan_read(columns, self._found(reading, names_only=True), reading.format, reading.label)
        self.ignored.update(dict.fromkeys(plan.ignored))
        self.absent.update(dict.fromkeys(plan.absent))
        return plan

    def _found(self, reading: Reading, names_only: bool) -> tuple[Column, ...] | None:
        """The source's own columns; None when it is empty, or when reading it will tell better what is wrong."""
        try:
            with self._explained(reading, None):
                return self._described(reading, names_only)
        except MalformedData:
            if names_only and reading.format in TEXTS:
                return None
            raise

    def _described(self, reading: Reading, names_only: bool) -> tuple[Column, ...] | None:
        try:
            return reading.columns(self.connection, names_only)
        except StatementFailed as failure:
            if holds_nothing(failure):
                return None
            raise

    def _insert(self, reading: Reading, plan: ReadPlan, into: Into, after: After | None) -> None:
        with (
            self._explained(reading, plan),
            reading.open(self.connection, self.database, plan.structure) as source,
        ):
            try:
                self.connection.execute(plan_insert(into, plan, source, after))
            except StatementFailed as failure:
                raise diagnose(self.connection, failure, plan, source, self.subject.at(reading)) or failure from None

    @contextmanager
    def _explained(self, reading: Reading, plan: ReadPlan | None) -> Iterator[None]:
        """Turns what ClickHouse or the file system says about a source into an error of the tree."""
        error: ContractError
        try:
            yield
        except StatementFailed as failure:
            error = explain(failure, self.subject.at(reading), plan)
        except OSError as failure:
            error = self.subject.at(reading).unreadable(failure)
        else:
            return
        raise error from None
