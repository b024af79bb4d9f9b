"""Programmes, places, units and the public ledger, as other systems read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from guanjia.registry.models import PlaceCode
from tests.programme import Served

pytestmark = pytest.mark.django_db
Systems = Callable[..., Any]


def test_categories_are_those_of_the_running_programme(system: Systems) -> None:
    hotline = system("赵磊", "cases:create")
    (programme,) = hotline.get("/programmes").json()
    assert programme["name"] == "服务管家"
    found = hotline.get(f"/programmes/{programme['key']}/categories").json()
    assert [(one["key"], one["name"], one["public"]) for one in found] == [
        ("lighting", "路灯照明", True),
        ("work-style", "作风问题", False),
    ]
    assert hotline.get("/programmes/no-such/categories").status_code == 404


def test_places_are_found_by_level_point_and_address(served: Served, system: Systems) -> None:
    hotline = system("赵磊", "registry:read")
    district = served.district
    assert {one["name"] for one in hotline.get("/places").json()["rows"]} == {"东湖街道", "西岭街道"}
    below = hotline.get("/places", parent=district.places["东湖街道"].pk, limit=1).json()
    assert len(below["rows"]) == 1
    assert below["next"]
    courtyard = district.places["柳荫家园"]
    (here,) = hotline.get("/places/locate", lon=courtyard.centre_lon, lat=courtyard.centre_lat).json()
    assert here["place"]["name"] == "柳荫家园"
    assert hotline.get("/places/locate", lon=1, lat=1).json() == []
    assert hotline.get("/places/locate", address="东湖街道柳荫家园3号楼").json()[0]["place"]["name"] == "柳荫家园"
    card = hotline.get(f"/places/{courtyard.pk}").json()
    assert card["names"] == ["青禾区", "东湖街道", "柳荫社区", "柳荫第一网格", "柳荫家园"]
    assert hotline.get("/places/999999").status_code == 404


def test_a_code_that_was_used_again_names_both_places(served: Served, system: Systems) -> None:
    places = served.district.places
    PlaceCode.objects.create(
        place=places["柳荫社区"],
        edition="2025",
        code="110000001001",
        valid_from=date(2025, 1, 1),
        valid_to=date(2026, 1, 1),
    )
    PlaceCode.objects.create(place=places["槐树社区"], edition="2026", code="110000001001", valid_from=date(2026, 1, 1))
    found = system("赵磊", "registry:read").get("/places/codes/110000001001").json()
    assert [(one["edition"], one["place"]["name"], one["called"]) for one in found] == [
        ("2025", "柳荫社区", "青禾区东湖街道柳荫社区"),
        ("2026", "槐树社区", "青禾区东湖街道槐树社区"),
    ]


def test_units_by_kind(system: Systems) -> None:
    hotline = system("赵磊", "registry:read")
    offices = hotline.get("/units", kind="street_office").json()["rows"]
    assert [one["name"] for one in offices] == ["东湖街道办事处", "西岭街道办事处"]
    assert offices[0]["place"]["name"] == "东湖街道"


def test_the_public_ledger_tells_nothing_of_who_and_where(served: Served, system: Systems) -> None:
    served.ask(address="柳荫家园3号楼2单元")
    served.ask("反映作风问题", category="work-style")
    (row,) = system("赵磊", "ledger:read").get("/ledger").json()["rows"]
    assert (row["unit"], row["community"]) == ("柳荫社区居委会", "柳荫社区")
    assert "柳荫家园" not in str(row)
    assert "13900000001" not in str(row)
    (rates,) = system("赵磊", "statistics:read").get("/statistics/units").json()
    assert (rates["unit"]["name"], rates["open"], rates["on_time"]) == ("柳荫社区居委会", 1, None)


def test_each_token_opens_its_scope_alone(system: Systems) -> None:
    reader = system("赵磊", "registry:read")
    answer = reader.get("/cases")
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope_missing")
    assert Client().get("/api/v1/cases").json()["code"] == "access.bad_token"


def test_a_mistyped_address_is_answered_in_json(db: None) -> None:
    answer = Client().get("/api/v1/case")
    assert (answer.status_code, answer.json()["code"]) == (404, "api.no_such_page")


def test_the_list_of_operations_needs_no_script_and_no_token(db: None) -> None:
    page = Client().get("/api/").content.decode()
    assert "POST /api/v1/cases" in page
    assert "cases:create" in page
    assert "https://" not in page
