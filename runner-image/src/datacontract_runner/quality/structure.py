"""Comparisons of the columns and rows that a table has with those of another."""

from dataclasses import dataclass

from datacontract_runner.quality.check import Measured


@dataclass(frozen=True)
class ColumnAt:
    """A column exists, perhaps at a position.

    Args:
        name: the column.
        position: counted from 0; None for any.
    """

    name: str
    position: int | None = None

    @property
    def expected(self) -> str:
        """The promise."""
        return f"column {self.name}" + ("" if self.position is None else f" at position {self.position}")

    def holds(self, measured: Measured) -> bool:
        """Position 0 means any, as in Great Expectations."""
        names: list[str] = measured.observed
        if not self.position:
            return self.name in names
        return self.position < len(names) and names[self.position] == self.name

    def found(self, measured: Measured) -> str:
        """The finding."""
        return f"columns {', '.join(measured.observed)}"


@dataclass(frozen=True)
class ColumnOrder:
    """Exactly these columns in this order.

    Args:
        names: the columns.
    """

    names: tuple[str, ...]

    @property
    def expected(self) -> str:
        """The promise."""
        return f"columns {', '.join(self.names)}, in this order"

    def holds(self, measured: Measured) -> bool:
        """Whether they are the same."""
        return tuple(measured.observed) == self.names

    def found(self, measured: Measured) -> str:
        """The finding."""
        return f"columns {', '.join(measured.observed)}"


@dataclass(frozen=True)
class ColumnSet:
    """These columns in any order.

    Args:
        names: the columns.
        exact: no other column is allowed.
    """

    names: tuple[str, ...]
    exact: bool = True

    @property
    def expected(self) -> str:
        """The promise."""
        return f"columns {', '.join(self.names)}" + ("" if self.exact else " among others")

    def holds(self, measured: Measured) -> bool:
        """Whether none is missing, and none too many where that matters."""
        observed, names = set(measured.observed), set(self.names)
        return observed == names if self.exact else names <= observed

    def found(self, measured: Measured) -> str:
        """The finding: only what differs."""
        observed, names = set(measured.observed), set(self.names)
        missing, unexpected = sorted(names - observed), sorted(observed - names)
        texts = [f"missing {', '.join(missing)}"] if missing else []
        if unexpected and self.exact:
            texts.append(f"unexpected {', '.join(unexpected)}")
        return "; ".join(texts) or "exactly these"


@dataclass(frozen=True)
class SameRows:
    """As many rows as another table.

    Args:
        other: its name.
    """

    other: str

    @property
    def expected(self) -> str:
        """The promise."""
        return f"as many rows as {self.other}"

    def holds(self, measured: Measured) -> bool:
        """Whether both counts are the same."""
        return bool(measured.observed["self"] == measured.observed["other"])

    def found(self, measured: Measured) -> str:
        """The finding."""
        return f"{measured.observed['self']:,} rows, {measured.observed['other']:,} in {self.other}"


@dataclass(frozen=True)
class TypeIn:
    """A column has one of some types.

    Args:
        names: names of types without parameters; ``Enum`` stands for both enums, ``Decimal`` for all decimals.
    """

    names: tuple[str, ...]

    @property
    def expected(self) -> str:
        """The promise."""
        return f"type {' or '.join(self.names)}"

    def holds(self, measured: Measured) -> bool:
        """Whether it is one of them."""
        families = [name for name in self.names if name in ("Enum", "Decimal")]
        found = str(measured.observed)
        return found in self.names or any(found.startswith(family) for family in families)

    def found(self, measured: Measured) -> str:
        """The finding."""
        return "no such column" if measured.observed is None else f"type {measured.observed}"
