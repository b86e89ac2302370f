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
from datacontract_runner.warehouse.errors import hide, translate

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.interfaces import Batch

_COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0}
"""Counts without samples: values of the data stay in the warehouse."""

_NUMBER = "datacontract"
"""Key of an expectation's meta by which its result is found again."""

_SETTINGS = {
    # An aggregate of no rows is no value: ClickHouse would say 0, and Great Expectations believe it.
    "ch_aggregate_functions_null_for_empty": 1,
    # Reads alone, and the settings that its client sends with them.
    "ch_readonly": 2,
}


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
        with quiet():
            built = [_build(expectation, number) for number, expectation in enumerate(expectations)]
            batch = self._batch(table)
            try:
                return self._together(batch, built)
            except Exception:  # one that breaks the suite shall not break the others
                return [self._alone(batch, expectation) for expectation in built]

    def _together(self, batch: "Batch", expectations: list[Any]) -> list[Mapping[str, Any] | Unanswered]:
        """One suite, for which Great Expectations bundles what it asks; it reorders the results."""
        from great_expectations import ExpectationSuite

        suite = ExpectationSuite(batch.data_asset.name, expectations=expectations)
        results = batch.validate(suite, result_format=_COUNTS).results
        by_number = {result.expectation_config.meta[_NUMBER]: result.to_json_dict() for result in results}
        return [self._read(by_number[number]) for number in range(len(expectations))]

    def _alone(self, batch: "Batch", expectation: Any) -> Mapping[str, Any] | Unanswered:
        try:
            return self._read(batch.validate(expectation, result_format=_COUNTS).to_json_dict())
        except Exception as error:  # whatever a foreign engine or a foreign expectation raises fails its check alone
            return Unanswered(0, self._cleaned(f"{type(error).__name__}: {error}"))

    def _read(self, result: Mapping[str, Any]) -> Mapping[str, Any] | Unanswered:
        raised = _exception(result.get("exception_info") or {})
        return Unanswered(0, self._cleaned(raised)) if raised is not None else result

    def _batch(self, table: str) -> "Batch":
        import great_expectations as gx
        from great_expectations.datasource.fluent.interfaces import TestConnectionError
        from sqlalchemy.engine import URL

        from datacontract_runner.quality.gx.dialect import SCHEME

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        url = URL.create(SCHEME, host=self._target.host, port=self._target.port, database=self._database)
        try:
            source = context.data_sources.add_sql(
                "warehouse",
                connection_string=str(url),
                create_temp_table=False,
                kwargs={"connect_args": self._connect_args()},
            )
            asset = source.add_table_asset(table, table_name=table)
            return asset.add_batch_definition_whole_table("all").get_batch()
        except TestConnectionError as error:
            raise self._refused(error) from None

    def _connect_args(self) -> dict[str, Any]:
        """Account and certificate, which no connection string shows, and the settings of every statement."""
        target = self._target
        arguments: dict[str, Any] = {"username": target.username, "password": target.password, **_SETTINGS}
        arguments |= {"secure": target.secure, "verify": target.verify is not False}
        return arguments | ({"ca_cert": target.verify} if isinstance(target.verify, str) else {})

    def _refused(self, error: Exception) -> ContractError:
        """Why the warehouse could not be reached by Great Expectations, though we just spoke to it."""
        cause = error.__cause__ or error
        driver = getattr(cause, "orig", cause)
        return translate(getattr(driver, "code", None), str(driver), self._target.url, [self._target.password])

    def _cleaned(self, message: str) -> str:
        return hide(message.strip().partition("\n")[0], [self._target.password])


def _exception(info: Mapping[str, Any]) -> str | None:
    """The message of a result that is an exception, None for a result that is one."""
    if "raised_exception" in info:
        return str(info.get("exception_message")) if info["raised_exception"] else None
    messages = [str(each.get("exception_message")) for each in info.values() if each.get("raised_exception")]
    return messages[0] if messages else None


def _build(expectation: Expectation, number: int) -> Any:
    """The expectation as an object of Great Expectations, numbered in its meta.

    Raises:
        ExpectationUnknown: there is none of this name or path, or it refuses its arguments.
    """
    implementation = _implementation(expectation.type)
    try:
        meta = {**(expectation.kwargs.get("meta") or {}), _NUMBER: number}
        return implementation(**{**expectation.kwargs, "meta": meta})
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
def quiet() -> Iterator[None]:
    """Imports Great Expectations without telemetry, and keeps its progress bars, log and warnings to itself."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    from datacontract_runner.quality.gx import dialect

    dialect.register()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("great_expectations")
        # Some of its modules set the level of their own logger, so that of the package does not reach them.
        for name in [name for name in logging.root.manager.loggerDict if name.startswith("great_expectations")]:
            logging.getLogger(name).setLevel(logging.ERROR)
        yield
