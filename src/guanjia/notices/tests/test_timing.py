"""Reminders respect office hours; nobody who asked is written to at night."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from guanjia.notices.rules.timing import NIGHT, WAITS, after_quiet, for_asker, for_staff, next_opening, next_try
from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.hours import DEFAULT_HOURS

ZONE = ZoneInfo("Asia/Shanghai")
#: Two years of plain weeks, with Monday 2 March off and Saturday 7 March worked instead.
CALENDAR = WorkCalendar(
    {
        date(2026, 3, 2): (False, "holiday", "放假"),
        date(2026, 3, 7): (True, "makeup", "调休"),
    },
    {2026, 2027},
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("03T09:00", "03T09:00"),
        ("03T06:00", "03T08:30"),
        ("03T12:30", "03T14:30"),  # the lunch break
        ("03T18:00", "04T08:30"),
        ("06T20:00", "07T08:30"),  # a Saturday worked in exchange
        ("01T10:00", "03T08:30"),  # a Sunday before a day off
    ],
)
def test_staff_hear_within_office_hours(said: str, heard: str) -> None:
    assert next_opening(local(said), CALENDAR, DEFAULT_HOURS, ZONE) == local(heard)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("03T21:59", "03T21:59"),
        ("03T22:00", "04T07:00"),
        ("04T00:30", "04T07:00"),
        ("04T06:59", "04T07:00"),
        ("04T07:00", "04T07:00"),
    ],
)
def test_askers_sleep_from_ten_to_seven(said: str, heard: str) -> None:
    assert for_asker(local(said), None, ZONE) == local(heard)


def test_an_askers_own_quiet_hours_come_on_top_of_the_night() -> None:
    evening = (time(20), time(22, 30))
    assert for_asker(local("03T20:10"), evening, ZONE) == local("04T07:00")
    assert for_asker(local("03T12:00"), (time(11), time(13)), ZONE) == local("03T13:00")


def test_an_officers_quiet_hours_end_within_office_hours() -> None:
    noon = (time(11), time(16))
    assert for_staff(local("03T11:30"), noon, CALENDAR, DEFAULT_HOURS, ZONE) == local("03T16:00")
    all_day = (time(8), time(20))
    assert for_staff(local("03T09:00"), all_day, CALENDAR, DEFAULT_HOURS, ZONE) == local("04T08:30")


def test_quiet_hours_within_a_day_do_not_run_over_midnight() -> None:
    span = (time(1), time(5))
    assert after_quiet(local("03T03:00"), span, ZONE) == local("03T05:00")
    assert after_quiet(local("03T23:00"), span, ZONE) == local("03T23:00")
    assert after_quiet(local("03T23:00"), NIGHT, ZONE) == local("04T07:00")


def test_each_try_waits_longer_than_the_one_before_and_the_last_gives_up() -> None:
    start = local("03T09:00")
    tries = [next_try(count, start) for count in range(1, len(WAITS) + 2)]
    waits = [moment - start for moment in tries if moment is not None]
    assert waits == sorted(set(waits))
    assert waits[0] == timedelta(minutes=1)
    assert tries[-1] is None
