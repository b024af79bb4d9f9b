"""The supervisor's board: every number opens its cases, and the wall shows three things."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from time_machine import travel

from tests.people import client_of
from tests.programme import MONDAY, Served

LATER = Served.at(80)


@pytest.fixture
def supervisor(served: Served):
    with travel(LATER, tick=False):
        yield client_of(served.district.account("郑强"))


def numbers(page: str, label: str) -> tuple[str, str]:
    """The figure of a tile, and where it leads."""
    found = re.search(
        rf'href="([^"]+)">\s*<span class="stat__label">{label}</span>\s*<span class="stat__value">(\d+)', page
    )
    assert found is not None, f"no tile {label}"
    return found[2], found[1].replace("&amp;", "&")


def rows_of(client: Client, url: str) -> int:
    page = client.get(url).content.decode()
    return len(set(re.findall(r"/desk/case/([\d-]+)/", page)))


def test_every_tile_opens_as_many_cases_as_it_says(served, supervisor):
    first, second = served.ask(), served.ask("垃圾没人清运，味道很大", hours=1)
    served.run_clocks(4)
    page = supervisor.get("/desk/board/").content.decode()
    for label in ("在办", "已超期", "一天内到期"):
        count, url = numbers(page, label)
        assert rows_of(supervisor, url) == int(count)
    assert numbers(page, "在办")[0] == "2"
    assert {first.status, second.status} == {"assigned"}


def test_the_numbers_of_one_unit_open_the_cases_of_that_unit(served, supervisor):
    served.ask()
    elsewhere = served.ask("书院小区门口积水", place_id=served.district.places["书院小区"].pk)
    page = supervisor.get("/desk/board/?by=street").content.decode()
    street = served.district.places["西岭街道"].pk
    assert f"place={street}&amp;only=open" in page
    opened = supervisor.get(f"/desk/ledger/?place={street}&only=open").content.decode()
    assert elsewhere.number in opened
    assert rows_of(supervisor, f"/desk/ledger/?place={street}&only=open") == 1


def test_the_wall_says_what_came_in_what_is_late_and_where(served, supervisor):
    case = served.ask()
    page = supervisor.get("/desk/board/?wall=1").content.decode()
    assert 'data-theme="dark"' in page and 'data-live="30"' in page
    assert str(case.holder_unit) in page
    part = supervisor.get("/desk/board/?wall=1", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "今日新增" in part


def test_the_board_costs_the_same_however_many_cases(served, supervisor, django_assert_max_num_queries):
    served.ask()
    with django_assert_max_num_queries(20) as few:
        supervisor.get("/desk/board/")
    for place in ("槐香苑", "书院小区", "杏林里"):
        served.ask("路灯坏了", place_id=served.district.places[place].pk, hours=1)
    with django_assert_max_num_queries(len(few)):
        supervisor.get("/desk/board/")


def test_a_steward_has_no_board(served):
    assert client_of(served.district.account("陈静")).get("/desk/board/").status_code == 403


def test_a_day_of_the_chart_opens_the_cases_of_that_day(served, supervisor):
    served.ask()
    page = supervisor.get("/desk/board/").content.decode()
    day = MONDAY.date().isoformat()
    assert f"since={day}\\u0026until={day}" in page
    assert rows_of(supervisor, f"/desk/ledger/?since={day}&until={day}") == 1
