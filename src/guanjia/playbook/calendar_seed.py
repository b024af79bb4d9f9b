"""The published days off and make-up days, from `chinesecalendar`: the first filling of our own table."""

from __future__ import annotations

from datetime import date

import chinese_calendar

from guanjia.playbook.calendar import DayKind, WorkCalendar

PublishedDay = tuple[bool, str, str]


def published_days() -> dict[date, PublishedDay]:
    """date → (working, kind, Chinese name of the holiday), for the days that a notice names."""
    off = {day: (False, DayKind.HOLIDAY.value, _chinese(name)) for day, name in chinese_calendar.holidays.items()}
    worked = {day: (True, DayKind.MAKEUP.value, _chinese(name)) for day, name in chinese_calendar.workdays.items()}
    return dict(sorted((off | worked).items()))


def published_years() -> range:
    years = [day.year for day in chinese_calendar.holidays]
    return range(min(years), max(years) + 1)


def published_calendar() -> WorkCalendar:
    return WorkCalendar(published_days(), published_years())


def _chinese(name: str) -> str:
    return str(chinese_calendar.Holiday(name).chinese)
