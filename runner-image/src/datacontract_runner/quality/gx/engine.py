"""Evaluates expectations with Great Expectations' own engine, against one stage."""

import importlib
import logging
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from datacontract_api.errors import ContractError, ExpectationUnknown
from datacontract_runner.quality.questions import Expectation, Unanswered
from datacontract_runner.warehouse import Target
from datacontract_runner.warehouse.errors import hide

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.interfaces import Batch

_COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0}
"""Counts without samples: values of the data stay in the warehouse."""


class GreatExpectations:
    """An ephemeral Great Expectations project over one database.

    Args:
        target: the warehouse and the account.
        database: the stage.
    """

    def __init__(self, target: Target, database: str) -> None:
        self._target = target
        self._database = database

    def evaluate(self, table: str, expectations: Iterable[Expectation]) -> list[Mapping[str, Any] | Unanswered]:
        """The validation results of some expectations about one table, in their order.

        Args:
            table: its name.
            expectations: by name, or by import path.

        Raises:
            ExpectationUnknown: an import path that leads to no expectation, or arguments that one refuses.
        """
        with _quiet():
            built = [_build(expectation) for expectation in expectations]
            batch = self._batch(table)
            return [self._validate(batch, expectation) for expectation in built]

    def _batch(self, table: str) -> "Batch":
        import great_expectations as gx

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        source = context.data_sources.add_sql(
            "warehouse", connection_string=self._url(), create_temp_table=False, kwargs={"pool_pre_ping": False}
        )
        asset = source.add_table_asset(table, table_name=table)
        return asset.add_batch_definition_whole_table("all").get_batch()

    def _url(self) -> str:
        from sqlalchemy.engine import URL

        from datacontract_runner.quality.gx.dialect import SCHEME

        target = self._target
        query = {"protocol": "https" if target.secure else "http", "readonly": "2"}
        if target.verify is not True:
            query |= {"verify": "false"} if target.verify is False else {"ca_cert": target.verify}
        url = URL.create(SCHEME, target.username, target.password, target.host, target.port, self._database, query)
        return str(url.render_as_string(hide_password=False))

    def _validate(self, batch: "Batch", expectation: Any) -> Mapping[str, Any] | Unanswered:
        try:
            result = batch.validate(expectation, result_format=_COUNTS).to_json_dict()
        except ContractError:
            raise
        except Exception as error:  # whatever a foreign engine or a foreign expectation raises fails its check alone
            return Unanswered(0, self._cleaned(f"{type(error).__name__}: {error}"))
        raised = _exception(result.get("exception_info") or {})
        return Unanswered(0, self._cleaned(raised)) if raised is not None else result

    def _cleaned(self, message: str) -> str:
        return hide(message.strip().partition("\n")[0], [self._target.password])


def _exception(info: Mapping[str, Any]) -> str | None:
    """The message of a result that is an exception, None for a result that is one."""
    if "raised_exception" in info:
        return str(info.get("exception_message")) if info["raised_exception"] else None
    messages = [str(each.get("exception_message")) for each in info.values() if each.get("raised_exception")]
    return messages[0] if messages else None


def _build(expectation: Expectation) -> Any:
    """The expectation as an object of Great Expectations.

    Raises:
        ExpectationUnknown: there is none of this name or path, or it refuses its arguments.
    """
    implementation = _implementation(expectation.type)
    try:
        return implementation(**dict(expectation.kwargs))
    except (TypeError, ValueError) as error:
        text = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())
        raise ExpectationUnknown(f"{expectation.type} refuses its arguments: {text}.") from None


def _implementation(name: str) -> Any:
    from great_expectations.exceptions import ExpectationNotFoundError
    from great_expectations.expectations.expectation import Expectation as Base
    from great_expectations.expectations.registry import get_expectation_impl

    if "." not in name:
        try:
            return get_expectation_impl(name)
        except ExpectationNotFoundError:
            raise ExpectationUnknown(f"Great Expectations has no expectation {name!r}.") from None
    module, _, attribute = name.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ExpectationUnknown(
            f"{name} cannot be imported: {error}.", remedy="Install its package in the runner's image."
        ) from None
    if not (isinstance(found, type) and issubclass(found, Base)):
        raise ExpectationUnknown(f"{name} is not a subclass of Great Expectations' Expectation.")
    return found


@contextmanager
def _quiet() -> Iterator[None]:
    """Imports Great Expectations without telemetry, and keeps its progress bars and warnings to itself."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    from datacontract_runner.quality.gx import dialect

    dialect.register()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        yield
