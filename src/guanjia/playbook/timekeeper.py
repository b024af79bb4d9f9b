"""When a clock is due and when it has to be looked at next, by one calendar and its office hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.due import Due, Pause, due, due_moment, elapsed
from guanjia.playbook.hours import OfficeHours
from guanjia.playbook.lifecycle.states import ClockState
from guanjia.playbook.limits import Limit, TimeUnit
from guanjia.playbook.schema import Playbook

_OFFICE_UNITS = (TimeUnit.WORKING_HOURS, TimeUnit.WORKING_DAYS)
#: Clocks that a keeper remembers at most: those of a thousand cases, in a few megabytes.
_REMEMBERED = 10_000

Pauses = tuple[tuple[datetime, datetime | None], ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """`due`: None while a pause holds the clock. `next_at`: the next warning or the due moment; None where nothing
    is left to do."""

    due: datetime | None
    estimated: bool
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """Remembers what it counted: a clock is asked again at each warning and once it has stopped, and counting walks
    the calendar."""

    calendar: WorkCalendar
    hours: OfficeHours
    zone: ZoneInfo
    _known: dict[tuple[datetime, str, Pauses], tuple[datetime | None, bool]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def deadline(self, clock: ClockState, playbook: Playbook) -> Deadline:
        """A stopped clock keeps the moment it was due at; nobody looks at it again."""
        moment, estimated = self._counted(clock)
        watched = clock.running and not clock.fired and moment is not None
        return Deadline(moment, estimated, self._next(clock, moment, playbook) if watched and moment else None)

    def due(self, clock: ClockState) -> datetime | None:
        """None while a pause holds the clock."""
        return self._counted(clock)[0]

    def why(self, clock: ClockState) -> Due:
        """The due moment with each counted and each skipped day; a date that was given has none."""
        if clock.given is not None:
            return Due(clock.given, False, ())
        return due(clock.started, Limit.parse(clock.limit), self.calendar, self.hours, self.zone, _pauses(clock))

    def after(self, start: datetime, limit: Limit) -> datetime:
        """The moment `limit` after `start`."""
        moment, _ = due_moment(start, limit, self.calendar, self.hours, self.zone)
        assert moment is not None, "nothing pauses here"
        return moment

    def _counted(self, clock: ClockState) -> tuple[datetime | None, bool]:
        if clock.given is not None:
            return clock.given, False
        key = (clock.started, clock.limit, clock.pauses)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            limit = Limit.parse(clock.limit)
            found = due_moment(clock.started, limit, self.calendar, self.hours, self.zone, _pauses(clock))
            self._known[key] = found
        return found

    def _next(self, clock: ClockState, moment: datetime, playbook: Playbook) -> datetime:
        """The next warning that is still ahead of the due moment, or the due moment itself."""
        marks = playbook.tier(clock.tier).warn if clock.tier else ()
        if clock.warned >= len(marks) or clock.given is not None:
            return moment
        unit, whole = self._length(clock, moment)
        # Of a short limit two shares may be the same hour, or none: nobody is warned twice at once, or at the start.
        parts = sorted({int(whole * share) for share in marks} - {0})
        if clock.warned >= len(parts):
            return moment
        part = Limit(parts[clock.warned], unit)
        mark, _ = due_moment(clock.started, part, self.calendar, self.hours, self.zone, _pauses(clock))
        return min(mark or moment, moment)

    def _length(self, clock: ClockState, moment: datetime) -> tuple[TimeUnit, int]:
        """How long the clock runs: office hours where it counts these, else minutes by the wall; pauses are no time."""
        limit = Limit.parse(clock.limit)
        unit = TimeUnit.WORKING_HOURS if limit.unit in _OFFICE_UNITS else TimeUnit.MINUTES
        if limit.unit is unit:
            return unit, limit.amount
        pauses = _pauses(clock)
        return unit, elapsed(clock.started, moment, unit, self.calendar, self.hours, self.zone, pauses)


def _pauses(clock: ClockState) -> list[Pause]:
    return [Pause(begin, end) for begin, end in clock.pauses]
