"""Looking at paths that the author of a contract wrote: whatever they are, looking is no crash."""

from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether a path leads to a file; False also where a name is longer than the system takes, or no path at all."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
