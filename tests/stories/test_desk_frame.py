"""The frame of the desk: the bell, and the four places of a phone's bar."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from time_machine import travel

from guanjia.kernel.actor import Role
from guanjia.notices.models import Notice
from guanjia.notices.queries import MOST_COUNTED
from tests.people import client_of
from tests.programme import MONDAY, Served

BAR = re.compile(r'<nav class="bottombar".*?</nav>', re.DOTALL)
BELL = re.compile(r'<a class="[^"]*\bbell\b.*?</a>', re.DOTALL)


@pytest.fixture(autouse=True)
def monday(served: Served):
    with travel(Served.at(1), tick=False):
        yield


def opened(served: Served, name: str, url: str = "/desk/") -> HttpResponse:
    return client_of(served.district.account(name)).get(url)


def tell(served: Served, who: str, count: int) -> None:
    case = served.ask()
    Notice.objects.bulk_create(
        Notice(
            officer=served.district.officers[who],
            case=case,
            event_seq=number + 100,
            verb="dispatch",
            kind="dispatch.holder",
            urgency=0,
            text="一条通知",
            created_at=MONDAY,
        )
        for number in range(count)
    )


@pytest.mark.parametrize("role", Role)
def test_the_bar_offers_everybody_four_places_that_open(role, served):
    client = client_of(served.district.account(served.district.holder_of(role)))
    bar = BAR.search(client.get("/desk/").text)
    urls = re.findall(r'<a href="([^"]+)"', bar[0])
    assert len(set(urls)) == 4
    assert [client.get(url, follow=True).status_code for url in urls] == [200] * 4


def test_a_steward_has_today_a_round_of_visits_registering_and_themselves(served):
    bar = BAR.search(opened(served, "陈静").text)
    assert re.findall(r"<span>([^<]+)</span>", bar[0]) == ["今日", "走访", "登记", "我的"]


def test_only_who_may_register_is_offered_it(served):
    assert "/desk/register/" in opened(served, "周敏").text
    assert "/desk/register/" not in opened(served, "马骏").text


def test_the_bell_counts_what_is_not_read(served):
    assert "通知，没有未读" in BELL.search(opened(served, "刘洋").text)[0]
    tell(served, "刘洋", 3)
    assert "通知，3 条未读" in BELL.search(opened(served, "刘洋").text)[0]


def test_the_bell_stops_counting_where_nobody_would_read_on(served):
    tell(served, "刘洋", MOST_COUNTED + 5)
    assert f"通知，{MOST_COUNTED - 1}+ 条未读" in BELL.search(opened(served, "刘洋").text)[0]
