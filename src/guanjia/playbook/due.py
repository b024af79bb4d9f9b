"""When a limit runs out, and why: each counted and each skipped day. docs/why/clock.md argues the rules.

Civil Code of the PRC, art. 201: the day of the start does not count; hours run from the moment itself.
Art. 203: a period whose last day is a day off ends on the day after it; a day ends at 24:00 or, where there
are business hours, when these end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.calendar import Day, WorkCalendar
from guanjia.playbook.desk import DAY, MIDNIGHT, Desk, Pause, Stretch, clipped, merged, total, utc
from guanjia.playbook.hours import OfficeHours
from guanjia.playbook.limits import Limit, TimeUnit

__all__ = ["NOTE_WORDS", "Due", "Pause", "Remaining", "Step", "StepNote"]
__all__ += ["due", "due_moment", "elapsed", "remaining"]

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

_DAY_UNITS = (TimeUnit.WORKING_DAYS, TimeUnit.DAYS)
_OFFICE_UNITS = (TimeUnit.WORKING_DAYS, TimeUnit.WORKING_HOURS)
_LENGTH = {TimeUnit.MINUTES: MINUTE, TimeUnit.HOURS: HOUR, TimeUnit.WORKING_HOURS: HOUR}


class StepNote(StrEnum):
    """Why a day counts or not. The first six are the kinds of a day (`DayKind`)."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    CLOSED = "closed"
    EXTRA = "extra"
    START_DAY = "start_day"
    PAUSED = "paused"
    OUT_OF_HOURS = "out_of_hours"
    NATURAL = "natural"
    ROUND_THE_CLOCK = "round_the_clock"


