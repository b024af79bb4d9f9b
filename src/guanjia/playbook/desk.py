"""Where a clock runs: calendar, office hours, time zone and pauses taken together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.hours import OfficeHours
from guanjia.playbook.limits import ClockError, TimeUnit

#: From one moment up to, not including, another; both UTC.
Stretch = tuple[datetime, datetime]

DAY = timedelta(days=1)
MIDNIGHT = time()
FOREVER = datetime.max.replace(tzinfo=UTC)
#: Far enough from the ends of `datetime` that the longest limit cannot leave it.
FIRST_YEAR, LAST_YEAR = 1900, 9000


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still from `start` up to, not including, `end`; for good while `end` is None."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        begin, end = self.stretch
        if end < begin:
            raise ClockError(_("A pause cannot end (%(end)s) before it starts (%(start)s)."), start=begin, end=end)

    @property
    def stretch(self) -> Stretch:
        return utc(self.start), FOREVER if self.end is None else utc(self.end)


def utc(moment: datetime) -> datetime:
    """Raises ClockError for a moment without time zone or out of all reason."""
    if moment.utcoffset() is None:
        raise ClockError(_("The moment %(moment)s does not say its time zone."), moment=moment)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ClockError(
            _("The year %(year)s is outside %(first)s–%(last)s."),
            year=moment.year,
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    return moment.astimezone(UTC)


def merged(pauses: Sequence[Pause]) -> list[Stretch]:
    """In order, without overlaps and without empty ones."""
    breaks: list[Stretch] = []
    for begin, end in sorted(pause.stretch for pause in pauses):
        if breaks and begin <= breaks[-1][1]:
            breaks[-1] = (breaks[-1][0], max(end, breaks[-1][1]))
        elif begin < end:
            breaks.append((begin, end))
    return breaks


def days_after(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(offset) for offset in range(1, (last - first).days + 1))


def clipped(stretches: Iterable[Stretch], since: datetime, until: datetime = FOREVER) -> list[Stretch]:
    return [(max(b, since), min(e, until)) for b, e in stretches if max(b, since) < min(e, until)]


def total(stretches: Iterable[Stretch]) -> timedelta:
    return sum((end - begin for begin, end in stretches), timedelta())


@dataclass(slots=True)
class Desk:
    """`breaks` are the merged pauses. `until_midnight`: natural days end at 24:00 on working days too."""

    calendar: WorkCalendar
    hours: OfficeHours
    zone: ZoneInfo
    breaks: list[Stretch] = field(default_factory=list)
    until_midnight: bool = False

    def local(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def end(self, day: date, unit: TimeUnit) -> datetime:
        """When a day counted in this unit is over: office hours or, where they do not apply, 24:00."""
        by_night = self.until_midnight or not self.calendar.day(day).working
        if unit is TimeUnit.DAYS and by_night:
            return self.at(day + DAY, MIDNIGHT)
        return self.hours.moments_on(day, self.zone)[-1][1]

    def stretches(self, day: date, unit: TimeUnit) -> list[Stretch]:
        """The part of the day in which a limit of this unit runs, and in which a pause therefore matters."""
        if unit in (TimeUnit.WORKING_DAYS, TimeUnit.WORKING_HOURS):
            return self.hours.moments_on(day, self.zone) if self.calendar.day(day).working else []
        end = self.end(day, unit) if unit is TimeUnit.DAYS else self.at(day + DAY, MIDNIGHT)
        return [(self.at(day, MIDNIGHT), end)]

    def running(self, stretches: Sequence[Stretch]) -> list[Stretch]:
        """The stretches with the breaks taken out."""
        if not self.breaks:
            return list(stretches)
        pieces = []
        for cursor, end in stretches:
            begin = cursor
            for stop, go in self.breaks:
                pieces.append((begin, min(stop, end)))
                begin = max(begin, go)
            pieces.append((begin, end))
        return [(begin, end) for begin, end in pieces if begin < end]

    def paused(self, stretches: Sequence[Stretch]) -> bool:
        """Whether a break touches any of them."""
        return any(stop < end and begin < go for begin, end in stretches for stop, go in self.breaks)

    def stopped(self, by: datetime) -> bool:
        """Whether an open pause began before this moment: nothing runs from there on."""
        return bool(self.breaks) and self.breaks[-1][1] == FOREVER and self.breaks[-1][0] < by

    def whole_days(self, since: datetime, until: datetime, unit: TimeUnit) -> int:
        """Days after that of `since`, over by `until` and never paused; of wd, working days only."""
        each = (self.stretches(day, unit) for day in days_after(self.local(since), self.local(until)))
        return sum(bool(day) and day[-1][1] <= until and not self.paused(day) for day in each)

    def running_time(self, since: datetime, until: datetime, unit: TimeUnit) -> timedelta:
        """Office time of working days for wh, plain time for h and min; breaks taken out."""
        if unit is not TimeUnit.WORKING_HOURS:
            return total(self.running(clipped([(since, until)], since)))
        days = days_after(self.local(since) - DAY, self.local(until))
        each = (self.running(clipped(self.stretches(day, unit), since, until)) for day in days)
        return sum(map(total, each), timedelta())

    def days_between(self, first: datetime, last: datetime, by_office: bool) -> int:
        """Days after that of `first`, up to that of `last`, whole or not; 24:00 belongs to the day before."""
        days = days_after(self.local(first), self.local(last - timedelta.resolution))
        return sum(not by_office or self.calendar.day(day).working for day in days)
