"""Weeks, months and the like for which a duty is done once, and by which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.limits import Limit, TimeUnit

Every = Literal["week", "fortnight", "month", "quarter", "half-year", "year"]

_DAY = timedelta(days=1)
#: Fortnights are counted in pairs of weeks from this Monday, so that no year end breaks one.
_FIRST_MONDAY = date(1970, 1, 5)
_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_PER_DAY = {TimeUnit.HOURS: 24, TimeUnit.WORKING_HOURS: 8, TimeUnit.MINUTES: 1440}


@dataclass(frozen=True, slots=True)
class Period:
    """`key` names it among all others: 2026-W09, 2026-W09-10, 2026-03, 2026-Q1, 2026-H1, 2026."""

    key: str
    first: date
    last: date


def period_of(every: Every, day: date) -> Period:
    """The one that the day lies in."""
    if every == "week":
        first = day - timedelta(days=day.weekday())
        return Period(f"{first:%G-W%V}", first, first + timedelta(days=6))
    if every == "fortnight":
        first = day - timedelta(days=(day - _FIRST_MONDAY).days % 14)
        second = first + timedelta(days=7)
        return Period(f"{first:%G-W%V}-{second:%V}", first, first + timedelta(days=13))
    months = _MONTHS[every]
    start = (day.month - 1) // months * months + 1
    first = date(day.year, start, 1)
    return Period(_named(every, first), first, _months_on(first, months) - _DAY)


def _named(every: Every, first: date) -> str:
    if every == "month":
        return f"{first:%Y-%m}"
    part = {"quarter": f"-Q{first.month // 3 + 1}", "half-year": f"-H{first.month // 6 + 1}", "year": ""}[every]
    return f"{first:%Y}{part}"


def next_month(day: date) -> date:
    """Its first day."""
    return _months_on(day.replace(day=1), 1)


def _months_on(first: date, months: int) -> date:
    whole = first.year * 12 + first.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def due_of(period: Period, limit: Limit, calendar: WorkCalendar) -> date:
    """The last day on which the period's duty is in time."""
    return days_after(period.last, limit, calendar)


def days_after(day: date, limit: Limit, calendar: WorkCalendar) -> date:
    """The day on which a limit that runs from the end of `day` ends; `day` itself for a limit of zero. Working days are
    counted one by one; natural days that would end on a day off end on the next working day (Civil Code of the PRC,
    art. 203). Hours and minutes count as whole days begun."""
    if limit.amount == 0:
        return day
    if limit.unit is TimeUnit.WORKING_DAYS:
        return _working_days_after(day, limit.amount, calendar)
    days = limit.amount if limit.unit is TimeUnit.DAYS else -(-limit.amount // _PER_DAY[limit.unit])
    end = day + timedelta(days=days)
    while not calendar.day(end).working:
        end += _DAY
    return end


def _working_days_after(day: date, count: int, calendar: WorkCalendar) -> date:
    while count:
        day += _DAY
        count -= calendar.day(day).working
    return day
