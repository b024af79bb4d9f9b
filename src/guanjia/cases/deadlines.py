"""Clocks counted on the work calendar: when each is due, when the worker looks at it next, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone_name

from guanjia.cases.models import Clock
from guanjia.playbook.lifecycle.states import CaseState, ClockState, Status
from guanjia.playbook.schema import Playbook
from guanjia.playbook.timekeeper import Deadline, Timekeeper
from guanjia.registry import queries as registry


def timekeeper(unit_id: int | None) -> Timekeeper:
    """By the hours and exceptions of this unit, or of the district. One cheap query, cached by version."""
    calendar, hours = registry.work_calendar(unit_id)
    return Timekeeper(calendar, hours, ZoneInfo(get_default_timezone_name()))


def contest_until(case: CaseState, playbook: Playbook) -> datetime | None:
    """How long whoever asked may still say that it is not so, counted from when the case was struck off; None unless
    it was."""
    if case.closed_at is None or case.status is not Status.CLOSED:
        return None
    return timekeeper(None).after(case.closed_at, playbook.ladder.follow_up.contest_within)


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
