"""Random people do random things at random times; whatever they do, the promises hold.

Each run is a little history of a few cases in the tiny district, on the real tables, rolled back at the end.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from guanjia.cases import jobs, verification
from guanjia.cases.models import Case, Clock, Event
from guanjia.cases.policy import may_see, offered
from guanjia.kernel.actor import Role
from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.states import Status
from guanjia.playbook.lifecycle.verbs import verbs
from guanjia.playbook.schema import Playbook
from guanjia.programmes.queries import playbook_of
from tests.people import WORKERS
from tests.programme import MONDAY, Served

WHO = st.sampled_from([*[worker.name for worker in WORKERS], "asker"])
#: Verbs of the worker come from its own rule; those that need another case are acted in stories.
VERBS = st.sampled_from(sorted(set(verbs()) - {"warn", "expire", "reassign", "open_child", "child_closed", "join"}))
VALUES = st.fixed_dictionaries(
    {
        "yes": st.booleans(),
        "level": st.integers(1, 5),
        "unit": st.sampled_from(["城市管理局", "营商环境服务中心", "柳荫社区居委会"]),
        "limit": st.sampled_from(["1wd", "5wd", "9wd", "2h"]),
        "outcome": st.sampled_from(["solved", "partly", "explained", "not_ours", "merged"]),
        "with_photo": st.booleans(),
    }
)


class Ledger(RuleBasedStateMachine):
    served: Served
    playbook: Playbook

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.hours = 0.0
        self.cases: list[Case] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    @initialize(emergency=st.booleans(), call=st.booleans())
    def first_request(self, emergency: bool, call: bool) -> None:
        self.cases.append(self.served.ask(emergency=emergency, call=call))

    @rule(courtyard=st.sampled_from(["柳荫家园", "槐香苑", "书院小区"]), style=st.booleans())
    def somebody_asks(self, courtyard: str, style: bool) -> None:
        if len(self.cases) < 4:
            place = self.served.district.places[courtyard].pk
            category = "work-style" if style else "lighting"
            self.cases.append(self.served.ask(place_id=place, category=category, hours=self.hours))

    @rule(hours=st.sampled_from([0.1, 1, 5, 20, 80, 400]))
    def time_passes(self, hours: float) -> None:
        self.hours += hours
        at = self.served.at(self.hours)
        while jobs.ring_due_clocks(at):
            pass

    @rule(pick=st.integers(0, 10_000), which=st.integers(0, 3), data=st.data())
    def somebody_does_what_is_offered(self, pick: int, which: int, data: st.DataObject) -> None:
        """Random acts are mostly refused; this leads on to the later states."""
        case = self.cases[which % len(self.cases)]
        state = self.served.state(case)
        choices = [
            (who, one.key)
            for who in [*[worker.name for worker in WORKERS], "asker"]
            for one in offered(self.served.actor(who, case), case, state, self.playbook)
            if one.key not in ("note", "add", "open_child", "join")
        ]
        if choices:
            who, verb = choices[pick % len(choices)]
            self.act(who, verb, which, data.draw(VALUES), likely=True)

    @rule(who=WHO, verb=VERBS, which=st.integers(0, 3), values=VALUES)
    def somebody_acts(self, who: str, verb: str, which: int, values: dict[str, Any]) -> None:
        self.act(who, verb, which, values)

    def act(self, who: str, verb: str, which: int, values: dict[str, Any], *, likely: bool = False) -> None:
        case = self.cases[which % len(self.cases)]
        other = self.cases[(which + 1) % len(self.cases)]
        state = self.served.state(case)
        data: dict[str, Any] = {
            "to": {"unit": self.served.unit(values["unit"]), "officer": None},
            "unit": self.served.unit(values["unit"]),
            "tier": "department",
            "reason": "理由",
            "text": "内容",
            "limit": values["limit"],
            "outcome": values["outcome"],
            "granted": values["yes"],
            "reached": values["yes"],
            "solved": values["yes"],
            "satisfaction": values["level"],
            "into": other.number,
            "asker": next(iter(state.askers)),
            "order": next(iter(state.orders), None),
            "fields": {"address": "一号"},
        }
        if (values["with_photo"] or likely) and verb in ("resolve", "note", "add", "answer"):
            data["evidence"] = [self.served.photo(case)]
        before = Event.objects.filter(case=case).count()
        self.hours += 0.01
        try:
            after = self.served.act(who, case, verb, hours=self.hours, **data)
        except Problem as problem:
            assert problem.status < 500
            assert Event.objects.filter(case=case).count() == before, "a refusal leaves no trace"
        else:
            assert after.seq > before

    @invariant()
    def ledger_is_whole(self) -> None:
        assert list(verification.verify()) == []
        assert jobs.prove() == []

    @invariant()
    def every_open_case_has_an_owner_and_a_clock_that_explains_itself(self) -> None:
        for case in Case.objects.filter(closed_at__isnull=True):
            assert case.holder_unit_id
            running = Clock.objects.filter(case=case, stopped__isnull=True)
            assert running.exists(), case.status
            explained = case.waiting or case.status == Status.SHELVED
            assert explained or running.filter(due__isnull=False).exists()

    @invariant()
    def nothing_is_closed_without_a_follow_up_or_an_honest_outcome(self) -> None:
        for case in Case.objects.filter(status=Status.CLOSED):
            heard = Event.objects.filter(case=case, verb="follow_up").exists()
            assert heard or case.outcome in ("merged", "withdrawn")
            assert not Clock.objects.filter(case=case, stopped__isnull=True).exclude(kind="answer").exists()

    @invariant()
    def only_what_somebody_who_asked_agreed_to_counts_as_solved(self) -> None:
        for case in Case.objects.filter(confirmed=True):
            assert any(answer is not None and answer.solved for answer in self.served.state(case).askers.values())

    @invariant()
    def a_sealed_case_is_seen_by_its_receiver_alone(self) -> None:
        for case in Case.objects.filter(sealed_to__isnull=False):
            state = self.served.state(case)
            for worker in WORKERS:
                actor = self.served.district.actor(worker.name, MONDAY)
                receives = worker.role is not Role.STEWARD and case.sealed_to_id in actor.unit_ids
                assert may_see(actor, case, state) == receives


@pytest.mark.slow
@pytest.mark.django_db
def test_the_promises_hold_whatever_people_do(served: Served) -> None:
    Ledger.served = served
    Ledger.playbook = playbook_of(served.programme.current_id)
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            # Shrinking replays minutes of database work; the failing run is printed whole instead.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
