"""How passwords are stored and compared, as the server stores them.

Source: ClickHouse documentation, CREATE USER, section Identification.
"""

import hashlib
import hmac
import secrets

from datacontract_runner.embedded.access.model import Password
from datacontract_runner.embedded.rejection import Rejection

_GIVEN_AS_HASH = {"sha256_hash": "sha256_password", "double_sha1_hash": "double_sha1_password"}


def stored(kind: str, secret: str, salt: str = "") -> Password:
    """Turns ``IDENTIFIED WITH kind BY 'secret' [SALT 'salt']`` into what is kept. A plain password is never kept."""
    if kind in _GIVEN_AS_HASH:
        return Password(kind=_GIVEN_AS_HASH[kind], digest=secret.lower(), salt=salt)
    if kind in ("sha256_password", "plaintext_password"):
        fresh = secrets.token_hex(32)
        return Password(kind="sha256_password", digest=_sha256(secret, fresh), salt=fresh)
    return Password(kind=kind, digest=_double_sha1(secret))


def check_kind(kind: str) -> None:
    """Whether passwords of a kind can be checked here; the empty kind is ClickHouse's default.

    Raises:
        Rejection: code 48 for a kind that cannot.
    """
    if kind not in ("", "sha256_password", "plaintext_password", "double_sha1_password", *_GIVEN_AS_HASH):
        raise Rejection(48, f"The embedded warehouse cannot authenticate with {kind}: use sha256_password.")


def verified(password: Password, given: str) -> bool:
    """Whether the password given is the one stored, in constant time."""
    if password.kind == "no_password":
        return given == ""
    digest = _double_sha1(given) if password.kind == "double_sha1_password" else _sha256(given, password.salt)
    return hmac.compare_digest(digest, password.digest)


def _sha256(secret: str, salt: str) -> str:
    return hashlib.sha256((secret + salt).encode()).hexdigest()


def _double_sha1(secret: str) -> str:
    return hashlib.sha1(hashlib.sha1(secret.encode()).digest()).hexdigest()  # noqa: S324 - the scheme is MySQL's
