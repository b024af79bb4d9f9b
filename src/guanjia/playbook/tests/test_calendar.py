from datetime import date, timedelta

import chinese_calendar
import pytest

from guanjia.playbook.calendar import Day, DayKind, WorkCalendar, fixed_holiday, qingming
from guanjia.playbook.calendar_seed import published_calendar, published_days, published_years

CALENDAR = published_calendar()


def test_every_published_day_is_worked_or_not_as_the_notices_say():
    first, last = date(published_years()[0], 1, 1), date(published_years()[-1], 12, 31)
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    assert len(days) > 8_000
    assert [d for d in days if CALENDAR.day(d).working != chinese_calendar.is_workday(d)] == []
    assert not any(CALENDAR.day(d).estimated for d in days)


def test_the_published_days_carry_their_chinese_names():
    assert published_days()[date(2026, 10, 1)] == (False, "holiday", "国庆节")
    assert published_days()[date(2026, 10, 10)] == (True, "makeup", "国庆节")


def test_the_make_up_days_of_2026_are_those_of_the_notice():
    made_up = [d for d, (working, *_) in published_days().items() if working and d.year == 2026]
    assert [f"{d:%m-%d}" for d in made_up] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


@pytest.mark.parametrize(
    ("day", "working", "kind", "estimated"),
    [
        (date(2026, 12, 31), True, "workday", False),
        (date(2026, 12, 26), False, "weekend", False),
        (date(2027, 1, 1), False, "holiday", True),
        (date(2027, 1, 2), False, "weekend", True),
        (date(2027, 1, 4), True, "workday", True),
        (date(2027, 4, 5), False, "holiday", True),
        (date(2027, 5, 1), False, "holiday", True),
        (date(2027, 5, 3), True, "workday", True),
        (date(2027, 10, 3), False, "holiday", True),
        (date(2027, 10, 4), True, "workday", True),
        (date(2003, 6, 2), True, "workday", True),
    ],
)
def test_without_a_notice_the_plain_week_minus_the_fixed_holidays_is_an_estimate(day, working, kind, estimated):
    found = CALENDAR.day(day)
    assert (found.working, found.kind, found.estimated) == (working, kind, estimated)


def test_a_notice_settles_its_year():
    notice = {date(2027, 2, 5): (False, "holiday", "春节"), date(2027, 2, 14): (True, "makeup", "春节")}
    loaded = WorkCalendar(published_days() | notice, [*published_years(), 2027])
    assert CALENDAR.day(date(2027, 2, 5)).working
    assert loaded.day(date(2027, 2, 5)) == Day(date(2027, 2, 5), False, DayKind.HOLIDAY, False, "春节")
    assert loaded.day(date(2027, 2, 14)).kind is DayKind.MAKEUP
    assert not loaded.day(date(2027, 3, 1)).estimated


def test_a_day_entered_before_its_year_is_complete_stays_an_estimate():
    partly = WorkCalendar({date(2027, 2, 5): (False, "holiday", "春节")}, [2026])
    assert partly.day(date(2027, 2, 5)) == Day(date(2027, 2, 5), False, DayKind.HOLIDAY, True, "春节")


def test_a_local_exception_wins_and_is_certain_and_leaves_the_others_alone():
    monday, saturday = date(2027, 3, 1), date(2027, 3, 6)
    unit = CALENDAR.with_overrides({monday: (False, "搬迁")}).with_overrides({saturday: (True, "值班")})
    assert unit.day(monday) == Day(monday, False, DayKind.CLOSED, False, "搬迁")
    assert unit.day(saturday) == Day(saturday, True, DayKind.EXTRA, False, "值班")
    assert CALENDAR.day(monday).kind is DayKind.WORKDAY


def test_the_version_follows_the_content():
    same = WorkCalendar(dict(reversed(published_days().items())), reversed(published_years()))
    closed = CALENDAR.with_overrides({date(2027, 3, 1): (False, "搬迁")})
    longer = WorkCalendar(published_days(), [*published_years(), 2027])
    assert same.version == CALENDAR.version == CALENDAR.with_overrides({}).version
    assert len({CALENDAR.version, closed.version, longer.version}) == 3


def test_a_calendar_keeps_what_it_was_made_of():
    days = {date(2026, 3, 2): (False, "holiday", "")}
    calendar = WorkCalendar(days, [2026])
    days.clear()
    assert not calendar.day(date(2026, 3, 2)).working


def test_qingming_agrees_with_the_solar_terms():
    for year in range(2000, 2100):
        april = chinese_calendar.get_solar_terms(date(year, 4, 1), date(year, 4, 30))
        assert (qingming(year), "清明") in april
    assert qingming(1999) is None
    assert qingming(2100) is None


def test_the_fixed_holidays_were_off_in_every_published_year():
    for year in published_years():
        named = [date(year, month, day) for month in range(1, 13) for day in range(1, 29)]
        off_by_law = [d for d in named if fixed_holiday(d)]
        assert len(off_by_law) == 7
        if year >= 2008:  # Qingming became a holiday in 2008; 2 May in 2025
            assert not any(CALENDAR.day(d).working for d in off_by_law if (d.month, d.day) != (5, 2))
