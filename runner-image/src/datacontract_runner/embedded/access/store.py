"""Keeps the access state in the data directory: a statement is acknowledged once it is on the disk."""

import os
from pathlib import Path

from pydantic import ValidationError

from datacontract_api.errors import Unsupported
from datacontract_runner.embedded.access.model import Access

FILE_NAME = "access.json"


def load(directory: Path) -> Access:
    """Reads the state, or gives the state of a new warehouse.

    Raises:
        Unsupported: when the file is not one of ours.
    """
    path = directory / FILE_NAME
    if not path.exists():
        return Access()
    try:
        return Access.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise Unsupported(
            f"{path} does not hold users and roles of an embedded warehouse: {error.error_count()} errors.",
            remedy="Restore the file, or move it away to start with the user default alone.",
        ) from error


def save(directory: Path, access: Access) -> None:
    """Writes the state so that a crash leaves the old or the new one, never a part."""
    write_atomically(directory / FILE_NAME, access.model_dump_json(indent=1))


def write_atomically(path: Path, text: str, *, durable: bool = True) -> None:
    """Replaces a file by way of a second one.

    Args:
        durable: wait for the disk; not needed for what is made anew at each start.
    """
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    draft.replace(path)
    if durable:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
