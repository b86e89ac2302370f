"""Values of referenced Secrets, from a folder laid out as Kubernetes mounts them: ``<folder>/<secret>/<key>``."""

from collections.abc import Mapping
from pathlib import Path

from datacontract_api.errors import SecretMissing


class FolderSecrets:
    """Reads Secrets from a folder: mounted volumes in a pod, ``--secrets`` on a laptop.

    Args:
        folder: holds one folder per Secret, with one file per key.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> Mapping[str, str]:
        """The keys and values of one Secret; a trailing newline of a file is not part of the value.

        Raises:
            SecretMissing: no folder of this name.
        """
        place = self._folder / name
        if not place.is_dir():
            raise SecretMissing(
                f"Secret {name!r} does not exist in {self._folder}.",
                remedy=f"Put each key's value into a file {place}/<key>, or name the folder with --secrets.",
            )
        files = self._keys(place)
        if not files:
            # A pod mounts a Secret that does not exist as an empty folder.
            raise SecretMissing(f"Secret {name!r} does not exist, or has no keys.", remedy="Create it.")
        return {file.name: file.read_text().removesuffix("\n") for file in files}

    @staticmethod
    def _keys(place: Path) -> list[Path]:
        # Kubernetes mounts also hold links named ..data and the like, which are not keys.
        return [file for file in place.iterdir() if file.is_file() and not file.name.startswith("..")]
