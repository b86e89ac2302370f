"""Every place of a document that holds text, found by walking the models, and documents with a value planted there."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from datacontract_api.fields import is_model, unwrapped, wire_fields
from datacontract_api.scalars import Name
from support.contracts import Document, changed, contract_document
from support.samples import annotation_of, is_valid, sample

KEY = "{key}"
"""Stands in a path for the key of a map."""


_BASE = changed(contract_document(), ("spec", "schema", 0, "name"), sample(Name))
"""Its promised table has the name that samples refer to."""


@dataclass(frozen=True)
class TextField:
    """One place that holds text.

    Args:
        root: the model of the document.
        path: keys and indexes to it; the last is `KEY` where the text is itself the key of a map.
        annotation: what the models say of it.
    """

    root: type[BaseModel]
    path: tuple[str | int, ...]
    annotation: Any

    @property
    def name(self) -> str:
        """The path in words, for test ids."""
        return ".".join(str(part) for part in self.path)

    def make_document_with(self, value: str, base: Document | None = None) -> Document:
        """A document that would be valid, were the value: what stands around it is filled in as the models ask."""
        document = copy.deepcopy(base if base is not None else _BASE)
        _plant(document, self.root, self.path, value)
        return document

    def find(self, document: Document) -> Any:
        """What a document holds at this place: the text, or for a key the keys of the map."""
        here: Any = document
        for part in self.path:
            if part == KEY:
                return sorted(here)
            here = here[part]
        return here


def text_fields(root: type[BaseModel]) -> list[TextField]:
    """Every place of a document of this model that holds text: strings, choices, free values, keys of maps."""
    return [TextField(root, path, annotation) for path, annotation in _walk(root, ())]


def _walk(annotation: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    bare = unwrapped(annotation)
    if is_model(bare):
        for name, field in wire_fields(bare).items():
            yield from _walk(annotation_of(field), (*path, name))
    elif get_origin(bare) is list:
        yield from _walk(get_args(bare)[0], (*path, 0))
    elif get_origin(bare) is dict:
        key, value = get_args(bare)
        yield (*path, KEY), key
        yield from _walk(value, (*path, sample(key)))
    elif _holds_text(bare):
        yield path, annotation


def _holds_text(bare: Any) -> bool:
    if isinstance(bare, type) and issubclass(bare, Enum):
        return True
    return bare in (str, Any) or get_origin(bare) is Literal or str in get_args(bare)


def _plant(here: Any, annotation: Any, path: tuple[str | int, ...], value: str) -> None:
    """Walks down, making what is missing."""
    part, rest = path[0], path[1:]
    bare = unwrapped(annotation)
    if part == KEY:
        here[value] = sample(get_args(bare)[1])
        return
    below = annotation_of(wire_fields(bare)[str(part)]) if is_model(bare) else get_args(bare)[-1]
    _make(here, part, below)
    if is_model(bare):
        _drop_siblings(here, bare, part)
    if rest:
        _plant(here[part], below, rest, value)
    else:
        here[part] = value


def _make(here: Any, part: str | int, below: Any) -> None:
    if isinstance(here, list):
        if not here:
            here.append(sample(below))
    elif here.get(part) is None:
        here[part] = sample(below)


def _drop_siblings(here: dict[str | int, Any], model: Any, part: str | int) -> None:
    """Where a model bears one field only, such as a source, the others make way."""
    alone = {part: here[part]}
    if not is_valid(model, here) and is_valid(model, alone):
        here.clear()
        here.update(alone)
