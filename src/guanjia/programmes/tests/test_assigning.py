from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from guanjia.kernel.models import AuditEntry, OutboxMessage
from guanjia.kernel.problems import Problem
from guanjia.programmes import actions, queries
from guanjia.programmes.bulk import AssignmentRow, load_assignments
from guanjia.programmes.models import Assignment, AssignmentRole
from guanjia.programmes.tests import sample
from guanjia.programmes.tests.conftest import Scheme

STEWARD, STAND_IN = AssignmentRole.STEWARD, AssignmentRole.STAND_IN


def test_a_new_steward_follows_the_old_one_and_history_stays(scheme: Scheme) -> None:
    first = scheme.give("陈静", "建国五金店")
    second = scheme.give("刘洋", "建国五金店", at=scheme.later())
    first.refresh_from_db()
    assert (first.until, second.moved_from, second.since) == (scheme.later(), first, scheme.later())
    entry = AuditEntry.objects.filter(verb="assignment.assign").latest("id")
    assert entry.data["former"] == scheme.officer("陈静").pk
    message = OutboxMessage.objects.filter(topic="assignment.changed").latest("id")
    assert message.payload["officer"] == scheme.officer("刘洋").pk


def test_assigning_who_has_it_already_changes_nothing(scheme: Scheme) -> None:
    first = scheme.give("陈静", "建国五金店")
    assert scheme.give("陈静", "建国五金店", at=scheme.later()) == first
    assert Assignment.objects.count() == 1


def test_nobody_is_steward_and_stand_in_of_one_target(scheme: Scheme) -> None:
    scheme.give("陈静", "建国五金店")
    with pytest.raises(Problem, match=r"assignment\.same_officer"):
        scheme.stand_in("陈静", "建国五金店")


def test_only_who_holds_a_stewards_post_is_assigned(scheme: Scheme) -> None:
    with pytest.raises(Problem, match=r"assignment\.not_eligible"):
        scheme.give("孙浩", "建国五金店")


def test_the_limit_of_the_playbook_holds(scheme: Scheme) -> None:
    actions.adopt(scheme.administrator, sample.text(most=1), at=scheme.at)
    scheme.give("陈静", "建国五金店")
    with pytest.raises(Problem, match=r"assignment\.over_limit") as refused:
        scheme.give("陈静", "槐香面馆")
    assert (refused.value.params["load"], refused.value.params["most"]) == (2, 1)
    scheme.stand_in("陈静", "槐香面馆")


def test_a_place_wider_than_the_playbooks_level_gets_no_steward(scheme: Scheme) -> None:
    with pytest.raises(Problem, match=r"assignment\.wrong_level"):
        scheme.give("刘洋", "柳荫社区")
    assert scheme.give("刘洋", "柳荫家园").place == scheme.place("柳荫家园")


def test_exactly_one_target_is_named(scheme: Scheme) -> None:
    both = {"subject_id": scheme.subject("建国五金店").pk, "place_id": scheme.place("柳荫第一网格").pk}
    for targets in ({}, both):
        with pytest.raises(Problem, match=r"assignment\.one_target"):
            actions.assign(
                scheme.administrator,
                scheme.programme_id,
                officer_id=scheme.officer("陈静").pk,
                role=STEWARD,
                at=scheme.at,
                **targets,
            )


def test_who_is_not_enrolled_gets_no_steward(scheme: Scheme) -> None:
    with pytest.raises(Problem, match=r"enrolment\.not_in"):
        scheme.give("陈静", "李晓燕")


def test_a_clerk_assigns_within_the_community_alone(scheme: Scheme) -> None:
    assert scheme.give("陈静", "建国五金店", by="周敏").officer == scheme.officer("陈静")
    with pytest.raises(Problem, match="not_allowed"):
        scheme.give("陈静", "槐香面馆", by="周敏")
    with pytest.raises(Problem, match="not_allowed"):
        scheme.give("陈静", "槐香面馆", by="陈静")
    assert scheme.give("陈静", "槐香面馆", by="吴娟").officer == scheme.officer("陈静")


