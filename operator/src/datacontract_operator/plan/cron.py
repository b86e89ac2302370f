"""When a cron expression fires next, as Kubernetes' CronJob controller reckons (robfig/cron, standard parser)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

_MONTHS = dict(jan=1, feb=2, mar=3, apr=4, may=5, jun=6, jul=7, aug=8, sep=9, oct=10, nov=11, dec=12)  # noqa: C408
_DAYS = dict(sun=0, mon=1, tue=2, wed=3, thu=4, fri=5, sat=6)  # noqa: C408

HORIZON_DAYS = 366 * 5
"""Beyond this an expression such as ``0 0 30 2 *`` counts as never."""


class InvalidCron(ValueError):
    """A cron expression that cannot be read; the message says which part."""


@dataclass(frozen=True)
class Cron:
    """A parsed expression. Days match either way round, as cron has it: both fields restricted means one is enough."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def matches_day(self, moment: datetime) -> bool:
        """Whether the expression fires on this date at all."""
        if moment.month not in self.months:
            return False
        day, weekday = moment.day in self.days, moment.isoweekday() % 7 in self.weekdays
        return (day and weekday) if self.any_day or self.any_weekday else (day or weekday)


def parse_cron(expression: str) -> Cron:
    """Reads five fields (minute, hour, day, month, weekday) or a macro.

    Raises:
        InvalidCron: for anything else.
    """
    fields = MACROS.get(expression, expression).split()
    if len(fields) != 5:
        raise InvalidCron(f"expected five fields, found {len(fields)} in {expression!r}")
    return Cron(
        minutes=_field(fields[0], 0, 59, {}),
        hours=_field(fields[1], 0, 23, {}),
        days=_field(fields[2], 1, 31, {}),
        months=_field(fields[3], 1, 12, _MONTHS),
        weekdays=_field(fields[4], 0, 6, _DAYS),
        any_day=fields[2][0] in "*?",
        any_weekday=fields[4][0] in "*?",
    )


def next_time(expression: str, zone: str, after: datetime) -> datetime | None:
    """The first time after `after` at which the expression fires.

    Args:
        expression: as in `spec.schedule.cron`.
        zone: IANA time zone; UTC when empty.
        after: aware of its zone.

    Returns:
        The time in UTC; None when there is none within `HORIZON_DAYS`, or the expression or zone cannot be read.
    """
    try:
        cron, local = parse_cron(expression), ZoneInfo(zone or "UTC")
    except (InvalidCron, ZoneInfoNotFoundError, ValueError):
        return None
    start = after.astimezone(local).replace(second=0, microsecond=0)
    midnight = start.replace(hour=0, minute=0, tzinfo=None)
    for offset in range(HORIZON_DAYS):
        day = midnight + timedelta(days=offset)
        if cron.matches_day(day):
            found = _first_on(cron, day, local, after)
            if found is not None:
                return found
    return None


def _first_on(cron: Cron, day: datetime, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first firing on a date; times that a change of the clocks skips do not exist."""
    for hour in sorted(cron.hours):
        for minute in sorted(cron.minutes):
            wall = day.replace(hour=hour, minute=minute, tzinfo=zone)
            moment = wall.astimezone(UTC)
            if moment > after and moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
                return moment
    return None


def _field(text: str, low: int, high: int, words: dict[str, int]) -> frozenset[int]:
    values: set[int] = set()
    for part in text.split(","):
        values |= _part(part, low, high, words)
    return frozenset(values)


def _part(text: str, low: int, high: int, words: dict[str, int]) -> set[int]:
    span, _, step = text.partition("/")
    first, dash, last = span.partition("-")
    if span in ("*", "?"):
        start, end = low, high
    else:
        start = _number(first, words)
        end = _number(last, words) if dash else (high if step else start)
    width = _number(step, {}) if step else 1
    if not low <= start <= end <= high or width < 1:
        raise InvalidCron(f"expected values from {low} to {high}, found {text!r}")
    return set(range(start, end + 1, width))


def _number(text: str, words: dict[str, int]) -> int:
    if text.lower() in words:
        return words[text.lower()]
    if not text.isdecimal():
        raise InvalidCron(f"expected a number, found {text!r}")
    return int(text)
