"""JSON as a YAML reader takes it: the two agree on everything but the escapes of characters beyond U+FFFF."""

import json
import re

_ESCAPE = re.compile(r"\\(?:u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|.)", re.IGNORECASE | re.DOTALL)
"""An escape in a JSON string; with two groups where it is a surrogate pair."""
_MAY_BE_PAIR = re.compile(r"\\ud[89ab]", re.IGNORECASE)


def with_yaml_escapes(text: str) -> str:
    """Writes the surrogate pairs of a JSON document as YAML's one escape; any other text is returned as it is.

    JSON escapes a character beyond U+FFFF as two (RFC 8259, section 7), YAML 1.1 as ``\\UXXXXXXXX`` and refuses halves.
    Much that writes JSON escapes so: the operator's snapshots and Python's own ``json.dumps``.
    """
    if not text.lstrip().startswith(("{", "[")) or not _MAY_BE_PAIR.search(text):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return _ESCAPE.sub(_one_escape, text)


def _one_escape(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[0]
    return f"\\U{0x10000 + ((int(match[1], 16) - 0xD800) << 10) + int(match[2], 16) - 0xDC00:08X}"
