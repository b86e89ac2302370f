"""A SQLAlchemy dialect on which Great Expectations takes its ClickHouse paths: match(), LIKE, quantilesExact, types.

Great Expectations 1.24 recognises ClickHouse by the dialect's name and by the package clickhouse-sqlalchemy, which does
not install beside SQLAlchemy 2. clickhouse-connect has a dialect of another name. So: a subclass with the right name,
and modules of clickhouse-sqlalchemy's names that lead to it. `register` comes before the first import of
great_expectations.
"""

import sys
from types import ModuleType
from typing import Any

import sqlalchemy
from clickhouse_connect.cc_sqlalchemy import types
from clickhouse_connect.cc_sqlalchemy.datatypes.base import sqla_type_from_name
from clickhouse_connect.cc_sqlalchemy.dialect import ClickHouseDialect as ConnectDialect
from clickhouse_connect.cc_sqlalchemy.sql.compiler import ChStatementCompiler
from sqlalchemy.sql.elements import Null

SCHEME = "clickhousegx"
"""Scheme of the URLs that lead to this dialect."""


class StatementCompiler(ChStatementCompiler):  # type: ignore[misc]
    """Two words of Great Expectations that mean something else in ClickHouse."""

    def visit_length_func(self, function: Any, **kwargs: Any) -> str:
        """Renders ``length(x)`` so that it counts characters: ClickHouse's own counts bytes."""
        return f"lengthUTF8({self.process(function.clauses, **kwargs)})"

    def visit_cast(self, cast: Any, **kwargs: Any) -> str:
        """Renders ``CAST(NULL AS T)`` as NULL: ClickHouse's types hold none unless they are told to."""
        return "NULL" if isinstance(cast.clause, Null) else str(super().visit_cast(cast, **kwargs))


class ClickHouseDialect(ConnectDialect):  # type: ignore[misc]
    """clickhouse-connect's dialect under the name that Great Expectations knows."""

    name = "clickhouse"
    supports_statement_cache = False
    statement_compiler = StatementCompiler

    def _get_column_type(self, _name: str, spec: str) -> Any:
        """What clickhouse-sqlalchemy's dialect calls to read a type; Great Expectations calls it too."""
        return sqla_type_from_name(spec)


class _Nullable:
    """clickhouse-sqlalchemy's wrapper of nullable types, of which clickhouse-connect has none."""


def register() -> None:
    """Makes `SCHEME` and the modules of clickhouse-sqlalchemy known; harmless when repeated."""
    sqlalchemy.dialects.registry.register(SCHEME, __name__, ClickHouseDialect.__name__)
    for module in _modules():
        sys.modules.setdefault(module.__name__, module)


def _modules() -> tuple[ModuleType, ...]:
    root = ModuleType("clickhouse_sqlalchemy")
    drivers = ModuleType("clickhouse_sqlalchemy.drivers")
    base = ModuleType("clickhouse_sqlalchemy.drivers.base")
    named = ModuleType("clickhouse_sqlalchemy.types")
    named.__dict__.update({name: kind for name, kind in vars(types).items() if not name.startswith("__")})
    _set(named, Nullable=_Nullable)
    _set(base, ClickHouseDialect=ClickHouseDialect, dialect=ClickHouseDialect, types=types)
    _set(drivers, base=base)
    _set(root, drivers=drivers, types=named, __path__=[])
    return root, drivers, base, named


def _set(module: ModuleType, **attributes: Any) -> None:
    for name, value in attributes.items():
        setattr(module, name, value)
