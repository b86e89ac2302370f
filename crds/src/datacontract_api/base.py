"""What every model of the API shares: strictness, camelCase on the wire, and rules that hold in Python and in CEL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError


@dataclass(frozen=True)
class Rule:
    """One rule over the fields of a model, checked by the API server (CEL) and by us (Python).

    Args:
        cel: expression over ``self`` (and ``oldSelf`` for transitions), for ``x-kubernetes-validations``.
        message: what to write instead; the user reads it at ``kubectl apply`` and from ``contractctl lint``.
        holds: the same rule over the parsed model; None for transition rules, which need the old object.
        field: the field to point at, relative to the model.
    """

    cel: str
    message: str
    holds: Callable[[Any], bool] | None = None
    field: str = ""


class Model(BaseModel):
    """A strict, frozen model: unknown fields are refused, names are camelCase on the wire and snake_case in Python."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, use_enum_values=False
    )

    rules: ClassVar[tuple[Rule, ...]] = ()

    @model_validator(mode="after")
    def _rules_hold(self, _info: ValidationInfo) -> "Model":
        for rule in self.rules:
            if rule.holds is not None and not rule.holds(self):
                raise PydanticCustomError("rule", "{message}", {"message": rule.message, "field": rule.field})
        return self


class CrdKeywords:
    """Keywords that pydantic has no word for, carried to the CRD as ``Annotated[..., CrdKeywords({...})]``.

    ``x-kubernetes-list-type: map`` with its keys, ``x-kubernetes-int-or-string``,
    ``x-kubernetes-preserve-unknown-fields`` and the like.
    """

    def __init__(self, keywords: Mapping[str, Any]) -> None:
        self.keywords = dict(keywords)
