"""How often somebody is looked in on: at least so often, and at most (无事不扰、有事必到、随叫随到)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from guanjia.fieldwork.rules.periods import days_after, next_month
from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.schema import Visits


class Reason(StrEnum):
    """Why one goes. The last two allow a visit beyond the cap: they are what the person wants."""

    CADENCE = "cadence"
    CALLED = "called"
    FOLLOW_UP = "follow_up"


#: Reasons that the person visited has given.
WANTED = frozenset({Reason.CALLED, Reason.FOLLOW_UP})


def next_due(visits: Visits, last: date, calendar: WorkCalendar) -> date | None:
    """By which day the next visit is owed; None where the playbook asks for none. `last`: the day of the last visit,
    or from which on the subject is served."""
    return None if visits.at_least is None else days_after(last, visits.at_least, calendar)


def earliest(visits: Visits, visited: Iterable[date], on: date) -> date:
    """The first day from `on` that leaves room under the cap for a visit nobody asked for. `visited`: days of the
    visits of that month, each as often as there were."""
    cap = visits.at_most_per_month
    if cap is None:
        return on
    in_month = sum((day.year, day.month) == (on.year, on.month) for day in visited)
    return on if in_month < cap else next_month(on)


def too_often(visits: Visits, visited: Iterable[date], on: date, reason: Reason) -> bool:
    return reason not in WANTED and earliest(visits, visited, on) > on
