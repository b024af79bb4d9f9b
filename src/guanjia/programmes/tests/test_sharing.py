from __future__ import annotations

import pytest

from guanjia.kernel.models import AuditEntry
from guanjia.kernel.problems import Problem
from guanjia.programmes import actions, queries
from guanjia.programmes.models import Assignment
from guanjia.programmes.tests import sample
from guanjia.programmes.tests.conftest import Scheme
from guanjia.registry.models import Officer


def test_everybody_gets_a_steward_and_a_stand_in(scheme: Scheme) -> None:
    shared = actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.at)
    assert (shared.targets, shared.given, shared.moved, shared.left) == (7, 14, 0, ())
    assert queries.coverage(scheme.programme_id, at=scheme.at).complete
    entry = AuditEntry.objects.get(verb="assignment.share_out")
    assert (entry.data["given"], entry.data["moved"], entry.data["left"]) == (14, 0, 0)


def test_stewards_are_near_and_stand_ins_of_the_same_unit_where_possible(scheme: Scheme) -> None:
    actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.at)
    shop = queries.steward_for(scheme.programme_id, subject_id=scheme.subject("建国五金店").pk, at=scheme.at)
    here = {scheme.officer("陈静").pk, scheme.officer("刘洋").pk}
    assert {shop.officer_id, shop.stand_in_officer_id} == here
    far = queries.steward_for(scheme.programme_id, subject_id=scheme.subject("书院印刷有限公司").pk, at=scheme.at)
    assert far.officer_id == scheme.officer("彭飞").pk


def test_a_dry_run_says_the_same_and_writes_nothing(scheme: Scheme) -> None:
    tried = actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.at, dry_run=True)
    assert not Assignment.objects.exists()
    assert not AuditEntry.objects.filter(verb="assignment.share_out").exists()
    assert actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.at) == tried


def test_a_second_run_changes_nothing(scheme: Scheme) -> None:
    actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.at)
    rows = set(Assignment.objects.values_list("pk", flat=True))
    again = actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.later())
    assert again.changes == ()
    assert set(Assignment.objects.values_list("pk", flat=True)) == rows


def test_when_one_leaves_only_that_caseload_moves(scheme: Scheme) -> None:
    scheme.hire("冯涛", "杏坛社区", "杏坛社区居委会")
    actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.at)
    gone = scheme.officer("彭飞").pk
    held = {(row.role, row.subject_id, row.place_id) for row in Assignment.objects.filter(officer_id=gone, until=None)}
    assert held
    Officer.objects.filter(pk=gone).update(active=False)
    shared = actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.later())
    moved = {(one.role, one.subject_id, one.place_id) for one in shared.changes}
    became_steward = {(one.subject_id, one.place_id) for one in shared.changes if one.role == "steward"}
    assert {key for key in moved - held if key[1:] not in became_steward} == set()
    assert queries.coverage(scheme.programme_id, at=scheme.later()).complete
    rows = Assignment.objects.filter(until=None, since=scheme.later())
    assert all(row.moved_from.until == scheme.later() for row in rows)


def test_who_is_left_over_is_named_with_the_reason(scheme: Scheme) -> None:
    actions.adopt(scheme.administrator, sample.text(most=2), at=scheme.at)
    shared = actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.at)
    stewards = [one for one in shared.left if one.role == "steward"]
    assert len(stewards) == 1
    assert {one.why for one in stewards} == {"no_room"}
    assert all(after <= 2 for _before, after in shared.loads.values())
    assert queries.coverage(scheme.programme_id, at=scheme.at).count("no_steward") >= 1


def test_a_steward_alone_has_nobody_to_stand_in(scheme: Scheme) -> None:
    Officer.objects.exclude(pk=scheme.officer("彭飞").pk).update(active=False)
    shared = actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.at)
    assert {(one.role, one.why) for one in shared.left} == {("stand_in", "only_the_steward")}
    assert len(shared.left) == 7


def test_a_kind_of_unit_may_have_a_lower_limit(scheme: Scheme) -> None:
    shared = actions.share_out(
        scheme.administrator,
        scheme.programme_id,
        at=scheme.at,
        limits={"community_committee": 1},
        dry_run=True,
    )
    assert [after for _before, after in shared.loads.values()] == [1, 1, 1]


def test_a_clerk_shares_out_the_own_community_and_touches_no_other(scheme: Scheme) -> None:
    clerk = scheme.district.actor("周敏")
    with pytest.raises(Problem, match="not_allowed"):
        actions.share_out(clerk, scheme.programme_id, at=scheme.at)
    actions.share_out(clerk, scheme.programme_id, at=scheme.at, place=scheme.place("柳荫社区"))
    targets = {str(row.subject or row.place) for row in Assignment.objects.all()}
    assert targets == {"柳荫第一网格", "建国五金店"}


def test_without_stewards_there_is_nothing_to_share_out(scheme: Scheme) -> None:
    Officer.objects.update(active=False)
    with pytest.raises(Problem, match=r"assignment\.nobody_eligible"):
        actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.at)
