"""The generated files by their path in the repository."""

from pathlib import Path

from datacontract_api.contract import DataContract
from datacontract_api.generate.crd import crd_yaml
from datacontract_api.generate.editor import editor_json
from datacontract_api.generate.reference import reference_markdown
from datacontract_api.warehouse import Warehouse

ROOT = Path(__file__).parents[4]
"""The checkout that this package lies in."""


def plan_files() -> dict[str, str]:
    """Every generated file's text by its path below the root."""
    return {
        "crds/datacontracts.yaml": crd_yaml(DataContract),
        "crds/warehouses.yaml": crd_yaml(Warehouse),
        "crds/datacontract.schema.json": editor_json(DataContract),
        "crds/warehouse.schema.json": editor_json(Warehouse),
        "docs/reference.md": reference_markdown(),
    }


def stale_files(root: Path) -> list[str]:
    """Paths whose text differs from what the models say, or that are missing."""
    return list(_stale(root))


def write_files(root: Path) -> list[str]:
    """Writes what is stale; returns its paths."""
    stale = _stale(root)
    for path, text in stale.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return list(stale)


def _stale(root: Path) -> dict[str, str]:
    return {path: text for path, text in plan_files().items() if _text(root / path) != text}


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
