"""The notices of days off, and office hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.calendar import DayKind
from guanjia.playbook.calendar_seed import published_days, published_years
from guanjia.playbook.hours import HoursError, OfficeHours
from guanjia.registry import policy
from guanjia.registry.models import CalendarDay, CalendarYear, Unit, UnitHours
from guanjia.registry.problems import BAD_HOURS, BAD_NOTICE_DAY
from guanjia.registry.stamps import CALENDAR, bump

CHANGE_CALENDAR = _("change the work calendar")
CHANGED = "calendar.changed"


def notice_source(year: int) -> str:
    return f"notice-{year}"


@transaction.atomic
def seed_calendar(actor: Actor, *, at: datetime) -> list[int]:
    """Fill in the published years that are missing; years already loaded stay as they are. Returns the years filled."""
    policy.demand(policy.may_change_calendar(actor), CHANGE_CALENDAR)
    known = set(CalendarYear.objects.filter(published=True).values_list("year", flat=True))
    years = [year for year in published_years() if year not in known]
    days = {day: facts for day, facts in published_days().items() if day.year in years}
    _store(years, ((day, *facts, notice_source(day.year)) for day, facts in days.items()), at)
    if years:
        _written(actor, "calendar.seed", at, years=years)
    return years


@transaction.atomic
def load_notice(actor: Actor, year: int, *, days: Mapping[date, tuple[bool, str]], at: datetime) -> int:
    """The State Council's notice for a year: day → (worked?, name of the holiday). It replaces what was
    loaded for the year.

    Days off and days worked in exchange only; weekends inside a holiday may be named or not. How many days were stored.
    Raises calendar.bad_day.
    """
    policy.demand(policy.may_change_calendar(actor), CHANGE_CALENDAR)
    for day in days:
        if day.year != year and (day.year, day.month) != (year - 1, 12):
            raise Problem(BAD_NOTICE_DAY, field="days", day=day, year=year)
    CalendarDay.objects.filter(source=notice_source(year)).delete()
    CalendarDay.objects.filter(day__in=list(days)).delete()
    rows = [
        (
            day,
            working,
            (DayKind.MAKEUP if working else DayKind.HOLIDAY).value,
            clean_text(note, field="days", label=_("Holiday"), limit=80, required=False, one_line=True),
            notice_source(year),
        )
        for day, (working, note) in sorted(days.items())
    ]
    _store([year], rows, at)
    _written(actor, "calendar.load_notice", at, years=[year], days=len(rows))
    return len(rows)


@transaction.atomic
def set_unit_hours(
    actor: Actor,
    unit_id: int | None,
    *,
    hours: Mapping[str, object] | None,
    exceptions: Mapping[date, tuple[bool, str]] | None = None,
    at: datetime,
) -> UnitHours:
    """Office hours (`OfficeHours.as_data()`; None: those of the district) and local exceptions, day →
    (worked?, why). Unit None: the district.

    Raises calendar.bad_hours.
    """
    policy.demand(policy.may_change_calendar(actor), CHANGE_CALENDAR)
    if unit_id is not None and not Unit.objects.filter(pk=unit_id).exists():
        raise Problem(NOT_FOUND, what=_("unit"), key=unit_id)
    try:
        plain = OfficeHours.parse(hours).as_data() if hours is not None else None
    except HoursError as error:
        raise Problem(BAD_HOURS, field="hours", why=str(error)) from error
    kept = {
        day.isoformat(): [
            worked,
            clean_text(why, field="exceptions", label=_("Reason"), limit=80, one_line=True),
        ]
        for day, (worked, why) in sorted((exceptions or {}).items())
    }
    whose: dict[str, Any] = {"unit_id": unit_id}
    row, _created = UnitHours.objects.update_or_create(**whose, defaults={"hours": plain, "exceptions": kept})
    _written(actor, "calendar.set_hours", at, unit=unit_id)
    return row


def _store(years: Iterable[int], rows: Iterable[tuple[date, bool, str, str, str]], at: datetime) -> None:
    CalendarYear.objects.bulk_create(
        [CalendarYear(year=year, published=True, loaded_at=at) for year in years],
        update_conflicts=True,
        unique_fields=["year"],
        update_fields=["published", "loaded_at"],
    )
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(day=day, working=working, kind=kind, note=note, source=source)
            for day, working, kind, note, source in rows
        ],
        ignore_conflicts=True,
    )


def _written(actor: Actor, verb: str, at: datetime, **data: Any) -> None:
    bump(CALENDAR)
    audit.record(actor, verb, None, at=at, **data)
    outbox.publish(CHANGED, {"verb": verb, **data}, at=at)
