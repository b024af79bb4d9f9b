"""Which days are worked: by the State Council's yearly notice, until it comes the plain week, and locally."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache

#: Days of one calendar kept ready; more than ten years, so that no limit falls out of it.
REMEMBERED = 4_096

SATURDAY = 5


class DayKind(StrEnum):
    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    #: 调休上班: a Saturday or Sunday worked in exchange for a longer holiday.
    MAKEUP = "makeup"
    #: A local exception: shut on a day that others work.
    CLOSED = "closed"
    #: A local exception: worked on a day that others have off.
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Day:
    """`estimated`: the year has no notice yet, the day may change. `note`: the holiday or local reason."""

    day: date
    working: bool
    kind: DayKind
    estimated: bool
    note: str


class WorkCalendar:
    """Immutable. A change makes a new calendar with another `version`.

    `days`: what the notices say, as date → (working, kind, note); a day of a known year that they do not name
    follows the plain week. `overrides`: local exceptions, date → (working, note): they win and are certain.
    """

    def __init__(
        self,
        days: Mapping[date, tuple[bool, str, str]],
        known_years: Collection[int],
        overrides: Mapping[date, tuple[bool, str]] | None = None,
    ) -> None:
        self._days = dict(days)
        self._known_years = frozenset(known_years)
        self._overrides = dict(overrides or {})
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._look_up)

    def day(self, day: date) -> Day:
        return self._remembered(day)

    def with_overrides(self, overrides: Mapping[date, tuple[bool, str]]) -> WorkCalendar:
        """The same calendar for one unit: date → (working, note), over the exceptions that already stand."""
        return WorkCalendar(self._days, self._known_years, {**self._overrides, **overrides})

    @cached_property
    def version(self) -> str:
        """A hash of the content. A due date computed under another version has to be computed again."""
        content = repr((sorted(self._days.items()), sorted(self._known_years), sorted(self._overrides.items())))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def _look_up(self, day: date) -> Day:
        if day in self._overrides:
            working, note = self._overrides[day]
            return Day(day, working, DayKind.EXTRA if working else DayKind.CLOSED, False, note)
        estimated = day.year not in self._known_years
        if day in self._days:
            working, kind, note = self._days[day]
            return Day(day, working, DayKind(kind), estimated, note)
        if estimated and (name := fixed_holiday(day)):
            return Day(day, False, DayKind.HOLIDAY, True, name)
        working = day.weekday() < SATURDAY
        return Day(day, working, DayKind.WORKDAY if working else DayKind.WEEKEND, estimated, "")


_SOLAR_HOLIDAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


def fixed_holiday(day: date) -> str:
    """The name of the statutory holiday that no notice is needed to know, or "".

    全国年节及纪念日放假办法, as amended from 2025-01-01, art. 2: 1 January, 1–2 May, 1–3 October, Qingming.
    Left out: the holidays by the moon (Spring Festival, Dragon Boat, Mid-Autumn), and every day off or worked
    in exchange, which only the yearly notice settles.
    """
    if day == qingming(day.year):
        return "清明"
    return _SOLAR_HOLIDAYS.get((day.month, day.day), "")


def qingming(year: int) -> date | None:
    """The day of the solar term, by the usual formula, which holds for 2000–2099; None outside."""
    if not 2000 <= year <= 2099:
        return None
    short = year % 100
    return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)
