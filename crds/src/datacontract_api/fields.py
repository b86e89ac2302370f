"""Looking at the models from outside: which model, and which fields, a path of the document leads to."""

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def wire_name(name: str, field: FieldInfo) -> str:
    """A field's name in YAML."""
    return field.alias or name


def wire_fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields of a model by their names in YAML."""
    return {wire_name(name, field): field for name, field in model.model_fields.items()}


def unwrapped(annotation: Any) -> Any:
    """An annotation without ``Annotated`` and ``| None``."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType):
            choices = [choice for choice in get_args(annotation) if choice is not type(None)]
            if len(choices) != 1:
                return annotation
            annotation = choices[0]
        else:
            return annotation


def is_model(annotation: Any) -> bool:
    """Whether an annotation, unwrapped, is one of our models."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def annotation_at(root: Any, path: tuple[str | int, ...]) -> Any:
    """The annotation that a path leads to, unwrapped; None where the models know nothing (free values, typos)."""
    here = unwrapped(root)
    for part in path:
        here = unwrapped(_step(here, part))
    return here


def model_at(root: Any, path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The model that a path leads to, None when it leads to something else."""
    found = annotation_at(root, path)
    return found if is_model(found) else None


def _step(annotation: Any, part: str | int) -> Any:
    if is_model(annotation):
        field = wire_fields(annotation).get(str(part))
        return field.annotation if field else None
    if get_origin(annotation) in (list, dict):
        return get_args(annotation)[-1]
    return None
