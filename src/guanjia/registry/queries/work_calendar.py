"""The calendar and the office hours by which time limits run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.hours import DEFAULT_HOURS, OfficeHours
from guanjia.registry.models import CalendarDay, CalendarYear, UnitHours
from guanjia.registry.stamps import CALENDAR, Kept

_DISTRICT = None


@dataclass(slots=True)
class _Times:
    """What the tables say, and the calendars made of it so far, by unit."""

    plain: WorkCalendar
    hours: Mapping[int | None, OfficeHours]
    exceptions: Mapping[int | None, Mapping[date, tuple[bool, str]]]
    made: dict[int | None, tuple[WorkCalendar, OfficeHours]] = field(default_factory=dict)


_kept: Kept[_Times] = Kept(CALENDAR, most=1)


def work_calendar(unit_id: int | None = None) -> tuple[WorkCalendar, OfficeHours]:
    """By which days and hours a unit works; without one, the district. One query while nothing changed."""
    times = _kept.get("", _read)
    if unit_id not in times.made:
        calendar = times.plain.with_overrides(
            {**times.exceptions.get(_DISTRICT, {}), **times.exceptions.get(unit_id, {})}
        )
        district = times.hours.get(_DISTRICT, DEFAULT_HOURS)
        times.made[unit_id] = (calendar, times.hours.get(unit_id, district))
    return times.made[unit_id]


def published_years() -> list[int]:
    years = CalendarYear.objects.filter(published=True).order_by("year")
    return list(years.values_list("year", flat=True))


def _read() -> _Times:
    days = {
        day: (working, kind, note)
        for day, working, kind, note in CalendarDay.objects.values_list("day", "working", "kind", "note")
    }
    rows = list(UnitHours.objects.all())
    return _Times(
        WorkCalendar(days, published_years()),
        {row.unit_id: OfficeHours.parse(row.hours) for row in rows if row.hours is not None},
        {row.unit_id: _days(row.exceptions) for row in rows},
    )


def _days(stored: Mapping[str, Any]) -> dict[date, tuple[bool, str]]:
    return {date.fromisoformat(day): (bool(worked), str(why)) for day, (worked, why) in stored.items()}
