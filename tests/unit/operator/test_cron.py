"""Next run times, as the CronJob controller has them."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datacontract_operator.plan.cron import InvalidCron, next_time, parse_cron

TUESDAY = datetime(2026, 11, 24, 6, 0, 30, tzinfo=UTC)

CASES = {
    "every minute": ("* * * * *", "", "2026-11-24T06:01"),
    "later today": ("30 7 * * *", "", "2026-11-24T07:30"),
    "tomorrow": ("0 6 * * *", "", "2026-11-25T06:00"),
    "steps": ("*/20 * * * *", "", "2026-11-24T06:20"),
    "a start with a step": ("5/20 * * * *", "", "2026-11-24T06:05"),
    "a range with a step": ("10-50/20 * * * *", "", "2026-11-24T06:10"),
    "a list": ("0 5,8 * * *", "", "2026-11-24T08:00"),
    "names": ("0 0 * jan mon-wed", "", "2027-01-04T00:00"),
    "Sunday": ("0 0 * * 0", "", "2026-11-29T00:00"),
    "either day matches when both are restricted": ("0 0 1 * 5", "", "2026-11-27T00:00"),
    "a question mark is any": ("0 0 ? * 6", "", "2026-11-28T00:00"),
    "leap day": ("0 0 29 2 *", "", "2028-02-29T00:00"),
    "a macro": ("@monthly", "", "2026-12-01T00:00"),
    "another zone": ("0 6 * * *", "Europe/Berlin", "2026-11-25T05:00"),
    "after a change of the clocks": ("0 6 1 7 *", "Europe/Berlin", "2027-07-01T04:00"),
    "a time that a change of the clocks skips": ("30 2 28 3 *", "Europe/Berlin", "2028-03-28T00:30"),
}


@pytest.mark.parametrize(("expression", "zone", "expected"), CASES.values(), ids=CASES)
def test_next_time(expression: str, zone: str, expected: str) -> None:
    found = next_time(expression, zone, TUESDAY)
    assert found is not None
    assert found.strftime("%Y-%m-%dT%H:%M") == expected


@pytest.mark.parametrize(
    "expression", ["0 0 30 2 *", "61 * * * *", "* * * *", "a * * * *", "5-1 * * * *", "*/0 * * * *"]
)
def test_no_next_time_for_what_never_comes_or_cannot_be_read(expression: str) -> None:
    assert next_time(expression, "", TUESDAY) is None


def test_no_next_time_in_a_zone_that_does_not_exist() -> None:
    assert next_time("0 0 * * *", "Europe/Atlantis", TUESDAY) is None


@given(st.integers(0, 59), st.integers(0, 23), st.integers(1, 28), st.integers(1, 12))
def test_the_next_time_lies_ahead_and_matches_its_fields(minute: int, hour: int, day: int, month: int) -> None:
    found = next_time(f"{minute} {hour} {day} {month} *", "", TUESDAY)
    assert found is not None
    assert found > TUESDAY
    assert (found.minute, found.hour, found.day, found.month) == (minute, hour, day, month)


@given(st.text(alphabet="0123456789*/,-? @adnSu", max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidCron):
        parse_cron(text)
