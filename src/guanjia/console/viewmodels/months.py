"""Months, as pages leaf through them and show their days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from guanjia.fieldwork.queries.tasks import DayCount
from guanjia.playbook.calendar import DayKind
from guanjia.registry import queries as registry

#: How a day that is not worked as the plain week has it is marked.
_MARKS = {DayKind.HOLIDAY: "off", DayKind.CLOSED: "off", DayKind.MAKEUP: "on", DayKind.EXTRA: "on"}


@dataclass(frozen=True, slots=True)
class Month:
    """`first` inclusive, `after` exclusive."""

    first: date
    after: date
    before_url: str
    after_url: str


def month_of(text: str, today: date, *, ahead: bool = False) -> Month:
    """`2026-03`; this month where it is none. `ahead`: one may leaf on past the present."""
    try:
        first = date.fromisoformat(f"{text}-01")
        before, after = (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)
    except (ValueError, OverflowError):
        return month_of(f"{today:%Y-%m}", today, ahead=ahead)
    later = f"?month={after:%Y-%m}" if ahead or after <= today else ""
    return Month(first, after, f"?month={before:%Y-%m}", later)


@dataclass(frozen=True, slots=True)
class MonthDay:
    """`level`: late, near or ok where something is due. `mark`: on or off where it is worked otherwise than the plain
    week has it, and `note` why."""

    on: date
    inside: bool
    today: bool
    working: bool
    mark: str
    note: str
    due: DayCount
    level: str


def weeks(month: Month, due: Mapping[date, DayCount], today: date) -> Sequence[Sequence[MonthDay]]:
    """From the Monday on or before the first to the Sunday on or after the last."""
    start = month.first - timedelta(days=month.first.weekday())
    count = (month.after - start).days
    days = [_day(start + timedelta(days=number), month, due, today) for number in range(count + -count % 7)]
    return [days[at : at + 7] for at in range(0, len(days), 7)]


def _day(on: date, month: Month, due: Mapping[date, DayCount], today: date) -> MonthDay:
    worked, counted = registry.work_calendar()[0].day(on), due.get(on, DayCount(0, 0))
    level = "late" if counted.open and on < today else "near" if counted.open else "ok"
    return MonthDay(
        on=on,
        inside=month.first <= on < month.after,
        today=on == today,
        working=worked.working,
        mark=_MARKS.get(worked.kind, ""),
        note=worked.note,
        due=counted,
        level=level,
    )


def weekday_names() -> list[str]:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
