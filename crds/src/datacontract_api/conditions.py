"""Conditions of a DataContract's status and every reason that one of them can carry.

Follows the Kubernetes API conventions (section "Typical status properties"): a condition's status is True, False or
Unknown, its reason is one CamelCase word, its message says what to do.
"""

from enum import StrEnum


class ConditionType(StrEnum):
    """Conditions in the order in which `kubectl describe` should be read."""

    READY = "Ready"
    """Derived: the last run of this generation published and governed, and nothing is stale or stalled."""
    RECONCILING = "Reconciling"
    """The operator or a run is at work."""
    STALLED = "Stalled"
    """No progress until someone changes something; the message says what."""
    INGESTED = "Ingested"
    TRANSFORMED = "Transformed"
    VALIDATED = "Validated"
    PUBLISHED = "Published"
    GOVERNED = "Governed"
    FRESH = "Fresh"
    """The newest row is younger than the promised freshness."""


class Reason(StrEnum):
    """Why a condition has its status. One word each, stable, documented in docs/reference.md."""

    SUCCEEDED = "Succeeded"
    """The stage, or the whole run, did what it should."""
    RUNNING = "Running"
    """A run is under way."""
    QUEUED = "Queued"
    """A run waits for its turn at the Warehouse."""
    SUSPENDED = "Suspended"
    """The contract is suspended: no new run starts."""
    NEVER_RUN = "NeverRun"
    """No run has finished yet."""
    SKIPPED = "Skipped"
    """An earlier stage failed, so this one did not run."""

    CHECK_FAILED = "CheckFailed"
    SOURCE_EMPTY = "SourceEmpty"
    MALFORMED_DATA = "MalformedData"
    SCHEMA_MISMATCH = "SchemaMismatch"
    MODEL_FAILED = "ModelFailed"
    STALE = "Stale"
    """The newest row is older than the promised freshness."""

    CONTRACT_UNREADABLE = "ContractUnreadable"
    UNKNOWN_FIELD = "UnknownField"
    INVALID_VALUE = "InvalidValue"
    RULE_VIOLATED = "RuleViolated"
    SECRET_MISSING = "SecretMissing"  # noqa: S105 - a reason, not a password
    WAREHOUSE_DENIED = "WarehouseDenied"
    WAREHOUSE_MISSING = "WarehouseMissing"
    """The contract names a Warehouse that does not exist in its namespace."""
    SOURCE_NOT_FOUND = "SourceNotFound"
    SOURCE_DENIED = "SourceDenied"
    MODEL_INVALID = "ModelInvalid"
    EXPECTATION_UNKNOWN = "ExpectationUnknown"
    NOT_OWNED = "NotOwned"
    UNSUPPORTED = "Unsupported"
    BREAKING_CHANGE = "BreakingChange"

    WRITTEN_MEANWHILE = "WrittenMeanwhile"
    RUN_IN_PROGRESS = "RunInProgress"
    NOTHING_TO_ROLL_BACK = "NothingToRollBack"

    WAREHOUSE_UNREACHABLE = "WarehouseUnreachable"
    SOURCE_UNREACHABLE = "SourceUnreachable"

    REPORT_LOST = "ReportLost"
    """The pod is gone and its last message with it; the ledger may know more."""
    INTERNAL_ERROR = "InternalError"
    """A defect of ours; please report it."""
