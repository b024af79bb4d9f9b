from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guanjia.playbook.calendar_seed import published_calendar
from guanjia.playbook.hours import DEFAULT_HOURS
from guanjia.playbook.lifecycle.states import ClockKind, ClockState
from guanjia.playbook.loader import load, shipped
from guanjia.playbook.timekeeper import Timekeeper

PLAYBOOK = load(shipped()["service-steward"])  # it warns at half and at four fifths of a limit
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def keeper() -> Timekeeper:
    return Timekeeper(published_calendar(), DEFAULT_HOURS, ZoneInfo("Asia/Shanghai"))


def clock(limit: str, **more: object) -> ClockState:
    return replace(ClockState("accept", ClockKind.ACCEPT, "steward", limit, MONDAY), **more)


@pytest.mark.parametrize(
    ("limit", "hours"),
    [
        ("2h", [1, 1.6, 2]),
        ("2wh", [1, 2]),  # four fifths of two hours are one whole hour, too
        ("1wh", [1]),  # half of one hour is none
        ("1wd", [8.5, 27, 33]),
    ],
)
def test_each_mark_of_a_limit_warns_once_and_before_it_ends(limit: str, hours: list[float]) -> None:
    rings = [keeper().deadline(clock(limit, warned=warned), PLAYBOOK).next_at for warned in range(len(hours))]
    assert [(ring - MONDAY) / HOUR for ring in rings if ring is not None] == pytest.approx(hours)


def test_what_a_keeper_remembers_is_what_it_would_count_again() -> None:
    same = keeper()
    for state in (clock("4wh"), clock("4wh", warned=1), clock("4wh", stopped=MONDAY + HOUR), clock("4wh", fired=True)):
        assert same.deadline(state, PLAYBOOK) == keeper().deadline(state, PLAYBOOK)
    paused = clock("4wh", pauses=((MONDAY + HOUR, None),))
    assert same.due(paused) is None
    assert same.due(replace(paused, pauses=((MONDAY + HOUR, MONDAY + 2 * HOUR),))) == keeper().due(clock("5wh"))
