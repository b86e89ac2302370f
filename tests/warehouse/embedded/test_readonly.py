"""The setting `readonly` on a request, as clients use it to make sure that a statement only reads."""

import pytest

from datacontract_runner.warehouse import Connection, Statement, StatementFailed


def test_a_read_only_request_reads(connection: Connection) -> None:
    assert connection.value(Statement("SELECT 1", settings={"readonly": 1})) == 1


def test_a_read_only_request_does_not_write(connection: Connection, database: str) -> None:
    statement = f"CREATE TABLE {database}.t (x Int8) ENGINE = Memory"
    with pytest.raises(StatementFailed, match="readonly"):
        connection.execute(Statement(statement, settings={"readonly": 1}))
    assert connection.value("SELECT count() FROM system.tables WHERE database = {d:String}", {"d": database}) == 0
