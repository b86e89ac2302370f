"""The examples of the repository, copied to where a test may change them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def example(tmp_path: Path) -> Callable[..., Path]:
    """Copies an example's folder and returns its contract, with words in it replaced."""

    def copy(name: str, **words: str) -> Path:
        folder = tmp_path / name
        shutil.copytree(EXAMPLES / name, folder)
        contract = folder / "contract.yaml"
        text = contract.read_text()
        for old, new in words.items():
            assert old in text
            text = text.replace(old, new)
        contract.write_text(text)
        return contract

    return copy
