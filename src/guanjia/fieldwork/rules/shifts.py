"""Shifts of a patrol, day and night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Shift:
    """From `start` up to `end`, which is no longer in it; over midnight where `end` is not later, round the clock where
    they are equal."""

    key: str
    start: time
    end: time

    @property
    def overnight(self) -> bool:
        return self.end <= self.start

    def holds(self, at: time) -> bool:
        if self.overnight:
            return at >= self.start or at < self.end
        return self.start <= at < self.end


def shift_at(shifts: Sequence[Shift], local: datetime) -> tuple[Shift, date] | None:
    """The first shift that the local moment falls into, and the day it began on: after midnight the day before. None
    between shifts."""
    at = local.time()
    for shift in shifts:
        if shift.holds(at):
            began_before = shift.overnight and at < shift.end and at < shift.start
            return shift, local.date() - timedelta(days=int(began_before))
    return None


def uncovered_minutes(shifts: Sequence[Shift]) -> int:
    """How many minutes of a day and night nobody is out; 0 for a patrol round the clock."""
    return sum(not any(shift.holds(time(minute // 60, minute % 60)) for shift in shifts) for minute in range(24 * 60))
