"""Clocks counted on the work calendar: when each is due, when the worker looks at it next, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone_name

from guanjia.cases.models import Clock
from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.due import Due, Pause, due, due_moment, elapsed
from guanjia.playbook.hours import OfficeHours
from guanjia.playbook.lifecycle.states import CaseState, ClockState
from guanjia.playbook.limits import Limit, TimeUnit
from guanjia.playbook.schema import Playbook
from guanjia.registry import queries as registry

_OFFICE_UNITS = (TimeUnit.WORKING_DAYS, TimeUnit.WORKING_HOURS)


@dataclass(frozen=True, slots=True)
class Deadline:
    due: datetime | None
    estimated: bool
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """Counts clocks by one unit's calendar and office hours."""

    calendar: WorkCalendar
    hours: OfficeHours
    zone: ZoneInfo

    def deadline(self, clock: ClockState, playbook: Playbook) -> Deadline:
        """A stopped clock keeps the moment it was due at; nobody looks at it again."""
        moment, estimated = due_moment(
            clock.started, Limit.parse(clock.limit), self.calendar, self.hours, self.zone, _pauses(clock)
        )
        watched = clock.running and not clock.fired
        next_at = self._next(clock, moment, playbook) if watched and moment is not None else None
        return Deadline(moment, estimated, next_at)

    def why(self, clock: ClockState) -> Due:
        """The due moment with each counted and each skipped day."""
        limit = Limit.parse(clock.limit)
        return due(clock.started, limit, self.calendar, self.hours, self.zone, _pauses(clock))

    def after(self, start: datetime, limit: Limit) -> datetime:
        """The moment `limit` after `start`."""
        moment, _ = due_moment(start, limit, self.calendar, self.hours, self.zone)
        assert moment is not None, "nothing pauses here"
        return moment

    def _next(self, clock: ClockState, moment: datetime, playbook: Playbook) -> datetime:
        """The next warning mark that is still ahead of the due moment, or the due moment itself."""
        marks = playbook.tier(clock.tier).warn if clock.tier else ()
        if clock.warned >= len(marks):
            return moment
        mark = self._mark(clock, moment, sorted(marks)[clock.warned])
        return min(mark, moment)

    def _mark(self, clock: ClockState, moment: datetime, share: float) -> datetime:
        """When `share` of a clock's time has gone: of its office hours where it counts these, else of wall
        time."""
        if Limit.parse(clock.limit).unit not in _OFFICE_UNITS:
            return clock.started + (moment - clock.started) * share
        whole = elapsed(clock.started, moment, TimeUnit.WORKING_HOURS, self.calendar, self.hours, self.zone)
        return self.after(clock.started, Limit(int(whole * share), TimeUnit.WORKING_HOURS))


def timekeeper(unit_id: int | None) -> Timekeeper:
    """By the hours and exceptions of this unit, or of the district. One cheap query, cached by version."""
    calendar, hours = registry.work_calendar(unit_id)
    return Timekeeper(calendar, hours, ZoneInfo(get_default_timezone_name()))


def deadlines(case: CaseState, keeper: Timekeeper, playbook: Playbook) -> dict[str, Deadline]:
    """By clock key, for the clocks that still run."""
    return {key: keeper.deadline(clock, playbook) for key, clock in case.clocks.items() if clock.running}


def clock_rows(
    case_id: int,
    clocks: Mapping[str, ClockState],
    changed: list[str],
    keeper: Timekeeper,
    playbook: Playbook,
    counted: Mapping[str, Deadline],
) -> list[Clock]:
    """Rows for the clocks that changed, ready to be written over what stands there."""
    rows = []
    for key in changed:
        clock = clocks[key]
        deadline = counted.get(key) or keeper.deadline(clock, playbook)
        rows.append(
            Clock(
                case_id=case_id,
                key=key,
                kind=str(clock.kind),
                tier=clock.tier,
                limit=clock.limit,
                started=clock.started,
                pauses=[[begin.isoformat(), end.isoformat() if end else None] for begin, end in clock.pauses],
                stopped=clock.stopped,
                fired=clock.fired,
                warned=clock.warned,
                due=deadline.due,
                estimated=deadline.estimated,
                next_at=deadline.next_at,
            )
        )
    return rows


def _pauses(clock: ClockState) -> list[Pause]:
    return [Pause(begin, end) for begin, end in clock.pauses]
