from __future__ import annotations

import pytest

from guanjia.kernel.models import OutboxMessage
from guanjia.programmes import actions, jobs, queries
from guanjia.programmes.models import Assignment, Gap, GapKind
from guanjia.programmes.tests.conftest import Scheme
from guanjia.registry.models import Officer, Subject, Unit


def gaps(scheme: Scheme) -> dict[str, tuple[int, int]]:
    """(businesses, households) by kind of gap, without the noughts."""
    found = {one.kind: one.gaps for one in queries.coverage(scheme.programme_id, at=scheme.at).kinds}
    pairs = {gap: (found["business"][gap], found["household"][gap]) for gap in GapKind.values}
    return {gap: pair for gap, pair in pairs.items() if pair != (0, 0)}


def test_at_first_nobody_has_anybody(scheme: Scheme) -> None:
    assert gaps(scheme) == {"no_steward": (3, 6), "no_stand_in": (3, 6)}
    assert queries.coverage(scheme.programme_id, at=scheme.at).enrolled == 9


def test_when_everybody_has_both_the_guarantee_holds(scheme: Scheme) -> None:
    scheme.steward_everybody()
    assert gaps(scheme) == {}
    assert queries.coverage(scheme.programme_id, at=scheme.at).complete


def test_a_grids_steward_does_not_stand_for_a_businesss_own(scheme: Scheme) -> None:
    scheme.steward_everybody()
    Assignment.objects.filter(subject=scheme.subject("建国五金店")).delete()
    assert gaps(scheme) == {"no_steward": (1, 0), "no_stand_in": (1, 0)}
    shop = scheme.subject("建国五金店").pk
    answering = queries.steward_for(scheme.programme_id, subject_id=shop, at=scheme.at)
    assert answering.why == "place"


def test_a_streets_steward_keeps_requests_from_waiting_but_fulfils_nothing(scheme: Scheme) -> None:
    scheme.steward_everybody()
    grid = Assignment.objects.filter(place=scheme.place("柳荫第一网格"))
    grid.update(place=scheme.place("东湖街道"))
    assert gaps(scheme) == {"no_steward": (0, 3), "no_stand_in": (0, 3)}
    at_home = queries.steward_for(scheme.programme_id, place=scheme.place("柳荫家园"), at=scheme.at)
    assert at_home.officer_id == scheme.officer("陈静").pk


def test_a_household_with_its_own_steward_needs_its_own_stand_in(scheme: Scheme) -> None:
    scheme.steward_everybody()
    door = Subject.objects.filter(kind="household", place=scheme.place("柳荫家园")).first()
    scheme.district.subjects["门"] = door
    scheme.give("彭飞", "门")
    assert gaps(scheme) == {"no_stand_in": (0, 1)}
    scheme.stand_in("陈静", "门")
    assert gaps(scheme) == {}


def test_one_person_in_both_roles_is_seen_however_it_came_about(scheme: Scheme) -> None:
    scheme.steward_everybody()
    Assignment.objects.filter(role="stand_in", subject=scheme.subject("槐香面馆")).update(
        officer=scheme.officer("陈静")
    )
    Assignment.objects.filter(role="stand_in", place=scheme.place("杏坛第一网格")).update(
        officer=scheme.officer("彭飞")
    )
    assert gaps(scheme) == {"same_officer": (1, 1)}


def test_who_left_is_seen(scheme: Scheme) -> None:
    scheme.steward_everybody()
    Officer.objects.filter(pk=scheme.officer("彭飞").pk).update(active=False)
    assert gaps(scheme) == {"steward_gone": (1, 2)}
    unit = scheme.officer("刘洋").unit_id
    Unit.objects.filter(pk=unit).update(valid_to="2026-11-20")
    assert gaps(scheme) == {"steward_gone": (3, 6), "stand_in_gone": (3, 6)}


def test_who_is_left_out_or_closed_is_no_gap(scheme: Scheme) -> None:
    actions.leave(scheme.administrator, scheme.programme_id, scheme.subject("建国五金店").pk, at=scheme.at)
    Subject.objects.filter(pk=scheme.subject("槐香面馆").pk).update(valid_to="2026-11-01")
    assert gaps(scheme) == {"no_steward": (1, 6), "no_stand_in": (1, 6)}


def test_coverage_narrows_to_a_place(scheme: Scheme) -> None:
    found = queries.coverage(scheme.programme_id, at=scheme.at, place=scheme.place("西岭街道"))
    assert [(one.kind, one.enrolled) for one in found.kinds] == [("business", 1), ("household", 2)]


