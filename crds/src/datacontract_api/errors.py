"""The one error tree. Each leaf knows its condition reason, its exit code and whether a retry helps.

::

    ContractError
    ├── DataError                  10-19  the data break the contract: not retried
    │   ├── CheckFailed            10     a quality check of severity error failed
    │   ├── SourceEmpty            11     the source matched nothing
    │   ├── MalformedData          12     a row could not be read as its declared type
    │   ├── SchemaMismatch         13     a staged table is not what the schema promises
    │   └── ModelFailed            14     a dbt model or test ran and failed
    ├── ConfigurationError         30-49  the contract or its surroundings are wrong: not retried
    │   ├── ContractUnreadable     30     no such file, or not YAML
    │   ├── UnknownField           31     a field that the API does not have
    │   ├── InvalidValue           32     a value of the wrong type or outside its range
    │   ├── RuleViolated           33     fields that contradict each other (two sources, upsert without key)
    │   ├── SecretMissing          34     a referenced secret or key does not exist
    │   ├── WarehouseDenied        35     the warehouse refused the user, the password or a privilege
    │   ├── SourceNotFound         36     bucket, table or address does not exist
    │   ├── SourceDenied           37     the source refused the credentials
    │   ├── ModelInvalid           38     a dbt model does not parse or compile
    │   ├── ExpectationUnknown     39     Great Expectations has no expectation of this name, or not these arguments
    │   ├── NotOwned               40     another contract, or nobody we know, owns the table
    │   ├── Unsupported            41     this warehouse cannot do it
    │   └── BreakingChange         42     a promise was broken without a new major version
    ├── ConflictError              50-59  someone else got there first: not retried
    │   ├── WrittenMeanwhile       50     a live table was written to during the run
    │   ├── RunInProgress          51     another run of this contract holds the lock
    │   └── NothingToRollBack      52     no previous tables are kept
    ├── UnreachableError           60-69  a network or a server is down: retried with backoff
    │   ├── WarehouseUnreachable   60
    │   └── SourceUnreachable      61
    └── InternalError              70     a defect of ours: reported as such

Exit code 0 is success, 2 a wrong command line (as for every command built on click); codes of 128 and above belong
to signals and are always retried.
"""

from typing import ClassVar

from datacontract_api.conditions import Reason


class ContractError(Exception):
    """Any failure that we can explain.

    Args:
        message: what was expected and what was found, one sentence; never a secret.
        remedy: what to do about it, in the imperative.
        field: the contract's field concerned, as a path such as ``spec.load.cursor``.
    """

    reason: ClassVar[Reason] = Reason.INTERNAL_ERROR
    exit_code: ClassVar[int] = 70
    retriable: ClassVar[bool] = False

    def __init__(self, message: str, *, remedy: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.field = field

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        return f"{where}{self.message}" + (f" {self.remedy}" if self.remedy else "")


class DataError(ContractError):
    """The data break the contract."""


class CheckFailed(DataError):
    """A quality check of severity error failed."""

    reason = Reason.CHECK_FAILED
    exit_code = 10


class SourceEmpty(DataError):
    """The source matched nothing: publishing from it would empty the table."""

    reason = Reason.SOURCE_EMPTY
    exit_code = 11


class MalformedData(DataError):
    """A row could not be read as its declared type."""

    reason = Reason.MALFORMED_DATA
    exit_code = 12


class SchemaMismatch(DataError):
    """A staged table is not what the schema promises."""

    reason = Reason.SCHEMA_MISMATCH
    exit_code = 13


class ModelFailed(DataError):
    """A dbt model or test ran and failed."""

    reason = Reason.MODEL_FAILED
    exit_code = 14


class ConfigurationError(ContractError):
    """The contract or its surroundings are wrong."""


class ContractUnreadable(ConfigurationError):
    """No such file, or not YAML."""

    reason = Reason.CONTRACT_UNREADABLE
    exit_code = 30


class UnknownField(ConfigurationError):
    """A field that the API does not have."""

    reason = Reason.UNKNOWN_FIELD
    exit_code = 31


class InvalidValue(ConfigurationError):
    """A value of the wrong type or outside its range."""

    reason = Reason.INVALID_VALUE
    exit_code = 32


class RuleViolated(ConfigurationError):
    """Fields that contradict each other."""

    reason = Reason.RULE_VIOLATED
    exit_code = 33


class SecretMissing(ConfigurationError):
    """A referenced secret or key does not exist."""

    reason = Reason.SECRET_MISSING
    exit_code = 34


class WarehouseDenied(ConfigurationError):
    """The warehouse refused the user, the password or a privilege."""

    reason = Reason.WAREHOUSE_DENIED
    exit_code = 35


class SourceNotFound(ConfigurationError):
    """The bucket, table or address does not exist."""

    reason = Reason.SOURCE_NOT_FOUND
    exit_code = 36


class SourceDenied(ConfigurationError):
    """The source refused the credentials."""

    reason = Reason.SOURCE_DENIED
    exit_code = 37


class ModelInvalid(ConfigurationError):
    """A dbt model does not parse or compile."""

    reason = Reason.MODEL_INVALID
    exit_code = 38


class ExpectationUnknown(ConfigurationError):
    """Great Expectations has no expectation of this name, or not with these arguments."""

    reason = Reason.EXPECTATION_UNKNOWN
    exit_code = 39


class NotOwned(ConfigurationError):
    """Another contract, or nobody we know, owns the table."""

    reason = Reason.NOT_OWNED
    exit_code = 40


class Unsupported(ConfigurationError):
    """This warehouse cannot do it."""

    reason = Reason.UNSUPPORTED
    exit_code = 41


class BreakingChange(ConfigurationError):
    """A promise was broken without a new major version."""

    reason = Reason.BREAKING_CHANGE
    exit_code = 42


class ConflictError(ContractError):
    """Someone else got there first."""


class WrittenMeanwhile(ConflictError):
    """A live table was written to during the run."""

    reason = Reason.WRITTEN_MEANWHILE
    exit_code = 50


class RunInProgress(ConflictError):
    """Another run of this contract holds the lock."""

    reason = Reason.RUN_IN_PROGRESS
    exit_code = 51


class NothingToRollBack(ConflictError):
    """No previous tables are kept."""

    reason = Reason.NOTHING_TO_ROLL_BACK
    exit_code = 52


class UnreachableError(ContractError):
    """A network or a server is down."""

    retriable = True


class WarehouseUnreachable(UnreachableError):
    """The warehouse does not answer."""

    reason = Reason.WAREHOUSE_UNREACHABLE
    exit_code = 60


class SourceUnreachable(UnreachableError):
    """The source does not answer."""

    reason = Reason.SOURCE_UNREACHABLE
    exit_code = 61


class InternalError(ContractError):
    """A defect of ours."""

    reason = Reason.INTERNAL_ERROR
    exit_code = 70


def error_classes() -> list[type[ContractError]]:
    """Every leaf of the tree above, in the order of the exit codes; refinements made elsewhere are not of the tree."""
    found: list[type[ContractError]] = []
    todo: list[type[ContractError]] = [ContractError]
    while todo:
        children = [error for error in todo.pop().__subclasses__() if error.__module__ == __name__]
        todo.extend(children)
        found.extend(error for error in children if "reason" in vars(error))
    return sorted(found, key=lambda error: error.exit_code)


def exit_code_of(reason: Reason) -> int:
    """The exit code for a failure with this reason; that of `InternalError` for a reason that is no error's."""
    codes = {error.reason: error.exit_code for error in error_classes()}
    return codes.get(reason, InternalError.exit_code)
