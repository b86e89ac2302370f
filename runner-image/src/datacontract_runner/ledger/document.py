"""Writes docs/ledger.md from the declarations: ``python -m datacontract_runner.ledger.document [--check]``."""

import sys
from pathlib import Path

from datacontract_runner.ledger.schema import VERSION, tables
from datacontract_runner.ledger.table import LEDGER_DATABASE, LedgerTable

TARGET = Path("docs/ledger.md")

_HEAD = f"""# The ledger

Written by `python -m datacontract_runner.ledger.document`; edit the declarations in
`runner-image/src/datacontract_runner/ledger/tables_*.py` instead.

The ledger and the catalog are tables in the warehouse, database `{LEDGER_DATABASE}`. They are meant to be queried.
Most of them are `ReplacingMergeTree(updated_at)`: a newer row of the same key replaces an older one, so read them with
`FINAL`. None of them holds a secret: a run's snapshot of its contract names Secrets, and never has their values.

```sql
-- the last runs of a contract
SELECT run_id, state, reason, rows, started_at, finished_at
FROM {LEDGER_DATABASE}.runs FINAL WHERE contract = 'analytics/flights' ORDER BY started_at DESC LIMIT 10;

-- how long each stage takes
SELECT stage, count(), round(avg(millis)), max(millis)
FROM {LEDGER_DATABASE}.stage_reports FINAL WHERE contract = 'analytics/flights' GROUP BY stage;

-- who owns which table
SELECT database, table, contract FROM {LEDGER_DATABASE}.owned_tables FINAL WHERE NOT deleted ORDER BY ALL;

-- what the last publish swapped
SELECT p.table, p.action, p.live_uuid, p.stage_uuid
FROM {LEDGER_DATABASE}.publish_plans AS p FINAL
WHERE p.plan = (SELECT plan FROM {LEDGER_DATABASE}.publishes FINAL WHERE contract = 'analytics/flights'
                ORDER BY begun_at DESC LIMIT 1)
ORDER BY p.position;
```

## Versions

The ledger has version {VERSION}. Every run compares the newest row of `schema_version` with what the program declares
and does nothing when they agree. Tables and columns that are missing are added; anything else is a numbered migration
in `ledger/schema.py`, applied in order and safe to repeat. A ledger of a newer version is refused: use the newer
program. Older programs are thus kept off a ledger that they do not understand.

Tables named `lock_<hash>_<generation>` are the locks of contracts; they hold no rows, their comment says who holds
them. See [transactions](transactions.md).

## Tables
"""  # noqa: S608 - a page with examples


def render() -> str:
    """The whole page. Purely computational, no side effects."""
    return _HEAD + "".join(_section(table) for table in tables())


def _section(table: LedgerTable) -> str:
    rows = "".join(f"| `{c.name}` | `{c.type}` | {_cell(c.description)} |\n" for c in table.columns)
    key = ", ".join(f"`{name}`" for name in table.order_by)
    return (
        f"\n### {table.name}\n\n{table.description} Engine `{table.engine}`, key {key}.\n\n"
        f"| column | type | |\n| --- | --- | --- |\n{rows}"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Writes the page, or with ``--check`` says whether it is current."""
    if "--check" not in arguments:
        TARGET.write_text(render())
        return 0
    if TARGET.exists() and TARGET.read_text() == render():
        return 0
    sys.stderr.write(f"{TARGET} is stale: run python -m datacontract_runner.ledger.document\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
