"""Logs: one JSON object per line, with the contract and the run that it is about."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Renders a record and what was passed as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in record.__dict__.items() if _told(key, value)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure_logging(level: str) -> None:
    """Sends every log to standard error as JSON; kopf's line per event is silenced."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("kopf.objects", "kopf.activities", "aiohttp", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _told(key: str, value: Any) -> bool:
    """What callers pass themselves: not a record's own fields, nor kopf's references to whole objects."""
    return key not in _PLAIN and not key.startswith("k8s") and key != "settings" and value is not None
