"""Out of doors, over HTTP: a steward's round, the page for the stairwell, tasks, patrols, sweeps and works."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from guanjia.cases.models import Case
from guanjia.fieldwork.actions.patrols import Given, NewPatrol, record_patrol
from guanjia.fieldwork.actions.sweeps import open_sweep
from guanjia.fieldwork.actions.tasks import make_tasks
from guanjia.fieldwork.actions.works import NewWork, adopt_plot, record_work
from guanjia.fieldwork.models import Keeper, Patrol, Plot, Sweep, SweepPlace, Task, Visit, Work
from tests.people import client_of
from tests.programme import KEY, MONDAY
from tests.stories.at_desk import photo


@pytest.fixture(autouse=True)
def monday(served):
    with travel(MONDAY, tick=False):
        yield


@pytest.fixture
def desk(fielded):
    return lambda name: client_of(fielded.served.district.account(name))


def cost(client, url: str, shows: str) -> tuple[int, int]:
    """How many rows a page shows, and for how many queries once the process has read what it keeps."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url).text
    return page.count(shows), len(queries)


def test_a_steward_plans_a_visit_finds_it_on_the_round_and_writes_it_down(fielded, desk):
    chen, door = desk("陈静"), fielded.subject("3号楼2单元501")
    page = chen.get(f"/desk/visits/{door.pk}/").text
    assert "3号楼2单元501" in page and "李*" in page and "李晓燕" not in page and "13900000001" not in page
    chen.post(f"/desk/visits/{door.pk}/plan/", {"programme": KEY, "on": "2026-03-02"})
    assert "3号楼2单元501" in chen.get("/desk/visits/").text
    drawn = chen.get("/desk/visits/route/").json()["features"]
    assert [one["properties"]["mark"] for one in drawn] == ["1"]
    assert chen.get("/desk/visits/route/?way").json()["features"] == []
    written = {
        "programme": KEY,
        "outcome": "done",
        "people": "3",
        "reason": "cadence",
        "theme": "policy",
        "note": "老人腿脚不便",
        "text": "楼下路灯不亮了",
        "key": "k1",
        "photos": photo(),
    }
    done = chen.post(f"/desk/visits/{door.pk}/", written, follow=True).text
    case = Case.objects.get()
    assert case.number in done and (case.category, case.documents.count()) == ("lighting", 1)
    visit = Visit.objects.get()
    assert (visit.outcome, visit.people, visit.theme) == ("done", 3, "policy")
    chen.post(f"/desk/visits/{door.pk}/", {**written, "photos": photo()})
    assert (Visit.objects.count(), Case.objects.count()) == (1, 1)
    assert "老人腿脚不便" in chen.get(f"/desk/visits/{door.pk}/").text
    assert "3号楼2单元501" in chen.get("/desk/visits/made/").text


def test_a_refusal_of_the_rules_stands_on_the_page_and_loses_nothing(fielded, desk):
    chen, door = desk("陈静"), fielded.subject("3号楼2单元501")
    fielded.visit("陈静", door, outcome="refused")
    answer = chen.post(f"/desk/visits/{door.pk}/", {"programme": KEY, "outcome": "done", "note": "写了一半"})
    assert answer.status_code == 409 and "不愿接受走访" in answer.text and "写了一半" in answer.text
    answer = chen.post(f"/desk/visits/{door.pk}/plan/", {"programme": KEY, "on": "2026-03-02"}, follow=True)
    assert "不愿接受走访" in answer.text
    for wrong in ({"people": "many"}, {"on": "soon"}, {"outcome": ""}, {"text": "没有类别的话", "outcome": "done"}):
        answer = chen.post(f"/desk/visits/{door.pk}/", {"programme": KEY, "reason": "called", **wrong})
        assert answer.status_code == 422, wrong


def test_a_planned_visit_is_taken_off_the_round(fielded, desk):
    chen, door = desk("陈静"), fielded.subject("3号楼2单元501")
    chen.post(f"/desk/visits/{door.pk}/plan/", {"programme": KEY, "on": "2026-03-02"})
    page = chen.get(f"/desk/visits/{door.pk}/").text
    assert "/drop/" in page
    chen.post(f"/desk/visits/planned/{Visit.objects.get().pk}/drop/")
    assert not Visit.objects.exists()


