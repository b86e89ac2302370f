"""Looking at paths that the author of a contract wrote: whatever they are, looking is no crash."""

import os
from pathlib import Path


def displayed(path: Path) -> str:
    """A path as text; bytes of a name that are no UTF-8 are written as escapes, since no message can hold them."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_file(path: Path) -> bool:
    """Whether a path leads to a file; False also where a name is longer than the system takes, or no path at all."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
