"""What the server answers when it refuses: ClickHouse's own error codes, names and HTTP status."""

import re
from http import HTTPStatus

# The name that follows the message in parentheses, for the codes that this package raises itself.
NAMES: dict[int, str] = {
    36: "BAD_ARGUMENTS",
    48: "NOT_IMPLEMENTED",
    62: "SYNTAX_ERROR",
    115: "UNKNOWN_SETTING",
    164: "READONLY",
    182: "CANNOT_WRITE_TO_OUTFILE",
    192: "UNKNOWN_USER",
    194: "REQUIRED_PASSWORD",
    202: "TOO_MANY_SIMULTANEOUS_QUERIES",
    210: "NETWORK_ERROR",
    271: "CANNOT_DECOMPRESS",
    372: "SESSION_NOT_FOUND",
    373: "SESSION_IS_LOCKED",
    394: "QUERY_WAS_CANCELLED",
    452: "SETTING_CONSTRAINT_VIOLATION",
    493: "ACCESS_ENTITY_ALREADY_EXISTS",
    495: "ACCESS_STORAGE_READONLY",
    497: "ACCESS_DENIED",
    511: "UNKNOWN_ROLE",
    512: "SET_NON_GRANTED_ROLE",
    516: "AUTHENTICATION_FAILED",
    523: "UNKNOWN_ROW_POLICY",
    1002: "UNKNOWN_EXCEPTION",
}

_BAD_REQUEST = (
    6,
    16,
    25,
    26,
    27,
    36,
    38,
    41,
    42,
    43,
    44,
    53,
    59,
    62,
    69,
    70,
    72,
    117,
    167,
    168,
    321,
    372,
    376,
    427,
    441,
)
_NOT_FOUND = (46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 139, 336)
_FORBIDDEN = (192, 193, 497, 512, 516)
_STATUS: dict[int, HTTPStatus] = {
    **dict.fromkeys(_BAD_REQUEST, HTTPStatus.BAD_REQUEST),
    **dict.fromkeys(_NOT_FOUND, HTTPStatus.NOT_FOUND),
    **dict.fromkeys(_FORBIDDEN, HTTPStatus.FORBIDDEN),
    48: HTTPStatus.NOT_IMPLEMENTED,
    159: HTTPStatus.REQUEST_TIMEOUT,
    172: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    194: HTTPStatus.UNAUTHORIZED,
    209: HTTPStatus.SERVICE_UNAVAILABLE,
    381: HTTPStatus.LENGTH_REQUIRED,
}
_CODE = re.compile(r"Code: (\d+)\. ")


class Rejection(Exception):
    """An answer that is an error, in ClickHouse's words.

    Args:
        code: ClickHouse's error code, which clients match on.
        message: one sentence, without code and name.
        text: the engine's whole text when the engine refused; built from code and message otherwise.
    """

    def __init__(self, code: int, message: str, *, text: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.text = text or f"Code: {code}. DB::Exception: {message} ({NAMES.get(code, 'UNKNOWN_EXCEPTION')})"

    def __str__(self) -> str:
        return self.text

    def addressed_to(self, user: str) -> "Rejection":
        """The same, with the user's own name where the engine says the name of its only one."""
        text = self.text.replace("DB::Exception: default: ", f"DB::Exception: {user}: ", 1)
        return Rejection(self.code, str(self.args[0]), text=text)

    @property
    def status(self) -> HTTPStatus:
        """The HTTP status that the server gives for this code, as in ClickHouse's HTTPHandler."""
        return _STATUS.get(self.code, HTTPStatus.INTERNAL_SERVER_ERROR)


def from_engine(error: RuntimeError) -> Rejection:
    """Reads code and text out of what the engine raised."""
    text = str(error)
    found = _CODE.search(text)
    if found is None:
        return Rejection(1002, text)
    return Rejection(int(found.group(1)), text, text=text[found.start() :])
