"""When something may be said, and when it is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.desk import Desk
from guanjia.playbook.hours import OfficeHours
from guanjia.playbook.limits import TimeUnit

#: A local span; over midnight where it ends before it begins.
Quiet = tuple[time, time]

#: Nobody who asked is written to in these hours, but for an emergency.
NIGHT: Quiet = (time(22), time(7))
#: When officers who want one mail a day get it.
DIGEST_AT = time(8, 30)
#: How long after each failure the next try comes; after the last, none.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
#: A worker that took a delivery and died leaves it to another after this long.
LEASE = timedelta(minutes=5)
#: Longer than any holiday.
_DAYS = 30


def next_opening(at: datetime, calendar: WorkCalendar, hours: OfficeHours, zone: ZoneInfo) -> datetime:
    """`at` within office hours, else when the office next opens; the lunch break is not office time."""
    desk = Desk(calendar, hours, zone)
    for offset in range(_DAYS):
        for opens, closes in desk.stretches(desk.local(at) + timedelta(days=offset), TimeUnit.WORKING_DAYS):
            if at < closes:
                return max(at, opens)
    return at


def after_quiet(at: datetime, quiet: Quiet | None, zone: ZoneInfo) -> datetime:
    """`at`, or the end of the quiet hours that it falls into."""
    if quiet is None:
        return at
    begin, end = quiet
    local = at.astimezone(zone)
    clock = local.time()
    over_midnight = end <= begin
    if not (clock >= begin or clock < end if over_midnight else begin <= clock < end):
        return at
    day = local.date() + timedelta(days=1) if over_midnight and clock >= begin else local.date()
    return datetime.combine(day, end, zone).astimezone(UTC)


def for_asker(at: datetime, own: Quiet | None, zone: ZoneInfo) -> datetime:
    """After the night, and after the hours that the asker named."""
    moment = after_quiet(at, NIGHT, zone)
    return after_quiet(after_quiet(moment, own, zone), NIGHT, zone)


def for_staff(at: datetime, own: Quiet | None, calendar: WorkCalendar, hours: OfficeHours, zone: ZoneInfo) -> datetime:
    """Within office hours and outside the officer's quiet hours. Quiet hours that leave nothing of the office day
    hold until they end."""
    opening = next_opening(at, calendar, hours, zone)
    later = after_quiet(opening, own, zone)
    return later if later == opening else next_opening(later, calendar, hours, zone)


def next_try(tries: int, at: datetime) -> datetime | None:
    """After `tries` failures; None where it is given up."""
    return at + WAITS[tries - 1] if tries <= len(WAITS) else None
