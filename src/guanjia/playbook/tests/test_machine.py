"""Random verbs by random people at rising times: whatever they try, what the ledger promises holds."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.decide import apply, decide, fold, open_case, possible
from guanjia.playbook.lifecycle.states import ClockKind, Event, Outcome, Status
from guanjia.playbook.lifecycle.verbs import RELATIONS, Act, Param, verbs
from guanjia.playbook.tests.acting import BUREAU, DESK, OFFICE, START, STEWARD, WORKS, steward_playbook, through_json

PARTIES = [party.to_data() for party in (STEWARD, BUREAU, WORKS, OFFICE)]
KINDS = ("asker", "officer", "system")
OFFICERS = (None, 11, 12, 13)
OVER = (Status.CLOSED, Status.HANDED_OVER)
#: What may still be written on a sealed case: its receiver's notes, and that a part of it was closed.
ON_SEALED = {"note", "child_closed"}

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["已核实。", ""]),
    "party": st.sampled_from(PARTIES),
    "tier": st.sampled_from(["steward", "department", "lead-office", "leading-group"]),
    "limit": st.sampled_from(["1wd", "5wd", "6wd", "3wh"]),
    "outcome": st.sampled_from([str(outcome) for outcome in Outcome]),
    "evidence": st.sampled_from([[], [{"id": 1, "kind": "photo"}], [{"id": 2, "kind": "document"}]]),
    "satisfaction": st.integers(1, 5),
    "yes_no": st.booleans(),
    "asker": st.sampled_from([1, 2, 3]),
    "case": st.sampled_from([701, 702]),
    "unit": st.sampled_from([101, 102, 103]),
    "fields": st.just({"phone": "13900000000"}),
    "child": st.sampled_from([801, 802]),
}
#: Where a sensible value is one that is not refused out of hand.
SENSIBLE: dict[str, st.SearchStrategy[Any]] = {
    "text": st.just("已核实。"),
    "outcome": st.sampled_from(["solved", "explained", "partly"]),
    "evidence": st.just([{"id": 2, "kind": "document"}]),
    "limit": st.just("1wd"),
}
#: They end a case early or change nothing; anybody may still try them.
ASIDE = {"merge", "withdraw", "hand_over", "note", "add", "instruct", "warn", "reassign", "urge"}


class Ledger(RuleBasedStateMachine):
    @initialize(askers=st.lists(st.sampled_from([1, 2]), unique=True), emergency=st.booleans(), call=st.booleans())
    def begin(self, askers: list[int], emergency: bool, call: bool) -> None:
        self.playbook = steward_playbook()
        self.at = START
        data = {
            "programme": "service-steward",
            "category": "sanitation",
            "desk": DESK.to_data(),
            "askers": askers,
            "emergency": emergency,
            "call": call,
        }
        self.events = [open_case(Act("register", {"kind": "asker"}, data, self.at), self.playbook)]
        self.case = apply(None, self.events[0])

    @rule(data=st.data())
    def work_goes_on(self, data: st.DataObject) -> None:
        """Something that the case page offers, asked for as a form would, what was done least before all: so cases
        get far."""
        done = Counter(event.verb for event in self.events)
        offered = [verb.key for verb in possible(self.case, self.playbook, RELATIONS) if verb.key not in ASIDE]
        least = sorted(offered, key=lambda verb: done[verb])[:6]
        if least:
            self._try(data, data.draw(st.sampled_from(least), label="verb"), sensible=True)

    @rule(data=st.data())
    def work_goes_on_and_on(self, data: st.DataObject) -> None:
        self.work_goes_on(data)

    @rule(data=st.data())
    def anybody_tries_anything(self, data: st.DataObject) -> None:
        self._try(data, data.draw(st.sampled_from(sorted(verbs())), label="verb"), sensible=False)

    def _try(self, data: st.DataObject, verb: str, *, sensible: bool) -> None:
        self.at += timedelta(minutes=data.draw(st.integers(0, 5_000), label="minutes later"))
        officer = data.draw(st.sampled_from(OFFICERS), label="officer")
        by = {"kind": data.draw(st.sampled_from(KINDS), label="kind"), "account": None, "officer": officer}
        values = {param.name: self._value(data, param, sensible) for param in verbs()[verb].params}
        if verb in ("escalate", "expire"):
            values["to"] = data.draw(VALUES["party"], label="to")
        act = Act(verb, by, {name: value for name, value in values.items() if value is not None}, self.at, officer)
        try:
            decided = decide(self.case, act, self.playbook)
        except Problem:
            return
        assert decided == decide(self.case, act, self.playbook), "the same act from the same state, decided otherwise"
        assert not (self.case.frozen and verb == "return"), "a frozen case was returned"
        assert self.case.sealed_to is None or verb in ON_SEALED, f"{verb} on a sealed case"
        self.case = fold(self.case, decided)
        self.events += decided

    def _value(self, data: st.DataObject, param: Param, sensible: bool) -> Any:
        """What a form would send or, where that is not asked for, anything of the kind."""
        if not sensible and data.draw(st.booleans(), label=f"leave {param.name} out"):
            return None
        if param.kind == "order":
            return data.draw(st.sampled_from([*self.case.orders, 99]), label=param.name)
        if param.kind == "line":
            return data.draw(st.sampled_from(sorted(self.case.clocks)), label=param.name)
        if sensible and param.kind in SENSIBLE:
            return data.draw(SENSIBLE[param.kind], label=param.name)
        there = {"asker": self.case.askers, "child": self.case.children, "unit": self.case.assistants}.get(param.kind)
        if sensible and there:
            return data.draw(st.sampled_from(sorted(there)), label=param.name)
        return data.draw(VALUES[param.kind], label=param.name)

    @invariant()
    def the_state_is_the_replay_of_the_ledger(self) -> None:
        assert fold(None, map(through_json, self.events)) == self.case

    @invariant()
    def lines_are_numbered_without_a_gap(self) -> None:
        assert [event.seq for event in self.events] == list(range(1, len(self.events) + 1))

    @invariant()
    def nothing_is_closed_without_hearing_the_asker_or_an_honest_outcome(self) -> None:
        if self.case.status is not Status.CLOSED or self.case.outcome in (Outcome.MERGED, Outcome.WITHDRAWN):
            return
        since = self._since("resolve")
        assert "strike_off" in since
        assert "follow_up" in since or not self.case.askers or not self._askers_left_in(since)

    def _since(self, verb: str) -> list[str]:
        told = [event.verb for event in self.events]
        return told[len(told) - 1 - told[::-1].index(verb) :]

    def _askers_left_in(self, since: list[str]) -> bool:
        """Whether somebody who did not withdraw was never heard."""
        return None in self.case.askers.values() or "withdraw" not in since

    @invariant()
    def every_open_case_has_a_holder_and_a_clock_that_explains_it(self) -> None:
        case = self.case
        if not case.open:
            return
        assert case.holder.unit
        kind = {
            Status.REGISTERED: ClockKind.DISPATCH,
            Status.ASSIGNED: ClockKind.RESOLVE,
            Status.WORKING: ClockKind.RESOLVE,
            Status.RESOLVED: ClockKind.FOLLOW_UP,
            Status.SHELVED: ClockKind.REVIEW,
        }[case.status]
        assert case.running(kind) is not None, f"{case.status} without a {kind} clock"

    @invariant()
    def a_paused_clock_has_a_reason(self) -> None:
        paused = [clock.key for clock in self.case.clocks.values() if clock.running and clock.paused]
        assert not paused or self.case.status is Status.SHELVED or self.case.waiting_for_asker, paused

    @invariant()
    def a_ruling_clock_runs_only_while_there_is_something_to_rule_on(self) -> None:
        for clock in self.case.clocks.values():
            if clock.running and clock.kind is ClockKind.RULING:
                asked = clock.key.removeprefix("ruling:")
                assert asked in self.case.pending or (asked == "designation" and self.case.frozen), clock.key

    @invariant()
    def no_clock_runs_on_what_is_over(self) -> None:
        if self.case.status in OVER:
            assert not [clock.key for clock in self.case.clocks.values() if clock.running]

    @invariant()
    def a_parent_never_closes_before_its_parts(self) -> None:
        if self.case.status in OVER:
            assert all(self.case.children.values())

    @invariant()
    def only_what_an_asker_agreed_to_is_confirmed(self) -> None:
        if self.case.confirmed:
            assert any(answer is not None and answer.solved for answer in self.case.askers.values())


Ledger.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestLedger = Ledger.TestCase


def test_an_event_comes_back_from_json_as_it_was() -> None:
    event = Event(1, "note", START, {"kind": "officer"}, {"text": "已核实。"})
    assert through_json(event) == event