def test_coverage_takes_the_same_queries_however_much_is_missing(scheme: Scheme, django_assert_num_queries) -> None:
    queries.current_playbook(scheme.programme_id)
    with django_assert_num_queries(15):
        queries.coverage(scheme.programme_id, at=scheme.at)


def test_behind_each_number_stand_its_subjects_as_far_as_one_may_read_them(
    scheme: Scheme, django_assert_num_queries
) -> None:
    queries.current_playbook(scheme.programme_id)
    steward = scheme.district.actor("彭飞")
    with django_assert_num_queries(4):
        page = queries.gap_subjects(steward, scheme.programme_id, "household", "no_steward", at=scheme.at)
        assert [one.place.name for one in page.rows] == ["杏林里", "书院小区"]
    lead = scheme.district.actor("吴娟")
    assert not queries.gap_subjects(lead, scheme.programme_id, "household", "no_steward", at=scheme.at).rows
    shops = queries.gap_subjects(lead, scheme.programme_id, "business", "no_steward", at=scheme.at, size=2)
    more = queries.gap_subjects(
        lead, scheme.programme_id, "business", "no_steward", at=scheme.at, size=2, cursor=shops.next
    )
    assert len(shops.rows) + len(more.rows) == 3


def test_for_households_the_places_to_assign_are_named(scheme: Scheme, django_assert_num_queries) -> None:
    scheme.steward_everybody()
    Assignment.objects.filter(place=scheme.place("杏坛第二网格"), role="steward").delete()
    lead = scheme.district.actor("吴娟")
    with django_assert_num_queries(6):
        places = queries.gap_places(lead, scheme.programme_id, "household", "no_steward", at=scheme.at)
    assert [one.name for one in places] == ["杏坛第二网格"]


def test_the_alarm_tells_each_gap_once_while_it_lasts(scheme: Scheme) -> None:
    scheme.steward_everybody()
    assert jobs.coverage_alarm(scheme.at) == 0
    row = Assignment.objects.get(subject=scheme.subject("建国五金店"), role="steward")
    actions.unassign(scheme.administrator, row.pk, at=scheme.later())
    assert [jobs.coverage_alarm(scheme.later(hours)) for hours in (1, 2, 3)] == [1, 0, 0]
    told = OutboxMessage.objects.get(topic="coverage.gap").payload
    assert told["subjects"] == [scheme.subject("建国五金店").pk]
    assert (told["kind"], told["path"], told["count"]) == ("no_steward", scheme.place("柳荫社区").path, 1)
    scheme.give("陈静", "建国五金店", at=scheme.later(4))
    assert jobs.coverage_alarm(scheme.later(4)) == 0
    assert Gap.objects.get().until == scheme.later(4)
    again = Assignment.objects.get(subject=scheme.subject("建国五金店"), role="steward", until=None)
    actions.unassign(scheme.administrator, again.pk, at=scheme.later(5))
    assert jobs.coverage_alarm(scheme.later(5)) == 1
    assert [gap.since for gap in queries.open_gaps(scheme.programme_id).rows] == [scheme.later(5)]


def test_for_households_the_alarm_names_the_grid_not_each_door(scheme: Scheme) -> None:
    scheme.steward_everybody()
    Assignment.objects.filter(place=scheme.place("柳荫第一网格"), role="steward").delete()
    assert jobs.coverage_alarm(scheme.at) == 1
    told = OutboxMessage.objects.get(topic="coverage.gap").payload
    assert (told["places"], told["subjects"]) == ([scheme.place("柳荫第一网格").pk], [])


def test_a_stopped_programme_has_no_gaps(scheme: Scheme) -> None:
    assert jobs.coverage_alarm(scheme.at) > 0
    actions.stop(scheme.administrator, scheme.programme_id, at=scheme.later())
    assert jobs.coverage_alarm(scheme.later()) == 0
    assert not Gap.objects.filter(until=None).exists()


@pytest.mark.parametrize("kind", GapKind.values)
def test_the_alarm_and_the_coverage_agree(scheme: Scheme, kind: str) -> None:
    scheme.steward_everybody()
    Officer.objects.filter(pk=scheme.officer("彭飞").pk).update(active=False)
    Assignment.objects.filter(subject=scheme.subject("槐香面馆")).delete()
    jobs.coverage_alarm(scheme.at)
    counted = queries.coverage(scheme.programme_id, at=scheme.at).count(kind)
    assert bool(counted) == Gap.objects.filter(kind=kind).exists()
