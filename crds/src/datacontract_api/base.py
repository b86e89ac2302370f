"""What every model of the API shares: strictness, camelCase on the wire, and rules that hold in Python and in CEL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


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

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        written = handler(schema)
        if cls.rules:
            handler.resolve_ref_schema(written)["x-kubernetes-validations"] = [
                {"rule": rule.cel, "message": rule.message} | ({"fieldPath": f".{rule.field}"} if rule.field else {})
                for rule in cls.rules
            ]
        return written


class CrdKeywords:
    """Keywords that pydantic has no word for, carried to the CRD as ``Annotated[..., CrdKeywords({...})]``.

    ``x-kubernetes-list-type: map`` with its keys, ``x-kubernetes-int-or-string``,
    ``x-kubernetes-preserve-unknown-fields`` and the like. Lists of type ``map`` and ``set`` refuse doubled items, as
    the API server does.
    """

    def __init__(self, keywords: Mapping[str, Any]) -> None:
        self.keywords = dict(keywords)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        if self.keywords.get("x-kubernetes-list-type") not in ("map", "set"):
            return schema
        return core_schema.no_info_after_validator_function(self._refuse_doubles, schema)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | self.keywords

    def _refuse_doubles(self, items: list[Any]) -> list[Any]:
        keys = self.keywords.get("x-kubernetes-list-map-keys", ())
        seen = set()
        for item in items:
            identity = tuple(getattr(item, key) for key in keys) if keys else item
            if identity in seen:
                names = ", ".join(map(str, identity)) if keys else str(identity)
                raise PydanticCustomError(
                    "doubled",
                    "holds {names} twice: remove one of the two",
                    {"names": names if len(names) < 80 else "one item"},
                )
            seen.add(identity)
        return items


class Expected:
    """What a pattern asks for, in words, as ``Annotated[str, StringConstraints(pattern=...), Expected("...")]``."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._in_words, handler(source))

    def _in_words(self, value: Any, validate: Callable[[Any], Any]) -> Any:
        try:
            return validate(value)
        except ValidationError as error:
            if any(details["type"] == "string_pattern_mismatch" for details in error.errors()):
                raise PydanticCustomError("pattern", "must be {words}", {"words": self.words}) from None
            raise