def test_tasks_stand_by_their_day_and_are_ended_with_a_tap_or_with_a_visit(fielded, desk):
    make_tasks(fielded.programme.pk, at=MONDAY)
    chen, door = desk("陈静"), fielded.subject("3号楼2单元501")
    page = chen.get("/desk/visits/tasks/").text
    assert "每月一调研" in page and "每季一总结" in page
    own = Task.objects.get(key="quarter-summary", officer__name="陈静")
    assert chen.post("/desk/visits/tasks/", {"task": own.pk}).status_code == 302
    assert chen.post("/desk/visits/tasks/", {"task": "x"}).status_code == 422
    survey = Task.objects.get(key="monthly-survey", subject=door)
    assert "每月一调研" in chen.get(f"/desk/visits/{door.pk}/").text
    chen.post(f"/desk/visits/{door.pk}/", {"programme": KEY, "outcome": "done", "task": survey.pk})
    assert set(Task.objects.filter(end="done").values_list("pk", flat=True)) >= {own.pk, survey.pk}
    assert "每季一总结" in chen.get("/desk/visits/tasks/?state=closed").text


def test_the_leader_reads_how_far_it_is_and_no_names_beyond_the_post(fielded, desk):
    make_tasks(fielded.programme.pk, at=MONDAY)
    fielded.visit("陈静", fielded.subject("3号楼2单元501"), people=4)
    page = desk("马骏").get("/desk/field/").text
    assert "1 / 9" in page and "每月一调研" in page and "书院印刷有限公司" in page and "3号楼2单元502" not in page
    assert "3号楼2单元502" in desk("周敏").get("/desk/field/?span=year").text


def test_a_patrol_is_written_down_with_a_few_taps(fielded, desk):
    chen = desk("陈静")
    grid = fielded.served.district.places["柳荫第一网格"]
    given = {"programme": KEY, "place": grid.pk, "kind": "streets", "crew": "2", "met": "3", "key": "p"}
    given |= {"people-outside": "1", "quantity-items": "2"}
    for _twice in range(2):
        assert chen.post("/desk/field/patrols/", given).status_code == 302
    assert Patrol.objects.count() == 1
    page = chen.get("/desk/field/patrols/").text
    assert "柳荫第一网格" in page and "站外救助" in page and "白班" in page
    refused = chen.post("/desk/field/patrols/", {**given, "key": "q", "crew": "0"})
    assert refused.status_code == 422
    assert re.search(r'name="quantity-items"[^>]* value="2"', refused.text), "what was counted is still there"
    assert chen.post("/desk/field/patrols/", {**given, "key": "r", "place": ""}).status_code == 422
    assert desk("马骏").post("/desk/field/patrols/", {**given, "key": "s"}).status_code == 403


def test_a_sweep_shows_its_gaps_and_turns_a_finding_into_a_case(fielded, desk):
    zhou, chen = desk("周敏"), desk("陈静")
    place = fielded.served.district.places["柳荫社区"]
    opened = zhou.post("/desk/field/sweeps/", {"programme": KEY, "kind": "yards", "place": place.pk})
    sweep = Sweep.objects.get()
    url = f"/desk/field/sweeps/{sweep.pk}/"
    assert opened["Location"] == url
    again = zhou.post("/desk/field/sweeps/", {"programme": KEY, "kind": "yards", "place": place.pk})
    assert again.status_code == 409
    first, second = SweepPlace.objects.order_by("pk")
    chen.post(url, {"checked": first.pk})
    page = chen.get(url).text
    assert "机床厂家属院" in page and ">柳荫家园<" not in page
    levels = sorted(one["properties"]["level"] for one in chen.get(f"{url}areas/").json()["features"])
    assert levels == ["late", "ok"]
    chen.post(url, {"checked": second.pk, "text": "路灯线裸露", "category": "lighting"})
    assert Case.objects.get().number in chen.get(f"{url}?only=findings").text
    assert "100%" in zhou.get("/desk/field/sweeps/").text
    assert desk("马骏").post(url, {"checked": first.pk, "text": "x", "category": "lighting"}).status_code == 403


def test_works_are_added_up_and_a_plot_has_keepers(fielded, desk):
    zhou = desk("周敏")
    yard = fielded.served.district.places["柳荫家园"]
    given = {"programme": KEY, "kind": "trees", "quantity": "600", "place": yard.pk, "key": "w"}
    for _twice in range(2):
        assert zhou.post("/desk/field/works/", given).status_code == 302
    assert Work.objects.count() == 1
    assert zhou.post("/desk/field/works/", {**given, "key": "x", "quantity": "lots"}).status_code == 422
    plot = {"programme": KEY, "plot": "东园", "place": yard.pk, "keepers": "3号楼2单元501\n3号楼2单元502"}
    assert zhou.post("/desk/field/works/", plot).status_code == 302
    assert zhou.post("/desk/field/works/", {**plot, "keepers": "没有这一户"}).status_code == 422
    page = zhou.get("/desk/field/works/").text
    assert "600" in page and "植树" in page and "东园" in page and "3号楼2单元502" in page
    held = Keeper.objects.first()
    zhou.post("/desk/field/works/", {"programme": KEY, "give_up": Plot.objects.get().pk, "keeper": held.subject_id})
    assert Keeper.objects.filter(until__isnull=True).count() == 1


