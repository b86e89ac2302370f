"""Values of Secrets, laid out as Kubernetes mounts them."""

from pathlib import Path

import pytest

from datacontract_api.errors import SecretMissing
from datacontract_runner.secrets import FolderSecrets


def test_keys_are_files_and_a_trailing_newline_is_no_part_of_a_value(tmp_path: Path) -> None:
    secret = tmp_path / "bucket"
    (secret / "..data").mkdir(parents=True)
    (secret / "user").write_text("kim\n")
    (secret / "password").write_text(" two\nlines\n\n")
    assert FolderSecrets(tmp_path).read("bucket") == {"user": "kim", "password": " two\nlines\n"}


@pytest.mark.parametrize("made", [False, True], ids=["no folder", "an empty folder, as a pod mounts what is missing"])
def test_a_secret_that_does_not_exist_is_named(tmp_path: Path, made: bool) -> None:
    if made:
        (tmp_path / "bucket").mkdir()
    with pytest.raises(SecretMissing, match="'bucket'"):
        FolderSecrets(tmp_path).read("bucket")
