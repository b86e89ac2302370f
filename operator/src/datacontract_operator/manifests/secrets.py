"""Which Secrets each stage needs: found by walking the models, so that a new source needs no word here."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from datacontract_api.contract import DataContract
from datacontract_api.references import SecretReference
from datacontract_api.report import StageName
from datacontract_api.warehouse import Warehouse


def secrets_by_stage(contract: DataContract, warehouse: Warehouse) -> dict[StageName, tuple[str, ...]]:
    """Names of the Secrets that each stage reads: the account everywhere, a source's only where it is read."""
    account = list(_secrets(warehouse.spec))
    extra = {StageName.INGEST: _secrets(contract.spec.source), StageName.TRANSFORM: _secrets(contract.spec.transform)}
    return {stage: tuple(dict.fromkeys([*account, *extra.get(stage, ())])) for stage in StageName}


def _secrets(value: Any) -> Iterator[str]:
    if isinstance(value, SecretReference):
        yield value.name
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _secrets(item)
