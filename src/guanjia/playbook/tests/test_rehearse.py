"""Unchanged rules give history back, line by line; changed ones move what they should and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings

from guanjia.playbook.calendar_seed import published_calendar
from guanjia.playbook.courses import course_of
from guanjia.playbook.hours import DEFAULT_HOURS
from guanjia.playbook.lifecycle.states import CaseState, ClockKind, Event, Party
from guanjia.playbook.rehearse import Past, Rehearsed, Rules, rehearse
from guanjia.playbook.schema import Owner, Playbook
from guanjia.playbook.tests.acting import BUREAU, STEWARD, Play, steward_playbook, through_json
from guanjia.playbook.tests.test_machine import Ledger
from guanjia.playbook.timekeeper import Timekeeper

KEEPER = Timekeeper(published_calendar(), DEFAULT_HOURS, ZoneInfo("Asia/Shanghai"))


def keepers(unit: int) -> Timekeeper:
    return KEEPER


def nobody(owner: Owner, case: CaseState, at: object) -> Party | None:
    raise AssertionError("unchanged rules ask for no owner")


def bureau(owner: Owner, case: CaseState, at: object) -> Party | None:
    return None if owner.steward else BUREAU


def changed(**ladder: Any) -> Playbook:
    """The shipped playbook with other words in its ladder."""
    data = steward_playbook().model_dump()
    data["ladder"] |= ladder
    rungs = [tier["key"] for tier in data["ladder"]["tiers"]]
    for route in data["routes"]:
        if route["tier"] and route["tier"] not in rungs:
            route["tier"] = rungs[0]
    return Playbook.model_validate(data)


def tiers(**words: Any) -> list[dict[str, Any]]:
    """The rungs, each with these words changed."""
    return [{**tier.model_dump(), **words} for tier in steward_playbook().ladder.tiers]


def events_of(play: Play) -> list[Event]:
    return [through_json(event) for event in play.events]


def replay(play: Play, playbook: Playbook, *, later: timedelta = timedelta()) -> Rehearsed:
    past = Past(events_of(play), play.playbook)
    return rehearse(past, keepers, Rules(playbook, keepers), bureau, until=play.at + later)


#: Every day is worked.
BUSY = Timekeeper(
    published_calendar().with_overrides({date(2026, 3, 2) + timedelta(day): (True, "") for day in range(365)}),
    DEFAULT_HOURS,
    ZoneInfo("Asia/Shanghai"),
)


def BUSIER(unit: int) -> Timekeeper:
    return BUSY


OTHERS = [
    changed(tiers=tiers(resolve="2wh", accept="1wh", warn=(0.2, 0.4))),
    changed(tiers=tiers(resolve="90wd", evidence=("photo", "document"))[1:], strike_off={"by": ["clerk"]}),
    changed(
        returns={**steward_playbook().ladder.returns.model_dump(), "brake": 1},
        dispatch="10min",
        pause_while_asking=False,
        tiers=tiers(when_late="mark"),
    ),
]


class Replayed(Ledger):
    """Whatever random people did, however oddly their clocks rang."""

    def teardown(self) -> None:
        events = [through_json(event) for event in self.events]
        playbook = Playbook.model_validate(steward_playbook().model_dump())
        rules = Rules(playbook, keepers)
        for until in (self.at, self.at + timedelta(days=400)):
            again = rehearse(Past(events, self.playbook), keepers, rules, nobody, until=until)
            assert again.refused == []
            assert again.events == events
        for other in OTHERS:
            again = rehearse(Past(events, self.playbook), keepers, Rules(other, BUSIER), bureau, until=self.at)
            assert (
                again.events
                == rehearse(Past(events, self.playbook), keepers, Rules(other, BUSIER), bureau, until=self.at).events
            )
            assert [event.seq for event in again.events] == list(range(1, len(again.events) + 1))
            assert [event.at for event in again.events] == sorted(event.at for event in again.events)
            course_of(again.events, BUSIER, self.at)


Replayed.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestReplayed = Replayed.TestCase


def late_play() -> Play:
    """The steward ran late, the case climbed, the bureau solved it."""
    play = Play(channel="web").working()
    play.at += timedelta(days=3)
    play.do("expire", kind="system", key="resolve", to=BUREAU.to_data(), due="2026-03-03T10:00:00+00:00")
    return play.do("accept", officer=12).resolved(officer=12)


def test_a_longer_limit_lets_the_case_stay_where_it_was() -> None:
    again = replay(late_play(), changed(tiers=tiers(resolve="20wd")))
    assert [event.verb for event in again.events] == ["register", "dispatch", "accept", "resolve"]
    assert again.refused == [("accept", "case.wrong_state")]


def test_a_shorter_limit_lets_it_climb_and_whoever_did_the_work_still_did_it() -> None:
    play = Play(channel="web").working()
    play.at += timedelta(hours=4)
    again = replay(play.resolved(), changed(tiers=tiers(resolve="2wh")))
    assert [event.verb for event in again.events][-2:] == ["accept", "resolve"]
    course = course_of(again.events, keepers, play.at)
    assert course.late
    assert course.climbs == ("department",)
    assert not course_of(events_of(play), keepers, play.at).late


def test_an_open_case_runs_on_to_the_end_of_what_is_rehearsed() -> None:
    play = Play(channel="web").working()
    assert not course_of(events_of(play), keepers, play.at).late
    again = replay(play, changed(tiers=tiers(resolve="1wh")), later=timedelta(days=10))
    assert course_of(again.events, keepers, play.at + timedelta(days=10)).late


def test_evidence_that_nobody_was_asked_for_is_counted_and_taken_as_given() -> None:
    again = replay(Play(channel="web").working().resolved(), changed(tiers=tiers(evidence=("signature",))))
    assert again.refused == [("resolve", "case.needs_evidence")]
    assert again.events[-1].verb == "resolve"


def test_another_route_sends_it_to_whom_it_names() -> None:
    data = steward_playbook().model_dump()
    first = {**data["routes"][0], "key": "all-to-department", "tier": "department", "hand_over": None}
    first |= dict.fromkeys(("categories", "kinds", "subjects", "channels"), ()) | {"emergency": None}
    playbook = Playbook.model_validate({**data, "routes": [first]})
    play = Play(channel="web").do(
        "dispatch", kind="system", to=STEWARD.to_data(), tier="steward", route="household", automatic=True
    )
    again = replay(play, playbook)
    assert [(event.verb, event.data.get("tier")) for event in again.events] == [
        ("register", None),
        ("dispatch", "department"),
    ]
    assert course_of(again.events, keepers, play.at).held[-1].party == BUREAU


def test_more_days_off_move_a_date_later() -> None:
    play = Play(channel="web").working()
    off = published_calendar().with_overrides({date(2026, 3, 3): (False, "")})
    keeper = Timekeeper(off, DEFAULT_HOURS, ZoneInfo("Asia/Shanghai"))
    rules = Rules(play.playbook, lambda unit: keeper)
    again = rehearse(Past(events_of(play), play.playbook), keepers, rules, bureau, until=play.at)
    assert again.events == events_of(play)
    before, after = (course_of(again.events, each, play.at) for each in (keepers, rules.keepers))
    moved = {name: (one.due, after.clocks[name].due) for name, one in before.clocks.items()}
    assert moved["resolve", 0][0] < moved["resolve", 0][1]
    assert {one.kind for one in after.clocks.values()} >= {ClockKind.RESOLVE, ClockKind.ACCEPT}
