"""Visits: who may go, how often, what a door that stays shut means, and what is asked for on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanjia.cases.models import Case
from guanjia.fieldwork.actions.findings import Matter
from guanjia.fieldwork.actions.tasks import make_tasks
from guanjia.fieldwork.actions.visits import drop_plan, plan_visit
from guanjia.fieldwork.models import Task, Visit
from guanjia.fieldwork.queries.figures import unvisited, visit_figures
from guanjia.fieldwork.queries.visits import my_round, visits, visits_of
from guanjia.fieldwork.rules.words import VISIT
from guanjia.kernel.models import AuditEntry, OutboxMessage
from guanjia.kernel.problems import Problem
from tests.field import TODAY
from tests.programme import KEY, MONDAY


@pytest.fixture
def door(fielded):
    return fielded.subject("3号楼2单元501")


def test_a_visit_ends_what_was_owed_and_dates_the_next(fielded, door):
    make_tasks(fielded.programme.pk, at=MONDAY)
    visit = fielded.visit("陈静", door, people=3, note="老人腿脚不便")
    assert (visit.outcome, visit.people, visit.officer.name, visit.place.name) == ("done", 3, "陈静", "柳荫家园")
    assert Task.objects.get(key=VISIT, subject=door).end == "done"
    make_tasks(fielded.programme.pk, at=MONDAY + timedelta(days=1))
    owed = Task.objects.get(key=VISIT, subject=door, closed_at__isnull=True)
    assert (owed.period, owed.due) == ("2026-03-02", TODAY + timedelta(days=30))
    assert AuditEntry.objects.filter(verb="visit.record", subject_id=visit.pk).exists()
    assert OutboxMessage.objects.filter(topic="visit.recorded").exists()


def test_what_was_said_is_encrypted(fielded, door):
    visit = fielded.visit("陈静", door, note="老人腿脚不便")
    stored = Visit.objects.filter(pk=visit.pk).extra(select={"raw": "note"}).values("raw").get()["raw"]
    assert "老人" not in str(stored) or Visit.objects.get(pk=visit.pk).note == "老人腿脚不便"


def test_nobody_is_visited_beyond_the_cap_unless_they_called(fielded, door):
    fielded.visit("陈静", door)
    fielded.visit("陈静", door, hours=48)
    with pytest.raises(Problem, match="visit.too_often") as refused:
        fielded.visit("陈静", door, hours=72)
    assert refused.value.params["day"] == "2026-04-01"
    fielded.visit("陈静", door, hours=72, reason="called")
    fielded.visit("陈静", door, hours=96, reason="follow_up")
    fielded.visit("陈静", door, hours=24 * 30)


def test_a_shut_door_does_not_count_as_a_visit(fielded, door):
    make_tasks(fielded.programme.pk, at=MONDAY)
    for hours in (0, 24, 48):
        fielded.visit("陈静", door, outcome="not_home", hours=hours)
    assert Task.objects.get(key=VISIT, subject=door).closed_at is None
    fielded.visit("陈静", door, hours=72)


def test_who_refuses_is_left_alone_until_they_ask(fielded, door):
    make_tasks(fielded.programme.pk, at=MONDAY)
    fielded.visit("陈静", door, outcome="refused")
    assert Task.objects.get(key=VISIT, subject=door).end == "waived"
    make_tasks(fielded.programme.pk, at=MONDAY + timedelta(days=40))
    assert not Task.objects.filter(key=VISIT, subject=door, closed_at__isnull=True).exists()
    for act in (
        lambda: fielded.visit("陈静", door, hours=24),
        lambda: plan_visit(fielded.actor("陈静"), KEY, door.pk, on=TODAY, at=MONDAY),
    ):
        with pytest.raises(Problem, match="visit.refused"):
            act()
    fielded.visit("陈静", door, hours=48, reason="called")
    make_tasks(fielded.programme.pk, at=MONDAY + timedelta(days=40))
    assert Task.objects.filter(key=VISIT, subject=door, closed_at__isnull=True).exists()


def test_a_page_sent_twice_is_stored_once(fielded, door):
    more = {"key": "phone-1", "matters": [Matter("楼道灯坏了", "lighting")]}
    first = fielded.visit("陈静", door, **more)
    assert fielded.visit("陈静", door, **more).pk == first.pk
    assert (Visit.objects.count(), Case.objects.count()) == (1, 1)


def test_what_is_asked_for_becomes_a_case_that_carries_the_visit(fielded, door):
    visit = fielded.visit(
        "陈静", door, matters=[Matter("楼道灯坏了", "lighting", "李晓燕", "13900000001"), Matter("井盖响", "lighting")]
    )
    first, second = (raised.case for raised in visit.raised.order_by("pk"))
    assert (first.channel, first.subject_id, first.place_id) == ("visit", door.pk, door.place_id)
    assert first.holder_officer.name == "陈静" and first.due_at.year == 2026
    assert first.events.first().data["visit"] == visit.pk
    assert first.askers.count() == 1 and second.askers.count() == 0


def test_a_business_asks_as_its_card_says(fielded):
    shop = fielded.subject("建国五金店")
    visit = fielded.visit("陈静", shop, matters=[Matter("门口路灯不亮", "lighting")])
    assert visit.raised.get().case.askers.get().contact.name == "王建国"


def test_a_refused_matter_leaves_no_half_a_visit(fielded, door):
    with pytest.raises(Problem, match="case.unknown_category"):
        fielded.visit("陈静", door, matters=[Matter("楼道灯坏了", "no-such")])
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"outcome": "planned"}, "field.invalid"),
        ({"outcome": "dreamt"}, "field.invalid"),
        ({"reason": "curious"}, "field.invalid"),
        ({"theme": "gossip"}, "fieldwork.unknown_word"),
        ({"people": -1}, "field.invalid"),
        ({"people": 501}, "field.invalid"),
        ({"on": TODAY + timedelta(days=1)}, "case.happens_later"),
        ({"note": "多" * 2001}, "field.too_long"),
        ({"programme": "no-such"}, "not_found"),
        ({"subject_id": 10**9}, "not_found"),
    ],
)
def test_nonsense_is_refused_with_its_reason(fielded, door, wrong, code):
    with pytest.raises(Problem) as refused:
        fielded.visit("陈静", door, **wrong)
    assert refused.value.code == code and not Visit.objects.exists()


@pytest.mark.parametrize(
    ("who", "may"), [("陈静", True), ("周敏", True), ("彭飞", False), ("孙浩", False), ("高翔", False)]
)
def test_only_who_works_there_and_reads_the_card_visits_a_home(fielded, door, who, may):
    if may:
        fielded.visit(who, door)
    else:
        with pytest.raises(Problem, match="not_allowed"):
            fielded.visit(who, door)
    assert bool(visits_of(fielded.actor(who), door.pk)) is (may and Visit.objects.exists())


def test_somebody_outside_the_programme_is_not_visited_in_it(fielded):
    with pytest.raises(Problem, match="visit.no_such_programme"):
        fielded.visit("陈静", fielded.subject("李晓燕"))


def test_a_plan_becomes_the_visit_and_can_be_dropped(fielded, door):
    chen = fielded.actor("陈静")
    plan = plan_visit(chen, KEY, door.pk, on=TODAY, theme="policy", at=MONDAY)
    assert plan_visit(chen, KEY, door.pk, on=TODAY + timedelta(days=1), theme="policy", at=MONDAY).pk == plan.pk
    done = fielded.visit("陈静", door, hours=24)
    assert (done.pk, done.theme, done.outcome) == (plan.pk, "policy", "done")
    other = plan_visit(chen, KEY, fielded.subject("3号楼2单元502").pk, on=TODAY, at=MONDAY)
    with pytest.raises(Problem, match="not_allowed"):
        drop_plan(fielded.actor("彭飞"), other.pk, at=MONDAY)
    drop_plan(chen, other.pk, at=MONDAY)
    with pytest.raises(Problem, match="not_found"):
        drop_plan(chen, other.pk, at=MONDAY)
    with pytest.raises(Problem, match="field.invalid"):
        plan_visit(chen, KEY, door.pk, on=TODAY - timedelta(days=1), at=MONDAY)


def test_the_round_of_today_holds_what_is_planned_and_what_is_owed_soon(fielded, door, django_assert_max_num_queries):
    make_tasks(fielded.programme.pk, at=MONDAY)
    chen = fielded.actor("陈静")
    assert my_round(chen, on=TODAY).stops == []  # owed in a month
    plan_visit(chen, KEY, door.pk, on=TODAY, at=MONDAY)
    assert [(one.subject.pk, one.why) for one in my_round(chen, on=TODAY).stops] == [(door.pk, "planned")]
    with django_assert_max_num_queries(4):
        later = my_round(chen, on=TODAY + timedelta(days=40))
    assert {one.why for one in later.stops} == {"planned", "late"} and len(later.stops) == 4
    assert [one.number for one in later.stops] == [1, 2, 3, 4]
    assert my_round(fielded.actor("赵磊"), on=TODAY).stops == []


def test_figures_and_the_names_behind_what_is_missing(fielded, door, django_assert_max_num_queries):
    fielded.visit("陈静", door, people=2, matters=[Matter("楼道灯坏了", "lighting")])
    fielded.visit("陈静", fielded.subject("3号楼2单元502"), outcome="refused")
    with django_assert_max_num_queries(9):
        found = visit_figures(fielded.programme.pk, since=TODAY, until=TODAY)
    assert (found.served, found.reached, found.refused, found.people, found.grids) == (9, 1, 1, 2, 1)
    assert (found.raised, found.owned, found.closed, found.solved) == (1, 1, 0, 0)
    span = {"since": TODAY, "until": TODAY}
    assert {one.name for one in unvisited(fielded.actor("周敏"), fielded.programme.pk, **span).rows} == {
        "1号楼1单元101",
        "建国五金店",
    }
    assert len(visits(fielded.actor("周敏"), programme_id=fielded.programme.pk).rows) == 2
