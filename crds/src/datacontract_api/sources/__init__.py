"""The sources of a contract: one file each, found by being here. `docs/adding-a-source.md` walks through one."""

import importlib
import pkgutil

from pydantic import Field, create_model

from datacontract_api.base import Model, Rule
from datacontract_api.sources.base import (
    Compression,
    FileFormat,
    FileSourceKind,
    ForeignQuery,
    LocalFiles,
    Precondition,
    Relation,
    Secret,
    SourceKind,
    TableFunction,
)

__all__ = [
    "SOURCE_KINDS",
    "Compression",
    "FileFormat",
    "FileSourceKind",
    "ForeignQuery",
    "LocalFiles",
    "Precondition",
    "Relation",
    "Secret",
    "Source",
    "SourceKind",
    "TableFunction",
]


def _discover() -> dict[str, type[SourceKind]]:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    bases: list[type[SourceKind]] = [SourceKind, FileSourceKind]  # type: ignore[type-abstract]
    kinds = [kind for base in bases for kind in base.__subclasses__() if "kind" in vars(kind)]
    return dict(sorted((kind.kind, kind) for kind in kinds))


SOURCE_KINDS = _discover()
"""Every source by the name of its field."""


class SourceBase(Model):
    """Where the data come from: exactly one of its fields."""

    rules = (
        Rule(
            cel="[" + ", ".join(f"has(self.{kind})" for kind in SOURCE_KINDS) + "].filter(set, set).size() == 1",
            message=f"spec.source must have exactly one of: {', '.join(SOURCE_KINDS)}",
            holds=lambda source: len(source.model_fields_set) == 1,
        ),
    )

    @property
    def selected(self) -> SourceKind:
        """The one source that is set."""
        kinds: list[SourceKind] = [kind for name in SOURCE_KINDS if (kind := getattr(self, name)) is not None]
        return kinds[0]


Source = create_model(
    "Source",
    __base__=SourceBase,
    __doc__=SourceBase.__doc__,
    **{  # type: ignore[call-overload]  # the fields are the files of this package
        name: (kind | None, Field(default=None, description=(kind.__doc__ or "").strip().splitlines()[0]))
        for name, kind in SOURCE_KINDS.items()
    },
)
