"""Rights, from the rows of `system.grants`. Purely computational, no side effects.

Source: ClickHouse documentation, system.grants; partial revokes as `GRANT` describes them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from datacontract_runner.governance.model import Holding, Object, Rights

SELECT = "SELECT"


@dataclass(frozen=True)
class GrantRow:
    """One row: a privilege given, or taken away again from a part of what was given.

    Args:
        grantee: the role or user.
        is_user: which of the two.
        privilege: in ClickHouse's words.
        database: None for all.
        table: None for all.
        column: None for all.
        revoked: it takes away.
        grantable: with grant option.
        wildcard: the last name is a prefix.
    """

    grantee: str
    is_user: bool
    privilege: str
    database: str | None
    table: str | None
    column: str | None
    revoked: bool = False
    grantable: bool = False
    wildcard: bool = False

    @property
    def breadth(self) -> tuple[int, int]:
        """Order from the broadest to the narrowest: a narrower row overrides a broader one."""
        narrow = sum(name is not None for name in (self.database, self.table, self.column))
        return 2 * narrow - self.wildcard, len(self.table or self.database or "")

    def covers(self, target: Object) -> bool:
        """Whether the row is about an object, alone or among others."""
        if self.database is None:
            return True
        if self.table is None:
            return _fits(target.database, self.database, self.wildcard)
        return self.database == target.database and _fits(target.name, self.table, self.wildcard)

    def names(self, target: Object) -> bool:
        """Whether the row is about this object alone."""
        return not self.wildcard and (self.database, self.table) == (target.database, target.name)


def _fits(name: str, pattern: str, wildcard: bool) -> bool:
    return name.startswith(pattern) if wildcard else name == pattern


def rights_by_holding(rows: Iterable[GrantRow], targets: Iterable[Object]) -> Mapping[Holding, Rights]:
    """What each role may do with each object; empty rights are left out.

    Args:
        rows: all rows of roles that concern the objects, in any order.
        targets: the objects.
    """
    by_role: dict[str, list[GrantRow]] = {}
    for row in sorted((row for row in rows if not row.is_user), key=lambda row: row.breadth):
        by_role.setdefault(row.grantee, []).append(row)
    found = {
        Holding(role, target): _rights([row for row in held if row.covers(target)], target)
        for role, held in by_role.items()
        for target in targets
    }
    return {holding: rights for holding, rights in found.items() if rights}


def _rights(rows: list[GrantRow], target: Object) -> Rights:
    """Folds rows from the broadest to the narrowest."""
    rights = Rights()
    for row in rows:
        if row.privilege == SELECT:
            rights = _with_select(rights, row)
        if row.names(target) and not row.revoked:
            others = rights.others if row.privilege == SELECT else rights.others | {row.privilege}
            rights = replace(rights, others=others, grantable=rights.grantable or row.grantable)
    return rights


def _with_select(rights: Rights, row: GrantRow) -> Rights:
    if row.column is None:
        return replace(rights, whole=not row.revoked)
    if row.revoked:
        return replace(rights, withheld=rights.withheld | {row.column}) if rights.whole else rights
    return rights if rights.whole else replace(rights, columns=rights.columns | {row.column})
