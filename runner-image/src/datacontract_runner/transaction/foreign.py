"""Materialized views of others on our tables: they never see published rows, so their owners are told."""

from collections.abc import Iterable

from datacontract_runner.warehouse import Connection


def foreign_views(connection: Connection, database: str, names: Iterable[str], ours: frozenset[str]) -> list[str]:
    """Materialized views that read our tables and are not ours.

    Args:
        connection: to the warehouse.
        database: the destination.
        names: our live tables.
        ours: names in the destination that the contract owns.
    """
    rows = connection.rows(
        "SELECT DISTINCT d.1, d.2 FROM (SELECT arrayJoin(arrayZip(dependencies_database, dependencies_table)) AS d "
        "FROM system.tables WHERE database = {d:String} AND has({names:Array(String)}, name)) ORDER BY 1, 2",
        {"d": database, "names": sorted(names)},
    )
    return [f"{where}.{name}" for where, name in rows if not (where == database and name in ours)]


def warning(views: Iterable[str]) -> str:
    """What to tell about them."""
    return (
        f"materialized views that belong to no table of this contract never see the rows it publishes: "
        f"{', '.join(views)}. Let them read by a schedule (REFRESH EVERY), or make them part of the contract."
    )
