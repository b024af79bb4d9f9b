"""Places: on any day, by any code, and changed with cases and stewards following."""

from __future__ import annotations

import pytest
from time_machine import travel

from guanjia.cases.models import Case
from guanjia.kernel.actor import SYSTEM
from guanjia.programmes.models import Assignment
from guanjia.registry.actions import recode_place
from guanjia.registry.models import Place
from tests.people import client_of
from tests.programme import MONDAY, Served

NEXT_DAY = Served.at(24)
TODAY = "2026-03-03"


@pytest.fixture
def administrator(served: Served):
    with travel(NEXT_DAY, tick=False):
        yield client_of(served.district.account("高翔"))


def test_a_split_takes_open_cases_and_stewards_along(served, administrator):
    grid, home = served.district.places["柳荫第一网格"], served.district.places["机床厂家属院"]
    case = served.ask(place_id=home.pk)
    in_grid = served.ask("井盖松动", place_id=grid.pk)
    given = {"first": "柳荫东网格", "second": "柳荫西网格", "to_second": [home.pk]}
    assert administrator.post(f"/desk/places/{grid.pk}/split/", given).status_code == 302
    west = Place.objects.get(name="柳荫西网格")
    case.refresh_from_db()
    in_grid.refresh_from_db()
    assert (case.place_id, case.grid_id) == (home.pk, west.pk)
    assert case.place_path == Place.objects.get(pk=home.pk).path
    assert in_grid.grid_id == Place.objects.get(name="柳荫东网格").pk
    stewards = Assignment.objects.filter(place=west, role="steward", until__isnull=True)
    assert [one.officer.name for one in stewards] == ["陈静"]
    old = administrator.get(f"/desk/places/{grid.pk}/?on=2026-03-02").content.decode()
    assert "柳荫第一网格" in old and "柳荫西网格" in old


def test_a_merge_keeps_each_case_in_its_courtyard(served, administrator):
    first, second = served.district.places["杏坛第一网格"], served.district.places["杏坛第二网格"]
    case = served.ask(place_id=served.district.places["书院小区"].pk)
    done = administrator.post(f"/desk/places/{first.pk}/merge/", {"others": [second.pk], "name": "杏坛网格"})
    assert done.status_code == 302
    case.refresh_from_db()
    merged = Place.objects.get(name="杏坛网格")
    assert (case.place.name, case.grid_id) == ("书院小区", merged.pk)
    assert Case.objects.filter(grid_id__in=[first.pk, second.pk], closed_at__isnull=True).count() == 0


def test_a_courtyard_that_comes_to_another_grid_brings_its_cases(served, administrator):
    target, home = served.district.places["杏坛第一网格"], served.district.places["书院小区"]
    case = served.ask(place_id=home.pk)
    assert administrator.post(f"/desk/places/{target.pk}/redraw/", {"takes": [home.pk]}).status_code == 302
    case.refresh_from_db()
    assert (case.place_id, case.grid_id) == (home.pk, target.pk)


def test_a_place_moves_with_the_cases_below(served, administrator):
    community, street = served.district.places["槐树社区"], served.district.places["西岭街道"]
    case = served.ask(place_id=served.district.places["槐香苑"].pk)
    assert administrator.post(f"/desk/places/{community.pk}/move/", {"parent": street.pk}).status_code == 302
    case.refresh_from_db()
    assert (case.street_id, case.community_id) == (street.pk, community.pk)


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_written(served, administrator):
    grid = served.district.places["柳荫第一网格"]
    refused = administrator.post(f"/desk/places/{grid.pk}/redraw/", {"boundary": "{}"})
    assert refused.status_code == 422
    refused = administrator.post(f"/desk/places/{grid.pk}/redraw/", {"boundary": "not json"})
    assert refused.status_code == 422 and 'id="id_boundary_error"' in refused.content.decode()
    taken = administrator.post(
        f"/desk/places/{served.district.places['杏坛第一网格'].pk}/rename/", {"name": "杏坛第二网格"}
    )
    assert taken.status_code == 409 and 'id="id_name_error"' in taken.content.decode()
    assert Place.objects.filter(name="柳荫第一网格", valid_to__isnull=True).exists()


def test_a_code_tells_which_place_it_stood_for_in_each_edition(served, administrator):
    """Codes are used again for other places."""
    first, second = served.district.places["柳荫社区"], served.district.places["槐树社区"]
    recode_place(SYSTEM, first.pk, edition="2019", code="411002001001", at=MONDAY)
    recode_place(SYSTEM, second.pk, edition="2023", code="411002001001", at=MONDAY)
    page = administrator.get("/desk/places/?code=411002001001").content.decode()
    assert page.index("2019") < page.index("2023")
    assert "青禾区 / 东湖街道 / 柳荫社区" in page and "青禾区 / 东湖街道 / 槐树社区" in page
    assert "各版本中都没有这个代码" in administrator.get("/desk/places/?code=000").content.decode()


def test_the_tree_of_a_day_has_the_names_of_then(served, administrator):
    place = served.district.places["柳荫社区"]
    administrator.post(f"/desk/places/{place.pk}/rename/", {"name": "柳荫里社区"})
    assert "柳荫里社区" in administrator.get("/desk/places/").content.decode()
    before = administrator.get("/desk/places/?on=2026-03-02").content.decode()
    assert "柳荫社区" in before and "柳荫里社区" not in before


def test_others_see_places_and_change_nothing(served, administrator):
    grid = served.district.places["柳荫第一网格"]
    steward = client_of(served.district.account("陈静"))
    page = steward.get(f"/desk/places/{grid.pk}/").content.decode()
    assert "陈静" in page and "/split/" not in page
    assert steward.post(f"/desk/places/{grid.pk}/rename/", {"name": "x"}).status_code == 403


def test_a_place_costs_the_same_however_many_courtyards(served, administrator, django_assert_max_num_queries):
    url = f"/desk/places/{served.district.places['柳荫第一网格'].pk}/"
    with django_assert_max_num_queries(45) as few:
        administrator.get(url)
    served.ask()
    served.ask("又一件", hours=1)
    with django_assert_max_num_queries(len(few) + 3):
        administrator.get(url)
