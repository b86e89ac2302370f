"""Marks every test with the tier that its folder names."""

from pathlib import Path

import pytest

TIERS = ("unit", "warehouse", "cluster")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in tests/warehouse is a warehouse test: `-m unit` selects without further words."""
    root = Path(__file__).parent
    for item in items:
        tier = Path(item.path).relative_to(root).parts[0]
        if tier in TIERS:
            item.add_marker(tier)
