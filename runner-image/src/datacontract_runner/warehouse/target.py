"""Where the warehouse is, and as whom we speak to it."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from datacontract_api.errors import InvalidValue


@dataclass(frozen=True)
class Target:
    """The address of a ClickHouse HTTP interface and the account to use there.

    Args:
        host: name or address.
        port: TCP port of the HTTP interface.
        secure: https instead of http.
        username: account, ``default`` when nothing else is said.
        password: its password; never shown.
        verify: False accepts any certificate; a path names the CA to trust.
    """

    host: str
    port: int
    secure: bool = False
    username: str = "default"
    password: str = field(default="", repr=False)
    verify: bool | str = True

    @property
    def url(self) -> str:
        """The address without the account."""
        return f"{'https' if self.secure else 'http'}://{self.host}:{self.port}"


def parse_url(url: str, username: str = "", password: str = "") -> Target:
    """Reads ``http[s]://[user[:password]@]host[:port]``.

    Args:
        url: as given on the command line or in a Warehouse.
        username: account to use where the URL names none.
        password: its password.

    Raises:
        InvalidValue: for another scheme, or no host; the message leaves the account out.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _not_an_address() from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _not_an_address()
    secure = parts.scheme == "https"
    return Target(
        host=parts.hostname,
        port=port or (8443 if secure else 8123),
        secure=secure,
        username=unquote(parts.username or "") or username or "default",
        password=unquote(parts.password or "") or password,
    )


def _not_an_address() -> InvalidValue:
    return InvalidValue("expected a warehouse address such as http://localhost:8123.", remedy="Correct the address.")
