"""The case map: our own lines, open cases as points, and the same cases as a list."""

from __future__ import annotations

import pytest
from time_machine import travel

from guanjia.cases.queries.lists import Filters
from guanjia.cases.queries.points import how_many_points, points
from guanjia.kernel.actor import SYSTEM
from guanjia.registry.actions import rename_place
from tests.people import client_of
from tests.programme import Served

SOON = Served.at(1)


@pytest.fixture
def supervisor(served: Served):
    with travel(SOON, tick=False):
        yield client_of(served.district.account("郑强"))


def test_the_points_and_the_list_hold_the_same_open_cases(served, supervisor):
    exact = served.ask(lon=110.002, lat=35.002)
    by_place = served.ask("垃圾没人清运", place_id=served.district.places["书院小区"].pk)
    features = supervisor.get("/desk/map/points/").json()["features"]
    page = supervisor.get("/desk/map/").content.decode()
    assert {one["properties"]["url"] for one in features} == {
        f"/desk/case/{case.number}/" for case in (exact, by_place)
    }
    assert all(case.number in page for case in (exact, by_place))
    notes = {one["properties"]["url"]: one["properties"]["note"] for one in features}
    assert "所在地点中心" in notes[f"/desk/case/{by_place.number}/"]
    assert "所在地点中心" not in notes[f"/desk/case/{exact.number}/"]


def test_a_place_narrows_map_and_list(served, supervisor):
    served.ask()
    other = served.ask("门口积水", place_id=served.district.places["书院小区"].pk)
    street = served.district.places["西岭街道"].pk
    found = supervisor.get(f"/desk/map/points/?place={street}").json()["features"]
    assert [one["properties"]["url"] for one in found] == [f"/desk/case/{other.number}/"]


def test_the_most_urgent_are_drawn_and_the_rest_is_counted(served):
    for hours in (0, 1, 2):
        served.ask(f"第{hours}件：路灯坏了", hours=hours)
    actor = served.district.actor("郑强", SOON)
    drawn = points(actor, Filters(), at=SOON, most=2)
    counted = how_many_points(actor, Filters(), at=SOON, most=2)
    assert len(drawn) == 2 and [one.due for one in drawn] == sorted(one.due for one in drawn)
    assert (counted.total, counted.shown, counted.left_out, counted.nowhere) == (3, 2, 1, 0)


def test_nobody_sees_a_point_of_a_case_that_they_may_not_see(served, supervisor):
    served.ask(place_id=served.district.places["书院小区"].pk)
    clerk = client_of(served.district.account("周敏"))
    assert clerk.get("/desk/map/points/").json()["features"] == []


def test_the_lines_are_fetched_once_until_a_place_changes(served, supervisor):
    rename_place(SYSTEM, served.district.places["书院小区"].pk, name="书院小区东院", at=SOON)
    first = supervisor.get("/desk/map/areas/")
    assert {one["properties"]["name"] for one in first.json()["features"]} >= {"柳荫第一网格", "杏坛第二网格"}
    again = supervisor.get("/desk/map/areas/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    rename_place(SYSTEM, served.district.places["杏林里"].pk, name="杏林里小区", at=SOON)
    assert supervisor.get("/desk/map/areas/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_close_view_holds_the_courtyards_in_it_and_is_kept_by_itself(served, supervisor):
    rename_place(SYSTEM, served.district.places["书院小区"].pk, name="书院小区东院", at=SOON)
    near, wide = (
        supervisor.get(f"/desk/map/areas/?to=map&box={box}") for box in ("110.031,35,110.039,35.01", "110,35,111,36")
    )
    yard = {"id": served.district.places["书院小区"].pk, "name": "书院小区东院"}
    assert [one["properties"] for one in near.json()["features"]] == [yard]
    assert wide.json()["features"] == []
    assert near["ETag"] != wide["ETag"]
    assert supervisor.get("/desk/map/areas/?box=1,2").status_code == 422


def test_the_grids_of_a_community_are_drawn_where_they_are_asked_for(served, supervisor):
    community = served.district.places["杏坛社区"]
    drawn = supervisor.get(f"/desk/map/areas/?place={community.pk}&of=grid").json()["features"]
    assert [one["properties"]["name"] for one in drawn] == ["杏坛社区", "杏坛第一网格", "杏坛第二网格"]
    usual = supervisor.get(f"/desk/map/areas/?place={community.pk}&of=district").json()["features"]
    assert {one["properties"]["name"] for one in usual} == {"杏坛社区", "杏林里", "书院小区"}


def test_a_filter_that_is_none_is_refused_in_place(served, supervisor):
    refused = supervisor.get("/desk/map/?place=x")
    assert refused.status_code == 422 and "x" in refused.content.decode()


def test_the_map_costs_the_same_however_many_cases(served, supervisor, django_assert_max_num_queries):
    served.ask()
    with django_assert_max_num_queries(25) as few:
        supervisor.get("/desk/map/")
    for hours in (0.1, 0.2, 0.3):
        served.ask("路灯坏了", hours=hours)
    with django_assert_max_num_queries(len(few)):
        supervisor.get("/desk/map/")
