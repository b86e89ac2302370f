"""Times as Kubernetes writes them."""

from datetime import UTC, datetime


def parse_time(text: str | None) -> datetime | None:
    """Reads an RFC 3339 time such as ``2026-11-24T06:00:00Z``; None stays None."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def format_time(moment: datetime) -> str:
    """Writes a time in whole seconds, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def now() -> datetime:
    """The time, aware of its zone."""
    return datetime.now(UTC)
