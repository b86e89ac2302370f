"""A valid value for any field of the models, found by trying: new fields and models need no entry here."""

import copy
import itertools
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from datacontract_api.fields import is_model, unwrapped, wire_fields

TEXTS = ("a", "1.0.0", "1d", "0 6 * * *", "https://h/x", "s3://b/k", "https://h", "2026-01-01T00:00:00Z")


class NoSampleError(Exception):
    """No candidate is valid: add one to `TEXTS`."""


def annotation_of(field: FieldInfo) -> Any:
    """A field's annotation with the constraints that pydantic moved out of it."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def is_valid(annotation: Any, value: Any) -> bool:
    """Whether a value, as JSON holds it, is valid for an annotation."""
    try:
        _adapter(annotation).validate_python(value, by_alias=True, by_name=False)
    except ValidationError:
        return False
    return True


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def sample(annotation: Any) -> Any:
    """A valid value, as JSON holds it.

    Raises:
        NoSampleError: when nothing that we try is valid.
    """
    for candidate in _candidates(annotation):
        if is_valid(annotation, candidate):
            return copy.deepcopy(candidate)
    raise NoSampleError(str(annotation))


def _candidates(annotation: Any) -> Iterator[Any]:
    bare = unwrapped(annotation)
    if is_model(bare):
        yield from _objects(bare)
    elif get_origin(bare) is list:
        item = sample(get_args(bare)[0])
        yield from ([], [item], [item, item])
    elif get_origin(bare) is dict:
        yield {}
    elif get_origin(bare) is Literal:
        yield from get_args(bare)
    elif isinstance(bare, type) and issubclass(bare, Enum):
        yield from (member.value for member in bare)
    elif bare is bool:
        yield False
    elif bare is int or int in get_args(bare):
        yield from (1, 10)
    else:
        yield from TEXTS


@cache
def _choices(model: type[BaseModel]) -> tuple[dict[str, Any], ...]:
    required = {name: field for name, field in wire_fields(model).items() if field.is_required()}
    values = [list(_required(field)) for field in required.values()]
    return tuple(dict(zip(required, chosen, strict=True)) for chosen in itertools.product(*values))


def _required(field: FieldInfo) -> Iterator[Any]:
    """Every choice of an enum, since a model's rules may ask for more with one than with another."""
    bare = unwrapped(field.annotation)
    if isinstance(bare, type) and issubclass(bare, Enum):
        yield from (member.value for member in bare)
    else:
        yield sample(annotation_of(field))


def _objects(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    yield from _choices(model)
    for name, field in wire_fields(model).items():
        if not field.is_required():
            for chosen in _choices(model):
                yield chosen | {name: sample(annotation_of(field))}
