"""Asks a Warehouse over HTTP whether it answers, as whom we may enter, which version it is and what we may do.

ClickHouse's HTTP interface, sections "ping" and "X-ClickHouse-User"; the standard library is enough, so that the
operator carries no driver.
"""

import base64
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

from datacontract_api.conditions import Reason
from datacontract_api.warehouse import WarehouseSpec
from datacontract_operator.plan.warehouse import Probe

TIMEOUT_SECONDS = 5
ANSWER_BYTES = 4096

PRIVILEGES = {
    "CREATE DATABASE": "CREATE DATABASE ON *.*",
    "CREATE TABLE": "CREATE TABLE ON *.*",
    "CREATE VIEW": "CREATE VIEW ON *.*",
    "DROP TABLE": "DROP TABLE ON *.*",
    "INSERT": "INSERT ON *.*",
    "SELECT": "SELECT ON *.*",
    "ALTER": "ALTER TABLE ON *.*",
    "ROLE ADMIN": "ROLE ADMIN ON *.*",
}
"""Privileges that runs need, as `CHECK GRANT` asks for them; only asked where any database may be owned."""


@dataclass(frozen=True)
class Account:
    """How to enter: the values of the referenced Secrets."""

    username: str = "default"
    password: str = field(default="", repr=False)
    authority: str = field(default="", repr=False)


def account_of(credentials: Mapping[str, str], tls: Mapping[str, str]) -> Account:
    """Reads Secrets as the API server has them, base64-encoded.

    Args:
        credentials: data of `credentialsSecretRef`, empty without one.
        tls: data of `tls.caSecretRef`, empty without one.
    """
    texts = {key: base64.b64decode(value).decode() for key, value in {**credentials, **tls}.items()}
    return Account(
        texts.get("username", "default").strip(), texts.get("password", "").rstrip("\n"), texts.get("ca.crt", "")
    )


def probe(spec: WarehouseSpec, account: Account) -> Probe:
    """Asks once; blocks for at most a few times `TIMEOUT_SECONDS`.

    Args:
        spec: of the Warehouse.
        account: how to enter.
    """
    try:
        version = _ask(spec, account, "SELECT version()").strip()
        missing = _missing(spec, account)
    except urllib.error.HTTPError as error:
        return _refused(spec, error)
    except (urllib.error.URLError, OSError, ValueError) as error:
        return _unreachable(spec, error)
    if missing:
        message = f"ClickHouse {version} answers, but the account lacks: {', '.join(missing)}. Grant what is missing."
        return Probe(True, Reason.WAREHOUSE_DENIED, message, version, missing)
    return Probe(True, Reason.SUCCEEDED, f"ClickHouse {version} answers at {spec.url}.", version)


def _missing(spec: WarehouseSpec, account: Account) -> tuple[str, ...]:
    """Privileges that the account lacks; nothing where they cannot be asked for, or only some databases are ours."""
    if set(spec.allowed_databases) != {"*"}:
        return ()
    lacking = []
    for name, grant in PRIVILEGES.items():
        try:
            if _ask(spec, account, f"CHECK GRANT {grant}").strip() == "0":
                lacking.append(name)
        except urllib.error.HTTPError:
            return ()
    return tuple(lacking)


def _ask(spec: WarehouseSpec, account: Account, statement: str) -> str:
    """Runs a constant statement; the account travels in headers, never in the address."""
    request = urllib.request.Request(  # noqa: S310 - the API allows http and https only
        spec.url.rstrip("/") + "/",
        data=statement.encode(),
        headers={"X-ClickHouse-User": account.username, "X-ClickHouse-Key": account.password},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=_tls(spec, account)) as response:  # noqa: S310
        text: str = response.read(ANSWER_BYTES).decode(errors="replace")
        return text


def _tls(spec: WarehouseSpec, account: Account) -> ssl.SSLContext | None:
    if not spec.url.startswith("https://"):
        return None
    context = ssl.create_default_context(cadata=account.authority or None)
    if spec.tls and spec.tls.insecure_skip_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _refused(spec: WarehouseSpec, error: urllib.error.HTTPError) -> Probe:
    if error.code in (401, 403):
        message = f"{spec.url} refuses the account: correct the Secret that spec.credentialsSecretRef names."
        return Probe(False, Reason.WAREHOUSE_DENIED, message)
    if error.code >= 500:
        return _unreachable(spec, error)
    message = f"{spec.url} answered {error.code} to SELECT version(): is it ClickHouse's HTTP interface?"
    return Probe(False, Reason.WAREHOUSE_UNREACHABLE, message)


def _unreachable(spec: WarehouseSpec, error: Exception) -> Probe:
    cause = getattr(error, "reason", None) or error
    message = f"{spec.url} does not answer ({cause}): runs wait until it does. Check spec.url and the server."
    return Probe(False, Reason.WAREHOUSE_UNREACHABLE, message)
