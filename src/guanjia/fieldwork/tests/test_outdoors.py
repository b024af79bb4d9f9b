"""Patrols, sweeps, works and plots: each recorded once, by whom it concerns, and counted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from guanjia.cases.models import Case
from guanjia.fieldwork.actions.findings import Matter
from guanjia.fieldwork.actions.patrols import Given, NewPatrol, record_patrol
from guanjia.fieldwork.actions.sweeps import check_place, open_sweep
from guanjia.fieldwork.actions.works import NewWork, adopt_plot, give_up_plot, record_work
from guanjia.fieldwork.models import Help, Patrol, Sweep, Work
from guanjia.fieldwork.queries.patrols import patrol_figures, patrols
from guanjia.fieldwork.queries.sweeps import sweep_areas, sweep_figures, sweep_places
from guanjia.fieldwork.queries.works import plots, work_figures, works
from guanjia.kernel.problems import Problem
from tests.field import TODAY
from tests.programme import KEY, MONDAY


def trip(fielded, who="陈静", *, place="柳荫第一网格", hours=0, **more):
    new = {"programme": KEY, "kind": "streets", "place_id": fielded.served.district.places[place].pk, "crew": 2}
    return record_patrol(fielded.actor(who), NewPatrol(**(new | more)), at=fielded.at(hours))


def test_a_trip_is_counted_in_the_shift_it_belongs_to(fielded, django_assert_num_queries):
    trip(fielded, given=[Given("items", people=2, quantity=3), Given("outside", people=1), Given("station")], met=4)
    trip(fielded, hours=17)  # two in the morning: the night shift of Monday
    assert list(Patrol.objects.order_by("pk").values_list("shift", "on")) == [("day", TODAY), ("night", TODAY)]
    with django_assert_num_queries(3):
        found = patrol_figures(fielded.programme.pk, since=TODAY, until=TODAY)
    assert (found.trips, found.crew, found.met, found.shifts) == (2, 4, 4, 2)
    assert [(one.kind, one.people, one.quantity) for one in found.help] == [("items", 2, 3), ("outside", 1, 0)]
    chen = fielded.actor("陈静")
    with django_assert_num_queries(2):
        assert len(patrols(chen, fielded.programme.pk).rows) == 2
    assert not patrols(fielded.actor("彭飞"), fielded.programme.pk).rows


def test_a_trip_sent_twice_is_one_trip(fielded):
    assert trip(fielded, key="a").pk == trip(fielded, key="a", crew=9).pk
    assert Patrol.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "fun"}, "fieldwork.unknown_word"),
        ({"crew": 0}, "field.invalid"),
        ({"met": -1}, "field.invalid"),
        ({"given": [Given("gold", 1)]}, "fieldwork.unknown_word"),
        ({"given": [Given("items", -1)]}, "field.invalid"),
        ({"given": [Given("items", 1), Given("items", 1)]}, "field.invalid"),
        ({"started_at": MONDAY + timedelta(hours=1)}, "case.happens_later"),
        ({"place": "杏林里"}, "not_allowed"),
        ({"who": "高翔"}, "not_allowed"),
    ],
)
def test_a_trip_that_cannot_be_is_refused(fielded, wrong, code):
    with pytest.raises(Problem) as refused:
        trip(fielded, **wrong)
    assert refused.value.code == code and not Patrol.objects.exists() and not Help.objects.exists()


def start(fielded, kind="yards", who="周敏", place="柳荫社区"):
    place_id = fielded.served.district.places[place].pk
    return open_sweep(fielded.actor(who), KEY, kind, place_id=place_id, at=MONDAY)


def test_a_sweep_takes_in_every_place_and_ends_when_each_was_checked(fielded, django_assert_num_queries):
    sweep = start(fielded)
    first, second = sweep_places(fielded.actor("陈静"), sweep.pk).rows
    assert (first.place.name, second.place.name) == ("柳荫家园", "机床厂家属院")
    assert sweep.due == date(2026, 4, 1)
    check_place(fielded.actor("陈静"), first.pk, at=MONDAY)
    assert [one.place.name for one in sweep_places(fielded.actor("陈静"), sweep.pk, only="gaps").rows] == [
        "机床厂家属院"
    ]
    assert sorted(one.level for one in sweep_areas(sweep.pk)) == ["late", "ok"]
    found = check_place(fielded.actor("陈静"), second.pk, finding=Matter("路灯线裸露", "lighting"), at=MONDAY)
    assert found.case.channel == "visit" and found.case.events.first().data["sweep"] == sweep.pk
    with django_assert_num_queries(1):
        figures = sweep_figures([sweep.pk])[sweep.pk]
    assert (figures.places, figures.checked, figures.findings, figures.gaps) == (2, 2, 1, 0)
    assert Sweep.objects.get(pk=sweep.pk).finished_at == MONDAY


def test_a_place_is_checked_once_and_a_finding_can_still_be_added(fielded):
    sweep = start(fielded)
    row = sweep.places.order_by("pk").first()
    check_place(fielded.actor("陈静"), row.pk, at=MONDAY)
    assert check_place(fielded.actor("刘洋"), row.pk, at=fielded.at(1)).officer.name == "陈静"
    for _twice in range(2):
        check_place(fielded.actor("刘洋"), row.pk, finding=Matter("路灯线裸露", "lighting"), at=fielded.at(2))
    assert Case.objects.count() == 1


def test_a_sweep_of_homes_asks_who_may_read_them(fielded):
    sweep = start(fielded, "homes")
    assert sweep.places.count() == 3
    assert len(sweep_places(fielded.actor("陈静"), sweep.pk).rows) == 3
    assert not sweep_places(fielded.actor("孙浩"), sweep.pk).rows
    with pytest.raises(Problem, match="not_allowed"):
        check_place(fielded.actor("彭飞"), sweep.places.first().pk, at=MONDAY)


def test_sweeps_that_make_no_sense_are_refused(fielded):
    start(fielded)
    for wrong, code in (
        ({}, "sweep.runs_already"),
        ({"kind": "sky"}, "fieldwork.unknown_word"),
        ({"place": "杏坛社区"}, "not_allowed"),
        ({"who": "陈静"}, "not_allowed"),
    ):
        with pytest.raises(Problem) as refused:
            start(fielded, **wrong)
        assert refused.value.code == code
    with pytest.raises(Problem, match="sweep.nothing_there"):
        start(fielded, "homes", who="高翔", place="纺织小院")


def work(fielded, who="陈静", *, place="柳荫家园", hours=0, **more):
    new = {"programme": KEY, "kind": "trees", "quantity": Decimal(30)}
    place_id = fielded.served.district.places[place].pk
    return record_work(fielded.actor(who), NewWork(**(new | {"place_id": place_id} | more)), at=fielded.at(hours))


def test_works_add_up_by_kind(fielded, django_assert_num_queries):
    work(fielded, key="a")
    work(fielded, key="a", quantity=Decimal(7))
    work(fielded, kind="drain", quantity=Decimal("12.5"), note="东侧")
    with django_assert_num_queries(1):
        found = work_figures(fielded.programme.pk, since=TODAY, until=TODAY)
    assert [(one.kind, one.quantity) for one in found] == [("drain", Decimal("12.5")), ("trees", Decimal(30))]
    with django_assert_num_queries(1):
        assert len(works(fielded.programme.pk, kind="drain").rows) == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "gold"}, "fieldwork.unknown_word"),
        ({"quantity": Decimal(0)}, "field.invalid"),
        ({"quantity": Decimal("NaN")}, "field.invalid"),
        ({"quantity": Decimal("0.001")}, "field.invalid"),
        ({"quantity": Decimal(10) ** 12}, "field.invalid"),
        ({"on": TODAY + timedelta(days=1)}, "case.happens_later"),
        ({"place": "杏林里"}, "not_allowed"),
    ],
)
def test_a_work_that_cannot_be_is_refused(fielded, wrong, code):
    with pytest.raises(Problem) as refused:
        work(fielded, **wrong)
    assert refused.value.code == code and not Work.objects.exists()


def test_two_households_adopt_a_plot_and_one_gives_it_up(fielded, django_assert_num_queries):
    zhou, yard = fielded.actor("周敏"), fielded.served.district.places["柳荫家园"]
    homes = [fielded.subject("3号楼2单元501").pk, fielded.subject("3号楼2单元502").pk]
    for _twice in range(2):
        plot = adopt_plot(zhou, KEY, place_id=yard.pk, name="东园", keeper_ids=homes, at=MONDAY)
    with django_assert_num_queries(2):
        assert [len(one.keepers.all()) for one in plots(fielded.programme.pk).rows] == [2]
    give_up_plot(zhou, plot.pk, homes[0], at=MONDAY)
    assert [len(one.keepers.all()) for one in plots(fielded.programme.pk).rows] == [1]
    with pytest.raises(Problem, match="not_found"):
        give_up_plot(zhou, plot.pk, homes[0], at=MONDAY)
    with pytest.raises(Problem, match="field.invalid"):
        adopt_plot(zhou, KEY, place_id=yard.pk, name="西园", keeper_ids=[10**9], at=MONDAY)
    with pytest.raises(Problem, match="not_allowed"):
        adopt_plot(fielded.actor("彭飞"), KEY, place_id=yard.pk, name="西园", keeper_ids=homes, at=MONDAY)
