from __future__ import annotations

from datetime import date, timedelta

import pytest

from guanjia.access.models import Absence
from guanjia.kernel.actor import PUBLIC
from guanjia.kernel.problems import Problem
from guanjia.programmes import actions, queries
from guanjia.programmes.tests.conftest import Scheme
from guanjia.registry.models import Subject


def away(scheme: Scheme, officer: str, stand_in: str, day: date) -> None:
    Absence.objects.create(
        officer=scheme.officer(officer),
        stand_in=scheme.officer(stand_in),
        first_day=day,
        last_day=day,
        reason="leave",
        recorded_at=scheme.at,
    )


def test_a_household_goes_with_its_grid(scheme: Scheme) -> None:
    scheme.steward_everybody()
    door = Subject.objects.filter(kind="household", place=scheme.place("柳荫家园")).first()
    found = queries.steward_for(scheme.programme_id, subject_id=door.pk, at=scheme.at)
    assert found.officer_id == found.acting_officer_id == scheme.officer("陈静").pk
    assert found.stand_in_officer_id == scheme.officer("刘洋").pk
    assert found.unit_id == scheme.district.units["柳荫社区居委会"].pk
    assert (found.why, found.place_id) == ("place", scheme.place("柳荫第一网格").pk)


def test_a_courtyards_own_steward_is_nearer_than_the_grids(scheme: Scheme) -> None:
    scheme.steward_everybody()
    scheme.give("彭飞", "柳荫家园")
    found = queries.steward_for(scheme.programme_id, place=scheme.place("柳荫家园"), at=scheme.at)
    assert found.officer_id == scheme.officer("彭飞").pk
    beside = queries.steward_for(scheme.programme_id, place=scheme.place("机床厂家属院"), at=scheme.at)
    assert beside.officer_id == scheme.officer("陈静").pk


def test_a_business_has_its_own(scheme: Scheme) -> None:
    scheme.steward_everybody()
    scheme.give("彭飞", "建国五金店")
    shop = scheme.subject("建国五金店").pk
    found = queries.steward_for(scheme.programme_id, subject_id=shop, at=scheme.at)
    assert (found.officer_id, found.why) == (scheme.officer("彭飞").pk, "subject")


def test_the_stand_in_takes_new_work_while_the_steward_is_away(scheme: Scheme) -> None:
    scheme.steward_everybody()
    shop, today = scheme.subject("书院印刷有限公司").pk, date(2026, 11, 20)
    away(scheme, "彭飞", "陈静", today)
    found = queries.steward_for(scheme.programme_id, subject_id=shop, at=scheme.at)
    assert found.officer_id == scheme.officer("彭飞").pk
    assert found.acting_officer_id == scheme.officer("刘洋").pk
    assert found.acting_unit_id == scheme.district.units["柳荫社区居委会"].pk
    back = queries.steward_for(scheme.programme_id, subject_id=shop, at=scheme.at + timedelta(days=1))
    assert back.acting_officer_id == scheme.officer("彭飞").pk


def test_with_the_stand_in_away_too_whom_the_absence_names_takes_new_work(scheme: Scheme) -> None:
    scheme.steward_everybody()
    shop, today = scheme.subject("书院印刷有限公司").pk, date(2026, 11, 20)
    away(scheme, "彭飞", "陈静", today)
    away(scheme, "刘洋", "陈静", today)
    found = queries.steward_for(scheme.programme_id, subject_id=shop, at=scheme.at)
    assert found.acting_officer_id == scheme.officer("陈静").pk


def test_who_was_steward_on_a_day_in_the_past_is_answered(scheme: Scheme) -> None:
    scheme.give("陈静", "建国五金店")
    scheme.give("刘洋", "建国五金店", at=scheme.later(48))
    shop = scheme.subject("建国五金店").pk

    def then(hours: int) -> int | None:
        return queries.steward_for(scheme.programme_id, subject_id=shop, at=scheme.later(hours)).officer_id

    one, two = scheme.officer("陈静").pk, scheme.officer("刘洋").pk
    assert [then(hours) for hours in (-1, 0, 47, 48, 100)] == [None, one, one, two, two]