NOTE_WORDS = {
    StepNote.WORKDAY: _("working day"),
    StepNote.WEEKEND: _("weekend"),
    StepNote.HOLIDAY: _("public holiday"),
    StepNote.MAKEUP: _("make-up working day"),
    StepNote.CLOSED: _("closed by local exception"),
    StepNote.EXTRA: _("working by local exception"),
    StepNote.START_DAY: _("the day of the start does not count"),
    StepNote.PAUSED: _("clock paused"),
    StepNote.OUT_OF_HOURS: _("outside office hours"),
    StepNote.NATURAL: _("calendar day"),
    StepNote.ROUND_THE_CLOCK: _("runs day and night"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One local day. `amount`: days for wd and d, else minutes; all steps add up to the limit.

    `label` names the holiday or the local reason. `estimated`: no notice covers the day. `spans`: what
    counted of it, for wh, h and min.
    """

    day: date
    counted: bool
    amount: int
    note: StepNote
    label: str = ""
    estimated: bool = False
    spans: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """`moment`: UTC, None while an open pause holds the clock. `estimated`: a day without notice mattered."""

    moment: datetime | None
    estimated: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Remaining:
    """Time left or, when late, time since; rounded down, in the unit people would say it in."""

    late: bool
    amount: int
    unit: TimeUnit


def due(
    start: datetime,
    limit: Limit,
    calendar: WorkCalendar,
    hours: OfficeHours,
    zone: ZoneInfo,
    pauses: Sequence[Pause] = (),
    *,
    until_midnight: bool = False,
) -> Due:
    """The due moment with its reasons. A limit of zero is due at once and has no steps.

    `until_midnight` lets natural days end at 24:00 rather than at closing time: for a limit that binds the
    asker, whom no office hours bind. Raises ClockError for a moment without time zone.
    """
    steps: list[Step] = []
    desk = Desk(calendar, hours, zone, merged(pauses), until_midnight)
    moment, estimated = _run(desk, utc(start), limit, steps)
    return Due(moment, estimated, tuple(steps))


def due_moment(
    start: datetime,
    limit: Limit,
    calendar: WorkCalendar,
    hours: OfficeHours,
    zone: ZoneInfo,
    pauses: Sequence[Pause] = (),
    *,
    until_midnight: bool = False,
) -> tuple[datetime | None, bool]:
    """`due` without the reasons, for bulk: (moment, estimated)."""
    desk = Desk(calendar, hours, zone, merged(pauses), until_midnight)
    return _run(desk, utc(start), limit, None)


def elapsed(
    start: datetime,
    end: datetime,
    unit: TimeUnit,
    calendar: WorkCalendar,
    hours: OfficeHours,
    zone: ZoneInfo,
    pauses: Sequence[Pause] = (),
) -> int:
    """Whole units that the clock has run. A day counts once its office hours (if off: the day) are over."""
    desk = Desk(calendar, hours, zone, merged(pauses))
    if unit in _DAY_UNITS:
        return desk.whole_days(utc(start), utc(end), unit)
    return desk.running_time(utc(start), utc(end), unit) // _LENGTH[unit]


def remaining(
    now: datetime,
    moment: datetime,
    unit: TimeUnit,
    calendar: WorkCalendar,
    hours: OfficeHours,
    zone: ZoneInfo,
) -> Remaining:
    """How long until (or, late, since) `moment`, for a limit in `unit`; `moment` already includes the pauses.

    A limit in days is told in days while another day lies between (today is not one of them), a limit in
    hours from two whole days up; then hours, and minutes below two hours. A limit in working time is told in
    working time, unless none lies between (due at closing, looked at by night).
    """
    desk = Desk(calendar, hours, zone)
    late, by_office = utc(now) > utc(moment), unit in _OFFICE_UNITS
    first, last = sorted((utc(now), utc(moment)))
    days = _days_told(desk, first, last, unit)
    if days >= (1 if unit in _DAY_UNITS else 2):
        return Remaining(late, days, TimeUnit.WORKING_DAYS if by_office else TimeUnit.DAYS)
    worked = desk.running_time(first, last, TimeUnit.WORKING_HOURS) if by_office else timedelta()
    length = worked or last - first
    if length < 2 * HOUR:
        return Remaining(late, length // MINUTE, TimeUnit.MINUTES)
    return Remaining(late, length // HOUR, TimeUnit.WORKING_HOURS if worked else TimeUnit.HOURS)


def _days_told(desk: Desk, first: datetime, last: datetime, unit: TimeUnit) -> int:
    if unit in _DAY_UNITS:
        return desk.days_between(first, last, unit is TimeUnit.WORKING_DAYS)
    if unit is TimeUnit.WORKING_HOURS:
        return desk.days_between(first, last - DAY, True)
    return (last - first) // DAY


def _run(desk: Desk, start: datetime, limit: Limit, steps: list[Step] | None) -> tuple[datetime | None, bool]:
    if not limit.amount:
        return start, False
    if limit.unit in _DAY_UNITS:
        return _run_days(desk, start, limit, steps)
    return _run_time(desk, start, limit, steps)


def _run_days(desk: Desk, start: datetime, limit: Limit, steps: list[Step] | None) -> tuple[datetime | None, bool]:
    """Natural days all count, but the last must be a working day. A day paused at any time does not count."""
    day, left, estimated = desk.local(start), limit.amount, False
    if steps is not None:
        steps.append(_day_step(desk.calendar.day(day), StepNote.START_DAY, 0))
    while left:
        day += DAY
        entry = desk.calendar.day(day)
        must_work = left == 1 or limit.unit is TimeUnit.WORKING_DAYS
        estimated |= must_work and entry.estimated
        runs = entry.working or not must_work
        paused = runs and bool(desk.breaks) and desk.paused(desk.stretches(day, limit.unit))
        counts = int(runs and not paused)
        left -= counts
        if steps is not None:
            note = StepNote(entry.kind) if must_work else StepNote.NATURAL
            steps.append(_day_step(entry, StepNote.PAUSED if paused else note, counts))
        if paused and desk.stopped(by=desk.end(day, limit.unit)):
            return None, estimated
    return desk.end(day, limit.unit), estimated


def _day_step(entry: Day, note: StepNote, amount: int) -> Step:
    return Step(entry.day, bool(amount), amount, note, entry.note, entry.estimated)


def _run_time(desk: Desk, start: datetime, limit: Limit, steps: list[Step] | None) -> tuple[datetime | None, bool]:
    """Walk the days and use up their running time."""
    by_office = limit.unit in _OFFICE_UNITS
    whole = left = limit.amount * _LENGTH[limit.unit]
    day, estimated = desk.local(start), False
    while True:
        entry = desk.calendar.day(day)
        estimated |= by_office and entry.estimated
        stretches = clipped(desk.stretches(day, limit.unit), start)
        counted = _take(desk.running(stretches), left)
        before, left = left, left - total(counted)
        if steps is not None:
            # rounding the running total, not each day, makes the minutes add up to the limit
            minutes = (whole - left) // MINUTE - (whole - before) // MINUTE
            note = _time_note(entry, by_office, bool(counted), desk.paused(stretches))
            shaky = by_office and entry.estimated
            steps.append(Step(day, bool(counted), minutes, note, entry.note, shaky, tuple(counted)))
        if not left:
            return counted[-1][1], estimated
        day += DAY
        if desk.breaks and desk.stopped(by=desk.at(day, MIDNIGHT)):
            return None, estimated


def _take(pieces: Sequence[Stretch], left: timedelta) -> list[Stretch]:
    """As much of the pieces, from the first on, as `left` needs."""
    taken = []
    for begin, end in pieces:
        if not left:
            break
        stop = min(end, begin + left)
        taken.append((begin, stop))
        left -= stop - begin
    return taken


def _time_note(entry: Day, by_office: bool, counted: bool, paused: bool) -> StepNote:
    if paused and not counted:
        return StepNote.PAUSED
    if not by_office:
        return StepNote.ROUND_THE_CLOCK
    if counted or not entry.working:
        return StepNote(entry.kind)
    return StepNote.OUT_OF_HOURS
