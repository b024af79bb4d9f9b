from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guanjia.demo.office_time import OfficeTime
from guanjia.playbook.calendar_seed import published_calendar
from guanjia.playbook.due import due_moment
from guanjia.playbook.hours import DEFAULT_HOURS
from guanjia.playbook.limits import Limit, TimeUnit

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = published_calendar()
OFFICE = OfficeTime(CALENDAR, DEFAULT_HOURS, ZONE, date(2026, 8, 1), date(2026, 12, 31))


@pytest.mark.parametrize("hours", [1, 2, 7, 8, 40])
@pytest.mark.parametrize("offset", [0, 5, 11, 30, 64, 100])
def test_it_counts_office_time_as_the_clock_of_a_case_does(offset: int, hours: int) -> None:
    start = datetime(2026, 9, 29, 1, 17, tzinfo=UTC) + timedelta(hours=offset)
    due, _ = due_moment(start, Limit(hours, TimeUnit.WORKING_HOURS), CALENDAR, DEFAULT_HOURS, ZONE)
    assert due is not None
    assert OFFICE.between(start, due) == pytest.approx(hours * 60)
    # Where a stretch ends and the next begins is one office moment with two wall moments.
    assert OFFICE.gone(OFFICE.after(start, hours * 60)) == pytest.approx(OFFICE.gone(due))