def test_without_a_word_in_any_playbook_the_pages_say_so(served):
    for part in ("patrols", "sweeps", "works"):
        page = client_of(served.district.account("周敏")).get(f"/desk/field/{part}/").text
        assert "没有专项" in page


@pytest.mark.parametrize(
    ("url", "who", "shows"),
    [
        ("/desk/visits/", "陈静", "card--stop"),
        ("/desk/visits/tasks/", "陈静", 'name="task"'),
        ("/desk/visits/made/", "陈静", 'data-label="见到人数"'),
        ("/desk/field/", "周敏", 'data-label="地点"'),
    ],
)
def test_a_page_costs_the_same_however_long_its_list(fielded, desk, url, who, shows):
    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            home = fielded.home(number)
            fielded.visit("陈静", fielded.home(number + 100), hours=-24 * 60)
            desk("陈静").post(f"/desk/visits/{home.pk}/plan/", {"programme": KEY, "on": "2026-03-02"})
        make_tasks(fielded.programme.pk, at=MONDAY)

    fill(1, 3)
    few, base = cost(desk(who), url, shows)
    fill(3, 9)
    many, more = cost(desk(who), url, shows)
    assert many > few and more <= base


def patrolled(fielded, first: int, last: int) -> str:
    yard = fielded.served.district.places["柳荫家园"].pk
    for number in range(first, last):
        trip = NewPatrol(
            KEY, "streets", yard, crew=2, given=[Given("station", 1, 1), Given("items", 1, 3)], key=f"{number}"
        )
        record_patrol(fielded.actor("周敏"), trip, at=MONDAY)
    return "/desk/field/patrols/"


def worked(fielded, first: int, last: int) -> str:
    yard, chen = fielded.served.district.places["柳荫家园"].pk, fielded.actor("陈静")
    for number in range(first, last):
        record_work(chen, NewWork(KEY, "trees", Decimal(number), yard, key=f"{number}"), at=MONDAY)
        keepers = [fielded.home(number).pk, fielded.home(number + 100).pk]
        adopt_plot(chen, KEY, place_id=yard, name=f"{number}号地", keeper_ids=keepers, at=MONDAY)
    return "/desk/field/works/"


def swept(fielded, first: int, last: int) -> str:
    places = fielded.served.district.places
    for name in ("柳荫家园", "机床厂家属院", "槐香苑", "柳荫社区", "杏坛社区")[first - 1 : last - 1]:
        open_sweep(fielded.actor("郑强"), KEY, "yards", place_id=places[name].pk, at=MONDAY)
    return "/desk/field/sweeps/"


def gaps(fielded, first: int, last: int) -> str:
    for number in range(first, last):
        fielded.home(number)
    Sweep.objects.update(finished_at=MONDAY)
    yard = fielded.served.district.places["柳荫家园"]
    found = open_sweep(fielded.actor("郑强"), KEY, "homes", place_id=yard.pk, at=MONDAY)
    return f"/desk/field/sweeps/{found.pk}/"


@pytest.mark.parametrize(
    ("fill", "shows"), [(patrolled, "<tr"), (worked, "<tr"), (swept, "card__link"), (gaps, 'name="checked"')]
)
def test_what_is_done_outside_costs_the_same_however_much_there_is(fielded, desk, fill, shows):
    few, base = cost(desk("周敏"), fill(fielded, 1, 3), shows)
    many, more = cost(desk("周敏"), fill(fielded, 3, 6), shows)
    assert many > few and more <= base


def test_tasks_stand_in_a_calendar_that_leads_to_each_day(fielded, desk):
    make_tasks(fielded.programme.pk, at=MONDAY)
    chen = desk("陈静")
    page = chen.get("/desk/visits/tasks/?month=2026-04").text
    # Five working days after March, the Qingming holiday off; and the visits, thirty days from today.
    assert re.findall(r'href="\?day=([\d-]+)"', page) == ["2026-04-01", "2026-04-08"]
    assert page.count("month__off") >= 8 and 'href="?month=2026-05"' in page
    day = chen.get("/desk/visits/tasks/?day=2026-04-08").text
    assert day.count("每月一调研") == 4 and "3号楼2单元501" in day
    assert "2026-03" in chen.get("/desk/visits/tasks/?month=nonsense").text
    assert chen.get("/desk/visits/tasks/?day=nonsense").status_code == 422


def test_a_calendar_costs_the_same_however_much_is_due(fielded, desk):
    make_tasks(fielded.programme.pk, at=MONDAY)
    url = "/desk/visits/tasks/?month=2026-04"
    _few, base = cost(desk("陈静"), url, "month__due")
    for number in range(20):
        fielded.home(number)
    make_tasks(fielded.programme.pk, at=MONDAY)
    _many, more = cost(desk("陈静"), url, "month__due")
    assert more <= base
