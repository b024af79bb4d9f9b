from __future__ import annotations

import pytest

from guanjia.kernel.problems import Problem
from guanjia.programmes import actions, queries
from guanjia.programmes.models import Assignment, Enrolment
from guanjia.programmes.tests.conftest import Scheme
from guanjia.registry import actions as registry


def split(scheme: Scheme) -> registry.Succession:
    return registry.split_grid(
        scheme.administrator,
        scheme.place("柳荫第一网格").pk,
        parts=[
            registry.GridPart("柳荫甲网格", [scheme.place("柳荫家园").pk]),
            registry.GridPart("柳荫乙网格", [scheme.place("机床厂家属院").pk]),
        ],
        at=scheme.later(),
    )


def test_both_parts_of_a_split_grid_keep_the_steward(scheme: Scheme) -> None:
    scheme.steward_everybody()
    assert actions.follow_succession(scheme.administrator, split(scheme), at=scheme.later()) == 4
    assert queries.coverage(scheme.programme_id, at=scheme.later()).complete
    old = Assignment.objects.filter(place=scheme.place("柳荫第一网格"))
    assert {row.until for row in old} == {scheme.later()}
    new = Assignment.objects.filter(place__name="柳荫甲网格", until=None)
    assert {(row.role, row.officer.name, row.reason) for row in new} == {
        ("steward", "陈静", "redrawn"),
        ("stand_in", "刘洋", "redrawn"),
    }


def test_without_following_the_split_grid_is_a_gap(scheme: Scheme) -> None:
    scheme.steward_everybody()
    split(scheme)
    assert queries.coverage(scheme.programme_id, at=scheme.later()).count("no_steward") == 3


def test_a_merged_grid_gets_one_pair(scheme: Scheme) -> None:
    scheme.steward_everybody()
    first, second = scheme.place("杏坛第一网格"), scheme.place("杏坛第二网格")
    scheme.give("陈静", "杏坛第二网格", at=scheme.later())
    merged = registry.merge_grids(scheme.administrator, [first.pk, second.pk], name="杏坛网格", at=scheme.later())
    assert actions.follow_succession(scheme.administrator, merged, at=scheme.later(2)) == 2
    assert queries.coverage(scheme.programme_id, at=scheme.later(2)).complete
    assert not Assignment.objects.filter(place__in=[first, second], until=None).exists()


def test_a_redrawn_grid_keeps_its_own_and_what_it_takes_changes_steward(scheme: Scheme) -> None:
    scheme.steward_everybody()
    scheme.give("陈静", "杏坛第二网格", at=scheme.later())
    moved = scheme.place("杏林里")
    redrawn = registry.redraw_grid(
        scheme.administrator, scheme.place("杏坛第二网格").pk, takes=[moved.pk], at=scheme.later()
    )
    assert actions.follow_succession(scheme.administrator, redrawn, at=scheme.later()) == 0
    moved.refresh_from_db()
    found = queries.steward_for(scheme.programme_id, place=moved, at=scheme.later())
    assert found.officer_id == scheme.officer("陈静").pk


def test_nobody_answers_for_somebody_who_is_registered_no_longer(scheme: Scheme) -> None:
    scheme.steward_everybody()
    shop, clerk = scheme.subject("建国五金店"), scheme.district.actor("周敏")
    Enrolment.objects.create(programme_id=scheme.programme_id, subject=shop, since=scheme.at)
    closed = registry.close_subject(clerk, shop.pk, at=scheme.later())
    assert Assignment.objects.filter(subject=shop, until=None).count() == 2
    assert actions.follow_closing(clerk, closed, at=scheme.later()) == 2
    assert not Assignment.objects.filter(subject=shop, until=None).exists()
    assert not Enrolment.objects.filter(subject=shop, until=None).exists()
    assert queries.coverage(scheme.programme_id, at=scheme.later()).complete
    with pytest.raises(Problem) as refused:
        actions.follow_closing(scheme.district.actor("陈静"), closed, at=scheme.later())
    assert refused.value.code == "not_allowed"


def test_who_takes_over_the_post_takes_over_the_caseload(scheme: Scheme) -> None:
    scheme.steward_everybody()
    new = scheme.hire("冯涛", "柳荫社区", "柳荫社区居委会")
    replaced = registry.replace_officer(
        scheme.administrator, scheme.officer("陈静").pk, new.pk, leaves=True, at=scheme.later()
    )
    done = actions.follow_replacement(scheme.administrator, replaced, at=scheme.later())
    assert (done.moved, done.vacant) == (4, 0)
    assert Assignment.objects.filter(officer=new, until=None, reason="replaced").count() == 4
    assert queries.coverage(scheme.programme_id, at=scheme.later()).complete


def test_a_post_that_gives_no_stewards_takes_no_caseload_along(scheme: Scheme) -> None:
    scheme.steward_everybody()
    replaced = registry.replace_officer(
        scheme.administrator, scheme.officer("孙浩").pk, scheme.officer("彭飞").pk, at=scheme.later()
    )
    assert actions.follow_replacement(scheme.administrator, replaced, at=scheme.later()).moved == 0


def test_only_an_administrator_lets_assignments_follow(scheme: Scheme) -> None:
    scheme.steward_everybody()
    with pytest.raises(Problem, match="not_allowed"):
        actions.follow_succession(scheme.district.actor("周敏"), split(scheme), at=scheme.later())