@pytest.mark.parametrize("target", ["subject_id", "place_id"])
@pytest.mark.parametrize("role", [STEWARD, STAND_IN])
def test_the_database_refuses_a_second_one_whoever_writes(scheme: Scheme, target: str, role: AssignmentRole) -> None:
    what = scheme.subject("建国五金店").pk if target == "subject_id" else scheme.place("柳荫第一网格").pk
    row = {"programme_id": scheme.programme_id, "role": role, "since": scheme.at, "reason": "imported", target: what}
    Assignment.objects.create(**row, officer=scheme.officer("陈静"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(**row, officer=scheme.officer("刘洋"))


def test_the_database_refuses_an_assignment_to_nothing_or_to_two(scheme: Scheme) -> None:
    row = {"programme_id": scheme.programme_id, "role": STEWARD, "since": scheme.at, "reason": "imported"}
    both = {"subject": scheme.subject("建国五金店"), "place": scheme.place("柳荫第一网格")}
    for targets in ({}, both):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(**row, officer=scheme.officer("陈静"), **targets)


def test_ending_an_assignment_leaves_a_gap_and_cannot_be_done_twice(scheme: Scheme) -> None:
    row = scheme.give("陈静", "建国五金店")
    actions.unassign(scheme.administrator, row.pk, at=scheme.later())
    shop = scheme.subject("建国五金店").pk
    assert queries.steward_for(scheme.programme_id, subject_id=shop, at=scheme.later()).why == "nobody"
    with pytest.raises(Problem, match=r"assignment\.ended"):
        actions.unassign(scheme.administrator, row.pk, at=scheme.later(2))


def test_an_act_dated_before_the_last_one_is_stale(scheme: Scheme) -> None:
    scheme.give("陈静", "建国五金店", at=scheme.later())
    with pytest.raises(Problem, match="stale"):
        scheme.give("刘洋", "建国五金店", at=scheme.at)
    assert Assignment.objects.get(until=None).officer == scheme.officer("陈静")


def test_a_caseload_changes_hands_in_one_action(scheme: Scheme) -> None:
    scheme.steward_everybody()
    old, new = scheme.officer("陈静").pk, scheme.officer("彭飞").pk
    done = actions.hand_over_caseload(scheme.administrator, old, new, at=scheme.later())
    assert (done.moved, done.vacant) == (4, 0)
    assert not Assignment.objects.filter(officer_id=old, until=None).exists()
    assert Assignment.objects.filter(officer_id=new, until=None, role=STEWARD).count() == 7
    assert queries.coverage(scheme.programme_id, at=scheme.later()).complete


def test_a_stand_in_who_takes_over_leaves_the_stand_ins_place_vacant(scheme: Scheme) -> None:
    scheme.steward_everybody()
    old, new = scheme.officer("陈静").pk, scheme.officer("刘洋").pk
    done = actions.hand_over_caseload(scheme.administrator, old, new, at=scheme.later())
    assert (done.moved, done.vacant) == (4, 4)
    covered = queries.coverage(scheme.programme_id, at=scheme.later())
    assert (covered.count("no_steward"), covered.count("same_officer"), covered.count("no_stand_in")) == (0, 0, 6)


def test_a_steward_who_takes_the_stand_ins_caseload_does_not_stand_in_for_themselves(scheme: Scheme) -> None:
    scheme.steward_everybody()
    old, new = scheme.officer("刘洋").pk, scheme.officer("彭飞").pk
    done = actions.hand_over_caseload(scheme.administrator, old, new, at=scheme.later())
    assert (done.moved, done.vacant) == (4, 3)
    assert queries.coverage(scheme.programme_id, at=scheme.later()).count("same_officer") == 0


def test_a_hand_over_beyond_the_limit_must_be_meant(scheme: Scheme) -> None:
    scheme.steward_everybody()
    actions.adopt(scheme.administrator, sample.text(most=5), at=scheme.at)
    old, new = scheme.officer("陈静").pk, scheme.officer("彭飞").pk
    with pytest.raises(Problem, match=r"assignment\.over_limit"):
        actions.hand_over_caseload(scheme.administrator, old, new, at=scheme.later())
    assert Assignment.objects.filter(officer_id=old, until=None).count() == 4
    actions.hand_over_caseload(scheme.administrator, old, new, at=scheme.later(), beyond_limit=True)


def test_a_clerk_hands_over_only_a_caseload_that_lies_in_the_community(scheme: Scheme) -> None:
    scheme.give("陈静", "建国五金店")
    clerk = scheme.district.actor("周敏")
    old, new = scheme.officer("陈静").pk, scheme.officer("刘洋").pk
    assert actions.hand_over_caseload(clerk, old, new, at=scheme.later()).moved == 1
    scheme.give("刘洋", "槐香面馆", at=scheme.later())
    with pytest.raises(Problem, match="not_allowed"):
        actions.hand_over_caseload(clerk, new, old, at=scheme.later(2))


def test_who_has_nothing_has_nothing_to_hand_over(scheme: Scheme) -> None:
    old, new = scheme.officer("陈静").pk, scheme.officer("彭飞").pk
    with pytest.raises(Problem, match=r"assignment\.nothing_held"):
        actions.hand_over_caseload(scheme.administrator, old, new, at=scheme.at)
    with pytest.raises(Problem, match=r"assignment\.to_themselves"):
        actions.hand_over_caseload(scheme.administrator, old, old, at=scheme.at)


def test_a_district_is_founded_in_bulk(scheme: Scheme) -> None:
    shop, grid = scheme.subject("建国五金店").pk, scheme.place("柳荫第一网格").pk
    one, two = scheme.officer("陈静").pk, scheme.officer("刘洋").pk
    rows = [
        AssignmentRow(scheme.programme_id, STEWARD, one, scheme.at, subject_id=shop),
        AssignmentRow(scheme.programme_id, STAND_IN, two, scheme.at, subject_id=shop),
        AssignmentRow(scheme.programme_id, STEWARD, two, scheme.at, place_id=grid),
    ]
    assert load_assignments(rows) == 3
    assert queries.steward_for(scheme.programme_id, subject_id=shop, at=scheme.at).stand_in_officer_id == two
