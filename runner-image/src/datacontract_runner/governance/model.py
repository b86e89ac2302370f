"""What governance compares: the state that the contract wants, the state that the warehouse has, and the change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from datacontract_runner import sql


@dataclass(frozen=True, order=True)
class Object:
    """A table or view of the warehouse."""

    database: str
    name: str

    @property
    def sql(self) -> str:
        """Its quoted name."""
        return sql.qualified(self.database, self.name)

    def __str__(self) -> str:
        return f"{self.database}.{self.name}"


class ChangeKind(StrEnum):
    """What a change is about."""

    ROLE = "role"
    GRANT = "grant"
    POLICY = "policy"
    VIEW = "view"
    COMMENT = "comment"
    TTL = "ttl"
    DEFINER = "definer"
    DATABASE = "database"
    TABLE = "table"


@dataclass(frozen=True)
class Change:
    """One difference between contract and warehouse, with the statements that remove it.

    Args:
        kind: what it is about.
        object: the table, view or role concerned, as ``database.name`` or the role's name.
        restricts: it takes access away or keeps it from growing, so it must not lag behind the data: it is made before
            the data of a run are visible. What widens access comes after.
        statements: SQL, in order; each may be repeated.
        description: one line for people.
    """

    kind: ChangeKind
    object: str
    restricts: bool
    statements: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class Rights:
    """What one role may do with one object.

    Args:
        whole: SELECT on the object, whatever columns it has or gets.
        columns: where not ``whole``: SELECT on these columns.
        withheld: where ``whole``: columns that a partial REVOKE takes away again.
        others: privileges other than SELECT, in ClickHouse's words.
        grantable: it may pass some of this on.
    """

    whole: bool = False
    columns: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    grantable: bool = False

    def __bool__(self) -> bool:
        return self.whole or bool(self.columns) or bool(self.others)


@dataclass(frozen=True, order=True)
class Holding:
    """A role, and an object that it has rights on."""

    role: str
    object: Object


@dataclass(frozen=True)
class Policy:
    """A row policy on one object.

    Args:
        object: the table or view.
        name: its short name.
        using: the filter, as ClickHouse formats it, without outer parentheses.
        targets: roles and users that it applies to.
        everyone: it applies to all, but those in ``excepted``.
        excepted: see ``everyone``.
        restrictive: ANDed with the others instead of ORed.
    """

    object: Object
    name: str
    using: str
    targets: frozenset[str] = frozenset()
    everyone: bool = False
    excepted: frozenset[str] = frozenset()
    restrictive: bool = False

    @property
    def key(self) -> tuple[Object, str]:
        """What makes it unique."""
        return self.object, self.name

    def reaches(self, role: str) -> bool:
        """Whether it applies to a role."""
        return role in self.targets or (self.everyone and role not in self.excepted)


ALL_ROWS = "1"
"""The filter that hides nothing."""


@dataclass(frozen=True)
class MaskingView:
    """A view that shows a table with its personal data masked, with the rights of its definer.

    Args:
        object: the view.
        source: the table.
        definer: account whose rights it reads with.
        columns: name and expression, as ClickHouse formats it, in order; None for a view that is not of this form.
    """

    object: Object
    source: Object
    definer: str
    columns: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True)
class Access:
    """Who may read what: roles, grants, row policies and masking views of the objects that a contract owns.

    Args:
        roles: roles that exist, or shall.
        rights: by role and object; empty ones are left out.
        policies: on these objects.
        views: masking views.
        databases: databases for masking views that exist, or shall.
    """

    roles: frozenset[str] = frozenset()
    rights: Mapping[Holding, Rights] = field(default_factory=dict)
    policies: frozenset[Policy] = frozenset()
    views: frozenset[MaskingView] = frozenset()
    databases: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Column:
    """A real column: its name, ClickHouse type, and comment."""

    name: str
    type: str
    comment: str = ""


class TableKind(StrEnum):
    """What an object is, as far as governance must know."""

    MERGE_TREE = "table"
    VIEW = "view"
    OTHER = "other"


@dataclass(frozen=True)
class Table:
    """An object as it is in the warehouse, or in a stage.

    Args:
        object: which one.
        kind: what it is.
        columns: in order; those that cannot be selected are left out.
        comment: its comment.
        ttl: its TTL expression as ClickHouse formats it; nothing when it has none.
        definer: of a view, whose rights it reads with; nothing for the reader's own.
    """

    object: Object
    kind: TableKind
    columns: tuple[Column, ...]
    comment: str = ""
    ttl: str = ""
    definer: str = ""


@dataclass(frozen=True)
class Wanted:
    """What one table or view shall carry.

    Args:
        object: which one.
        comment: its comment; None leaves it as it is.
        column_comments: by column; columns left out stay as they are.
        ttl: TTL expression; nothing for none, None leaves it as it is.
        definer: of a view; None leaves it as it is.
    """

    object: Object
    comment: str | None = None
    column_comments: Mapping[str, str] = field(default_factory=dict)
    ttl: str | None = None
    definer: str | None = None
