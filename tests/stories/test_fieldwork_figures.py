"""What the newspaper of a district printed about its work out of doors, counted again by the product's own queries from
records made one by one through its own actions. Nothing here is a constant but the records themselves."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from guanjia.cases.actions.act import act
from guanjia.cases.models import Asker, Case
from guanjia.fieldwork.actions.findings import Matter
from guanjia.fieldwork.actions.patrols import Given, NewPatrol, record_patrol
from guanjia.fieldwork.actions.sweeps import check_place, open_sweep
from guanjia.fieldwork.actions.visits import NewVisit, record_visit
from guanjia.fieldwork.actions.works import NewWork, adopt_plot, record_work
from guanjia.fieldwork.models import Sweep
from guanjia.fieldwork.queries.figures import theme_figures, visit_figures
from guanjia.fieldwork.queries.patrols import patrol_figures
from guanjia.fieldwork.queries.sweeps import sweep_areas, sweep_figures
from guanjia.fieldwork.queries.works import plots, work_figures
from guanjia.fieldwork.rules.shifts import uncovered_minutes
from guanjia.kernel.actor import Actor, ActorKind, HeldPost, Role
from guanjia.programmes.models import Assignment
from guanjia.registry.models import Business, Officer, Place, Subject
from guanjia.registry.stamps import PLACES, bump
from tests.field import TODAY, WORDS, Fielded, make_fielded
from tests.people import FOUNDED, FOUNDED_AT
from tests.programme import KEY, MONDAY

pytestmark = pytest.mark.slow
LOCAL = ZoneInfo("Asia/Shanghai")


def printed(title: str, **figures: Any) -> None:
    """Shown by `pytest -s`."""
    sys.stdout.write(f"{title}: " + ", ".join(f"{name} {value}" for name, value in figures.items()) + "\n")


def grids(fielded: Fielded, count: int) -> list[Place]:
    """More grids in 柳荫社区, for all of which 刘洋 answers."""
    parent = fielded.served.district.places["柳荫社区"]
    made = Place.objects.bulk_create(
        Place(kind="grid", name=f"走访网格{n}", parent=parent, valid_from=FOUNDED) for n in range(count)
    )
    for place in made:
        place.path = f"{parent.path}{place.pk}/"
    Place.objects.bulk_update(made, ["path"])
    Assignment.objects.create(
        programme=fielded.programme,
        place=parent,
        role="steward",
        officer=fielded.served.district.officers["刘洋"],
        since=FOUNDED_AT,
        reason="by_hand",
    )
    bump(PLACES)
    return made


def staff(fielded: Fielded, count: int) -> list[Actor]:
    """Stewards of 柳荫社区, at work there."""
    unit, parent = fielded.served.district.units["柳荫社区居委会"], fielded.served.district.places["柳荫社区"]
    made = Officer.objects.bulk_create(
        Officer(name=f"走访员{n}", staff_number=f"F{n:04}", unit=unit) for n in range(count)
    )
    post = HeldPost(0, Role.STEWARD, unit.pk, parent.path)
    return [Actor(kind=ActorKind.OFFICER, label=one.name, officer_id=one.pk, posts=(post,)) for one in made]


def homes(places: list[Place], count: int) -> list[Subject]:
    return Subject.objects.bulk_create(
        Subject(kind="household", name=f"{n}号院", place=places[n % len(places)], valid_from=FOUNDED)
        for n in range(count)
    )


def test_a_month_of_household_visits(fielded):
    """民情走访: 80 and more staff, 24 grids, 141 households, 312 person-visits, 37 opinions."""
    doors, people = homes(grids(fielded, 24), 141), staff(fielded, 84)
    met = [3 if n < 30 else 2 for n in range(141)]
    for number, door in enumerate(doors):
        matters = [Matter(f"{door.name}门前路灯不亮", "lighting")] if number % 4 == 0 and number < 148 else []
        new = NewVisit(KEY, door.pk, "done", people=met[number], matters=matters[:1], key=f"v{number}")
        for _sent in range(1 + (number % 10 == 0)):  # now and then a phone sends twice
            record_visit(people[number % len(people)], new, at=MONDAY + timedelta(hours=number))
    extra = NewVisit(KEY, doors[1].pk, "not_home", matters=[Matter("楼道灯不亮", "lighting")])
    record_visit(people[0], extra, at=MONDAY + timedelta(hours=200))
    found = visit_figures(fielded.programme.pk, since=TODAY, until=date(2026, 3, 31))
    printed(
        "民情走访",
        staff=found.officers,
        grids=found.grids,
        households=found.reached,
        person_visits=found.people,
        opinions=found.raised,
    )
    assert (found.officers, found.grids, found.reached, found.people) == (84, 24, 141, 312)
    assert found.raised == found.owned == 37, "every opinion is on the ledger with somebody who acts"


def test_ninety_four_merchants_visited_five_appeals_solved_four_firms_signed_up(fielded):
    places = grids(fielded, 4)
    firms = Subject.objects.bulk_create(
        Subject(kind="business", name=f"商户{n}", place=places[n % 4], valid_from=FOUNDED) for n in range(94)
    )
    Business.objects.bulk_create(
        Business(subject=one, contact_name="钱多", contact_phone=f"138{n:08}") for n, one in enumerate(firms)
    )
    who = fielded.actor("刘洋")
    for number, firm in enumerate(firms):
        matters = [Matter(f"{firm.name}门口路灯不亮", "lighting")] if number < 5 else []
        theme = "credit" if number >= 90 else "policy"
        record_visit(who, NewVisit(KEY, firm.pk, "done", theme=theme, matters=matters), at=MONDAY)
    for case in Case.objects.order_by("pk"):
        solve(fielded, case)
    span = {"since": TODAY, "until": TODAY}
    found, themes = visit_figures(fielded.programme.pk, **span), theme_figures(fielded.programme.pk, **span)
    printed("商户走访", visited=found.reached, appeals_solved=found.solved, signed_up=themes["credit"])
    assert (found.reached, found.raised, found.solved, themes["credit"]) == (94, 5, 5, 4)


def solve(fielded: Fielded, case: Case) -> None:
    """The desk answers it, and whoever asked agrees."""
    desk, asker = fielded.actor("赵磊"), Asker.objects.get(case=case)
    case.refresh_from_db()
    if case.status == "registered":
        act(desk, case.pk, "resolve", {"outcome": "solved", "text": "已修好"}, at=MONDAY + timedelta(minutes=5))
    else:
        holder = fielded.actor(case.holder_officer.name)
        act(holder, case.pk, "accept", {}, at=MONDAY + timedelta(minutes=5))
        act(holder, case.pk, "resolve", {"outcome": "solved", "text": "已修好"}, at=MONDAY + timedelta(minutes=9))
    person = Actor(kind=ActorKind.ASKER, label="asker", contact_ids=frozenset({asker.contact_id}))
    rated = {"asker": asker.contact_id, "solved": True, "satisfaction": 5}
    act(person, case.pk, "follow_up", rated, at=MONDAY + timedelta(minutes=20))


def test_a_summer_of_patrols_day_and_night(fielded):
    """夏季送清凉: from 1 July round the clock; 270 and more trips, 566 person-times, 9 helped outside the station, 15
    items given; no names."""
    who, place = fielded.actor("陈静"), fielded.served.district.places["柳荫第一网格"]
    first = datetime(2026, 7, 1, 8, 30, tzinfo=LOCAL)
    now = first + timedelta(days=70)
    for number in range(272):
        given = [Given("outside", people=1)] if number % 30 == 1 and number < 270 else []
        given += [Given("items", people=1, quantity=1)] if number % 18 == 0 and number < 270 else []
        new = NewPatrol(
            KEY,
            "streets",
            place.pk,
            crew=3 if number < 22 else 2,
            met=len(given),
            given=given,
            started_at=first + timedelta(hours=6 * number),
            key=f"p{number}",
        )
        for _sent in range(1 + (number % 50 == 0)):
            record_patrol(who, new, at=now)
    found = patrol_figures(fielded.programme.pk, since=date(2026, 7, 1), until=date(2026, 9, 30))
    help = {one.kind: one for one in found.help}
    printed(
        "夏季送清凉",
        trips=found.trips,
        person_times=found.crew,
        outside=help["outside"].people,
        items=help["items"].quantity,
        shifts=found.shifts,
    )
    assert (found.trips, found.crew, help["outside"].people, help["items"].quantity) == (272, 566, 9, 15)
    assert found.shifts == 2 * 68, "each day and each night"
    assert uncovered_minutes([]) == 1440


def test_a_sweep_without_a_gap_and_two_thousand_leaflets(fielded):
    """拉网排查: every place once; what is found becomes a case."""
    grids(fielded, 3)
    yard = fielded.served.district.places["柳荫社区"]
    sweep = open_sweep(fielded.actor("周敏"), KEY, "yards", place_id=yard.pk, at=MONDAY)
    rows = list(sweep.places.order_by("pk"))
    for number, row in enumerate(rows):
        finding = Matter("围墙边有私种的罂粟", "lighting") if number == 1 else None
        for _twice in range(2):
            check_place(fielded.actor("刘洋"), row.pk, finding=finding, at=MONDAY)
        work = NewWork(KEY, "leaflets", Decimal(1010), row.place_id, key=f"l{number}")
        record_work(fielded.actor("刘洋"), work, at=MONDAY)
    found = sweep_figures([sweep.pk])[sweep.pk]
    leaflets = work_figures(fielded.programme.pk, since=TODAY, until=TODAY)[0].quantity
    printed("拉网排查", places=found.places, gaps=found.gaps, findings=found.findings, leaflets=leaflets)
    assert (found.gaps, found.findings, Case.objects.count()) == (0, 1, 1) and leaflets >= 2000
    assert {one.level for one in sweep_areas(sweep.pk)} == {"ok"} and Sweep.objects.get().finished_at


#: kind, unit, quantities as they were reported piece by piece
WORKS: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("trees", "tree", (150, 150, 200, 100)),
    ("spots", "spot", (120, 80)),
    ("river", "m", (600, 400)),
    ("sewer", "m", (300, 400)),
    ("pipe", "m", (9_000, 8_000, 9_000)),
    ("road", "m", (6_000, 134)),
    ("drain", "m", (3_800,)),
    ("fruit", "tree", (500, 500)),
    ("crabapple", "tree", (1_000, 170)),
    ("roses", "plant", (150,)),
)


def test_works_by_kind_and_unit_and_plots_with_two_keepers_each(served):
    """环境整治: trees, spots, river, pipes; road, drain, fruit trees, crab-apples, roses; five adopted plots."""
    words = "".join(
        f'\n[[works]]\nkey = "{key}"\nname = {{ zh = "{key}", en = "{key}" }}\nunit = "{unit}"\n'
        for key, unit, _parts in WORKS
    )
    fielded = make_fielded(served, WORDS[: WORDS.index("[[works]]")] + words)
    who, yard = fielded.actor("陈静"), served.district.places["柳荫家园"]
    for key, _unit, parts in WORKS:
        for number, quantity in enumerate(parts):
            for _twice in range(2):
                new = NewWork(KEY, key, Decimal(quantity), yard.pk, key=f"{key}{number}")
                record_work(who, new, at=MONDAY)
    for number in range(5):
        keepers = [fielded.home(2 * number).pk, fielded.home(2 * number + 1).pk]
        adopt_plot(who, KEY, place_id=yard.pk, name=f"果园{number}", keeper_ids=keepers, at=MONDAY)
    found = {one.kind: int(one.quantity) for one in work_figures(fielded.programme.pk, since=TODAY, until=TODAY)}
    adopted = plots(fielded.programme.pk).rows
    printed("环境整治", **found, plots=len(adopted))
    assert found == {
        "trees": 600,
        "spots": 200,
        "river": 1_000,
        "sewer": 700,
        "pipe": 26_000,
        "road": 6_134,
        "drain": 3_800,
        "fruit": 1_000,
        "crabapple": 1_170,
        "roses": 150,
    }
    assert [len(one.keepers.all()) for one in adopted] == [2] * 5
