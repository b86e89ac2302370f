"""Credentials inside SQL are masked before a statement is logged or quoted in an error message."""

import re

from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.tokens import Kind, Token, tokenize

HIDDEN = "'[HIDDEN]'"
UNREADABLE = "[a statement that cannot be read, hidden because it may hold credentials]"

# Table functions, engines and database engines whose arguments carry credentials: what is kept is the first so many
# arguments (address, database, table) and everything by name that is no secret; all other strings are hidden.
_KEPT_ARGUMENTS = {
    "s3": 1, "s3cluster": 2, "gcs": 1, "cosn": 1, "oss": 1, "s3queue": 1,
    "deltalake": 1, "deltalakecluster": 2, "hudi": 1, "iceberg": 1, "icebergs3": 1, "icebergcluster": 2,
    "icebergs3cluster": 2, "icebergazure": 1, "deltalakes3": 1, "deltalakeazure": 1, "paimon": 1, "paimons3": 1,
    "azureblobstorage": 0, "azureblobstoragecluster": 1, "azurequeue": 0,
    "postgresql": 4, "materializedpostgresql": 2, "mysql": 4, "mongodb": 4, "redis": 2, "sqlite": 2,
    "remote": 4, "remotesecure": 4, "odbc": 0, "jdbc": 0, "bigquery": 3, "arrowflight": 2, "ytsaurus": 2,
    "url": 2, "urlcluster": 3, "datalakecatalog": 1, "hdfs": 0, "nats": 0, "rabbitmq": 0, "kafka": 0,
}  # fmt: skip
_SECRET_NAMES = re.compile(r"password|secret|token|key|credential|account|sas|connection_string|passphrase", re.I)
_SECRET_WORDS = frozenset({"BY", "PASSWORD"})
_URL_CREDENTIALS = re.compile(r"(?<=://)[^/\s'@?]+@")
_SIGNED_URL = re.compile(
    r"([?&][^=&'\s]*(?:sig|signature|token|secret|password|credential|key)[^=&'\s]*=)[^&'\s]+", re.I
)


def masked(sql: str, *, cut: bool = False) -> str:
    """Rewrites a statement so that it can be shown: passwords, keys, headers and signed addresses are hidden.

    A string is hidden when it is an argument of a function that takes credentials and stands after the address,
    database and table, when the name it is given to says so (``secret_access_key = '...'``), or when it follows
    ``IDENTIFIED ... BY`` or ``PASSWORD``. A statement that cannot be read is hidden whole.

    Args:
        sql: the statement.
        cut: it is only the beginning of one; a string that is cut in two is left out.
    """
    tokens: list[Token] = []
    try:
        tokens.extend(tokenize(sql))
    except Rejection:
        if not cut:
            return UNREADABLE
        sql = sql[: tokens[-1].end] if tokens else ""
    out, at = [], 0
    for token, hidden in zip(tokens, _secrets(tokens), strict=True):
        out += [sql[at : token.start], HIDDEN if hidden else _without_url_secrets(token)]
        at = token.end
    return "".join([*out, sql[at:]])


def masked_text(text: str) -> str:
    """Hides credentials inside addresses in text that is no SQL, such as the engine's error messages."""
    return _SIGNED_URL.sub(r"\1[HIDDEN]", _URL_CREDENTIALS.sub("[HIDDEN]@", text))


def _without_url_secrets(token: Token) -> str:
    return masked_text(token.text) if token.kind is Kind.STRING else token.text


def _secrets(tokens: list[Token]) -> list[bool]:
    """Which tokens are secret strings."""
    calls: list[_Call | None] = []
    marks = []
    for at, token in enumerate(tokens):
        call = next((c for c in reversed(calls) if c is not None), None)
        marks.append(token.kind is Kind.STRING and (_named_secret(tokens, at) or (call is not None and call.hides)))
        if token.text == "(":
            calls.append(_opened(tokens, at))
        elif token.text == ")" and calls:
            calls.pop()
        elif token.text == "," and calls and calls[-1] is not None:
            calls[-1].argument += 1
    return marks


class _Call:
    """An open parenthesis of a function with credentials, and which of its arguments is being read."""

    def __init__(self, kept: int) -> None:
        self.kept = kept
        self.argument = 0

    @property
    def hides(self) -> bool:
        return self.argument >= self.kept


def _opened(tokens: list[Token], at: int) -> _Call | None:
    name = tokens[at - 1].value.lower() if at and tokens[at - 1].is_name else ""
    if name in ("headers", "extra_credentials"):
        return _Call(0)
    return _Call(_KEPT_ARGUMENTS[name]) if name in _KEPT_ARGUMENTS else None


def _named_secret(tokens: list[Token], at: int) -> bool:
    """Whether ``name = '...'``, ``PASSWORD '...'`` or ``IDENTIFIED BY '...'`` makes this string a secret."""
    if at and tokens[at - 1].word in _SECRET_WORDS:
        return True
    named = at > 1 and tokens[at - 1].text == "=" and tokens[at - 2].is_name
    return named and _SECRET_NAMES.search(tokens[at - 2].value) is not None
