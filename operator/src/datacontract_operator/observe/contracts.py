"""DataContracts and Warehouses: from the API server's JSON to views."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from datacontract_api.contract import DataContract
from datacontract_api.documents import parse
from datacontract_api.status import DataContractStatus, WarehouseStatus
from datacontract_api.warehouse import Warehouse
from datacontract_operator import names
from datacontract_operator.clock import now, parse_time
from datacontract_operator.observe.views import ContractView, WarehouseView

Raw = Mapping[str, Any]
M = TypeVar("M", bound=BaseModel)


def observe_contract(raw: Raw) -> ContractView:
    """The view of a DataContract, also of one that an older CRD let pass and we cannot read."""
    meta = raw["metadata"]
    contract, problem = _parsed(DataContract, raw)
    return ContractView(
        namespace=meta["namespace"],
        name=meta["name"],
        uid=meta["uid"],
        generation=meta.get("generation", 0),
        created=parse_time(meta.get("creationTimestamp")) or now(),
        contract=contract,
        status=_status(DataContractStatus, raw),
        problem=problem,
        requested_at=(meta.get("annotations") or {}).get(names.REQUESTED_AT, ""),
        kueue_queue=(meta.get("labels") or {}).get(names.KUEUE_QUEUE, ""),
        deleting="deletionTimestamp" in meta,
        has_finalizer=names.FINALIZER in (meta.get("finalizers") or ()),
    )


def observe_warehouse(raw: Raw) -> WarehouseView:
    """The view of a Warehouse."""
    meta = raw["metadata"]
    warehouse, problem = _parsed(Warehouse, raw)
    return WarehouseView(
        namespace=meta["namespace"],
        name=meta["name"],
        uid=meta["uid"],
        generation=meta.get("generation", 0),
        warehouse=warehouse,
        status=_status(WarehouseStatus, raw),
        problem=problem,
    )


def _parsed(model: type[M], raw: Raw) -> tuple[M | None, str]:
    document = {key: raw[key] for key in ("apiVersion", "kind", "metadata", "spec") if key in raw}
    text = json.dumps(document)
    try:
        return model.model_validate_json(text, strict=True), ""
    except ValidationError as error:
        return None, _in_words(text) or str(error)


def _in_words(text: str) -> str:
    """The first problem, in the words that `contractctl lint` has for it, without a place in a file."""
    problems = [problem for document in parse(text, "contract") for problem in document.problems]
    if not problems:
        return ""
    first = problems[0]
    where = f"{first.field}: " if first.field else ""
    value = f"{first.value} " if first.value else ""
    return f"{where}{value}{first.message}" + (f". {first.remedy}" if first.remedy else "")


def _status(model: type[M], raw: Raw) -> M:
    """The stored status; an unreadable one counts as none and is written anew."""
    try:
        return model.model_validate(raw.get("status") or {})
    except ValidationError:
        return model()
