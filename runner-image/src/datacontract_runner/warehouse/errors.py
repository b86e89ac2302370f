"""What ClickHouse's errors mean to us.

Codes: `src/Common/ErrorCodes.cpp` of ClickHouse.
"""

import re
from collections.abc import Iterable

from datacontract_api.errors import ContractError, InternalError, WarehouseDenied, WarehouseUnreachable

HIDDEN = "[HIDDEN]"

_DENIED = {192, 193, 194, 492, 497, 516}
"""UNKNOWN_USER, WRONG_PASSWORD, REQUIRED_PASSWORD, ACCESS_ENTITY_NOT_FOUND, ACCESS_DENIED, AUTHENTICATION_FAILED."""
_BUSY = {159, 202, 241, 242, 319, 999}
"""TIMEOUT_EXCEEDED, TOO_MANY_SIMULTANEOUS_QUERIES, MEMORY_LIMIT_EXCEEDED, TABLE_IS_READ_ONLY, UNKNOWN_STATUS_OF_INSERT,
KEEPER_EXCEPTION: the same statement may well succeed a minute later."""

_NOISE = re.compile(
    r"Received ClickHouse exception, code: \d+, server response: |Code: \d+\. DB::Exception: "
    r"|\s*\(version [^()]*(?:\([^()]*\))?\)|\s*\(for url [^()]*\)"
)
"""What the driver and the server put around the message."""


class StatementFailed(InternalError):
    """ClickHouse refused a statement. Callers that know what it was about turn this into a leaf of the error tree.

    Args:
        code: ClickHouse's error code.
        message: its message, cleaned of secrets.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message, remedy="ClickHouse refused a statement of ours; its message says why.")
        self.code = code


def hide(text: str, secrets: Iterable[str]) -> str:
    """Replaces every secret in a text, longest first so that one which contains another leaves nothing over."""
    for secret in sorted((secret for secret in secrets if secret), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def translate(code: int | None, message: str, url: str, secrets: Iterable[str] = ()) -> ContractError:
    """The error to raise for what ClickHouse, or the way to it, answered.

    Args:
        code: ClickHouse's code; None when no server answered.
        message: the text that came with it.
        url: the warehouse's address, without the account.
        secrets: values that must not stay in the text.
    """
    text = hide(_NOISE.sub("", message).strip(), secrets)
    if code is None:
        return WarehouseUnreachable(
            f"the warehouse at {url} does not answer: {text}", remedy="Check its address and that it is running."
        )
    if code in _BUSY:
        return WarehouseUnreachable(f"the warehouse at {url} could not run a statement now: {text}")
    if code in _DENIED:
        return WarehouseDenied(
            f"the warehouse at {url} refused: {text}", remedy="Check the user, its password and its grants."
        )
    return StatementFailed(code, text)
