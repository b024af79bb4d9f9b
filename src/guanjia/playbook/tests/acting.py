"""A case in the hands of a test: acts by name, one a minute."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from guanjia.kernel.problems import Problem
from guanjia.playbook import loader
from guanjia.playbook.lifecycle.decide import apply, decide, fold, open_case
from guanjia.playbook.lifecycle.states import CaseState, Event, Party
from guanjia.playbook.lifecycle.verbs import Act
from guanjia.playbook.schema import Playbook

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
DESK, STEWARD, BUREAU, WORKS, OFFICE = Party(100), Party(101, 11), Party(102), Party(103), Party(104)
ASKER = 1


@cache
def steward_playbook() -> Playbook:
    return loader.load(loader.shipped()["service-steward"])


class Play:
    """`p.accept(officer=11)` acts and moves the case; `p.refused("return", …)` gives the problem's code."""

    def __init__(self, *, askers: tuple[int, ...] = (ASKER,), playbook: Playbook | None = None, **facts: Any) -> None:
        self.playbook = playbook or steward_playbook()
        self.at = START
        data = {
            "programme": "service-steward",
            "category": "sanitation",
            "desk": DESK.to_data(),
            "askers": list(askers),
            **facts,
        }
        self.events = [open_case(Act("register", {"kind": "asker"}, data, self.at), self.playbook)]
        self.case: CaseState = apply(None, self.events[0])

    def do(self, verb: str, *, officer: int | None = None, kind: str = "officer", **data: Any) -> Play:
        self.at += timedelta(minutes=1)
        act = Act(verb, {"kind": kind, "account": None, "officer": officer}, data, self.at, officer)
        events = decide(self.case, act, self.playbook)
        self.case = fold(self.case, events)
        self.events += events
        return self

    def refused(self, verb: str, **more: Any) -> str:
        with pytest.raises(Problem) as caught:
            self.do(verb, **more)
        return caught.value.code

    def dispatched(self, to: Party = STEWARD, tier: str = "steward") -> Play:
        return self.do("dispatch", to=to.to_data(), tier=tier)

    def working(self, to: Party = STEWARD, tier: str = "steward") -> Play:
        return self.dispatched(to, tier).do("accept", officer=11)

    def resolved(self, outcome: str = "solved", *, officer: int = 11) -> Play:
        return self.do("resolve", officer=officer, outcome=outcome, text="已办。")

    def answered(self, solved: bool, satisfaction: int, asker: int = ASKER) -> Play:
        return self.do("follow_up", kind="asker", asker=asker, solved=solved, satisfaction=satisfaction)

    def runs(self, key: str) -> bool:
        clock = self.case.clocks.get(key)
        return clock is not None and clock.running

    @property
    def told(self) -> list[str]:
        return [event.verb for event in self.events]


def through_json(event: Event) -> Event:
    """As it comes back from the database."""
    data, by = json.loads(json.dumps([event.data, event.by]))
    return Event(event.seq, event.verb, datetime.fromisoformat(event.at.isoformat()), by, data)
