"""The difference of comments, TTL and definers. Purely computational, no side effects."""

from collections.abc import Iterable, Iterator

from datacontract_runner.governance.model import Change, ChangeKind, Table, Wanted
from datacontract_runner.governance.statements import Statements


def plan_tables(wanted: Iterable[Wanted], tables: Iterable[Table], cluster: str | None = None) -> list[Change]:
    """What makes tables carry what the contract wants. Empty when nothing differs.

    All of it restricts in the sense of `Change`: comments and TTL move with the table when it is exchanged, so they are
    set in the stage, before.

    Args:
        wanted: what they shall carry.
        tables: the tables as they are; only those among them are changed.
        cluster: ClickHouse cluster to run on.
    """
    write, found = Statements(cluster), {table.object: table for table in tables}
    return [
        change
        for want in wanted
        if (table := found.get(want.object)) is not None
        for change in (*_comments(want, table, write), *_ttl(want, table, write), *_definer(want, table, write))
    ]


def _comments(want: Wanted, table: Table, write: Statements) -> Iterator[Change]:
    have = {column.name: column.comment for column in table.columns}
    columns = {name: text for name, text in want.column_comments.items() if name in have and have[name] != text}
    comment = want.comment if want.comment != table.comment else None
    if comment is None and not columns:
        return
    parts = ["the table"] if comment is not None else []
    text = f"comments of {table.object}: {', '.join([*parts, *columns])}"
    yield Change(
        ChangeKind.COMMENT, str(table.object), True, (write.set_comments(table.object, comment, columns),), text
    )


def _ttl(want: Wanted, table: Table, write: Statements) -> Iterator[Change]:
    if want.ttl is None or want.ttl == table.ttl:
        return
    text = f"rows of {table.object} go after {want.ttl}" if want.ttl else f"rows of {table.object} stay for ever"
    yield Change(ChangeKind.TTL, str(table.object), True, (write.set_ttl(table.object, want.ttl),), text)


def _definer(want: Wanted, table: Table, write: Statements) -> Iterator[Change]:
    if want.definer is None or want.definer == table.definer:
        return
    text = f"the view {table.object} reads with the rights of {want.definer}, so that its readers need none below it"
    statements = (write.set_definer(table.object, want.definer),)
    yield Change(ChangeKind.DEFINER, str(table.object), True, statements, text)