def test_intake_asks_two_queries_at_most(scheme: Scheme, django_assert_num_queries) -> None:
    scheme.steward_everybody()
    shop = scheme.subject("建国五金店")
    with django_assert_num_queries(2):
        queries.steward_for(scheme.programme_id, subject_id=shop.pk, at=scheme.at)
    with django_assert_num_queries(1):
        queries.steward_for(scheme.programme_id, subject_id=shop.pk, place=shop.place, at=scheme.at)
    with django_assert_num_queries(1):
        queries.steward_for(scheme.programme_id, place=scheme.place("柳荫家园"), at=scheme.at)


def test_many_at_once_are_answered_as_one_by_one(scheme: Scheme, django_assert_num_queries) -> None:
    scheme.steward_everybody()
    scheme.give("彭飞", "柳荫家园")
    away(scheme, "陈静", "彭飞", date(2026, 11, 20))
    subjects = list(Subject.objects.select_related("place").order_by("pk"))
    with django_assert_num_queries(3):
        many = queries.stewards_for_many(
            scheme.programme_id, [(one.pk, one.place.path) for one in subjects], at=scheme.at
        )
    assert many == [
        queries.steward_for(scheme.programme_id, subject_id=one.pk, place=one.place, at=scheme.at) for one in subjects
    ]


def test_loads_are_counted_and_paged(scheme: Scheme, django_assert_num_queries) -> None:
    scheme.steward_everybody()
    queries.current_playbook(scheme.programme_id)
    actor = scheme.district.actor("郑强")
    with django_assert_num_queries(2):
        page = queries.loads(actor, scheme.programme_id, at=scheme.at, order="most", size=2)
    assert [(one.name, one.steward_count, one.stand_in_count) for one in page.rows] == [("陈静", 4, 0), ("彭飞", 3, 0)]
    rest = queries.loads(actor, scheme.programme_id, at=scheme.at, order="most", size=2, cursor=page.next)
    assert [(one.name, one.steward_count, one.stand_in_count) for one in rest.rows] == [("刘洋", 0, 7)]


def test_loads_are_narrowed_to_a_unit_and_to_a_place(scheme: Scheme) -> None:
    actor = scheme.district.actor("郑强")
    unit_id = scheme.district.units["杏坛社区居委会"].pk
    by_unit = queries.loads(actor, scheme.programme_id, at=scheme.at, unit_id=unit_id)
    assert [one.name for one in by_unit.rows] == ["彭飞"]
    by_place = queries.loads(actor, scheme.programme_id, at=scheme.at, place=scheme.place("东湖街道"))
    assert {one.name for one in by_place.rows} == {"刘洋", "陈静"}
    assert not queries.loads(PUBLIC, scheme.programme_id, at=scheme.at).rows


def test_a_caseload_is_seen_whole_by_its_officer_and_in_part_by_others(
    scheme: Scheme, django_assert_num_queries
) -> None:
    scheme.steward_everybody()
    officer, actor = scheme.officer("彭飞"), scheme.district.actor("彭飞")
    with django_assert_num_queries(1):
        own = queries.caseload(actor, officer.pk)
        assert {str(row.subject or row.place) for row in own.rows} == {
            "杏坛第一网格",
            "杏坛第二网格",
            "书院印刷有限公司",
        }
    seen = queries.caseload(scheme.district.actor("周敏"), officer.pk)
    assert {str(row.subject or row.place) for row in seen.rows} == {"杏坛第一网格", "杏坛第二网格"}
    assert not queries.caseload(PUBLIC, officer.pk).rows


def test_history_is_shown_to_who_may_read_the_subject(scheme: Scheme, django_assert_num_queries) -> None:
    scheme.give("陈静", "建国五金店")
    scheme.give("刘洋", "建国五金店", at=scheme.later())
    shop = scheme.subject("建国五金店").pk
    lead = scheme.district.actor("吴娟")
    with django_assert_num_queries(2):
        page = queries.assignment_history(lead, subject_id=shop)
        assert [row.officer.name for row in page.rows] == ["刘洋", "陈静"]
    with pytest.raises(Problem, match="not_found"):
        queries.assignment_history(PUBLIC, subject_id=shop)


def test_history_of_a_place_is_kept(scheme: Scheme) -> None:
    row = scheme.give("陈静", "柳荫第一网格")
    actions.unassign(scheme.administrator, row.pk, at=scheme.later())
    page = queries.assignment_history(scheme.district.actor("郑强"), place_id=scheme.place("柳荫第一网格").pk)
    assert [(one.officer.name, one.until) for one in page.rows] == [("陈静", scheme.later())]
