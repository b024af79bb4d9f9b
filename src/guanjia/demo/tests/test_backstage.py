"""What a demo shows behind the stage: messages with their links, whoever is next, and limits that end at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from guanjia.cases import jobs, verification
from guanjia.cases.models import Case, Event
from guanjia.demo import early
from guanjia.demo.tests import pages
from guanjia.kernel.outbox import deliver_batch
from guanjia.notices import jobs as notices
from guanjia.playbook.lifecycle.verbs import _verbs, verbs
from guanjia.programmes import queries as programmes
from tests.programme import MONDAY, Served

pytestmark = [pytest.mark.django_db, pytest.mark.urls(pages.__name__)]
HTML = {"Accept": "text/html"}


@pytest.fixture
def demo(served: Served, settings: pytest.FixtureRequest) -> Iterator[Served]:
    settings.DEMO = True
    settings.GUANJIA_SMS_GATEWAY = "console"
    cache.clear()
    early.enter()
    with time_machine.travel(MONDAY, tick=False):
        yield served
    del _verbs[early.VERB]


def told(served: Served, hours: float = 0) -> None:
    """The worker hands on the news and sends the messages."""
    while deliver_batch(served.at(hours)):
        pass
    while notices.deliver_due(served.at(hours)):
        pass


def page(case: Case | None = None, visitor: Client | None = None) -> str:
    query = {"q": case.number} if case is not None else {}
    answer = (visitor or Client()).get("/demo/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def tiers(case: Case) -> list[str]:
    return [
        line.data["tier"] for line in Event.objects.filter(case=case, verb__in=("dispatch", "escalate")).order_by("seq")
    ]


def test_a_message_is_read_as_it_went_out_and_its_link_opens_the_request(demo: Served) -> None:
    case = demo.ask()
    told(demo)
    shown = page(case)
    assert "13900000001" in shown
    assert f"您的诉求已收到，台账号{case.number}" in shown
    link = re.search(r'href="http://127\.0\.0\.1:8000(/t/[^"]+)"', shown)
    assert link is not None
    assert case.number in Client().get(link[1]).content.decode()


def test_a_request_is_found_by_its_number_wherever_that_stands(demo: Served) -> None:
    first, second = demo.ask(), demo.ask(hours=1)
    told(demo)
    assert {first.number, second.number} <= set(re.findall(r"\d{4}-\d{7}-\d", page()))
    for asked in (first.number, f"/desk/case/{first.number}/", f" {first.number}。"):
        shown = Client().get("/demo/", {"q": asked}).content.decode()
        assert first.number in shown
        assert second.number not in shown
    assert second.number in Client().get("/demo/", {"q": "2026-9999999-9"}).content.decode()


def test_the_list_is_paged_and_costs_the_same_however_long_it_is(
    demo: Served, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for hours in range(2):
        demo.ask(hours=hours)
    told(demo, 2)
    page()
    with django_assert_max_num_queries(6):
        page()
    for minutes in range(24):
        demo.ask(hours=2 + minutes / 60)
    told(demo, 4)
    with django_assert_max_num_queries(6):
        assert "cursor=" in page()


def test_each_limit_that_ends_takes_the_case_one_tier_up_and_the_ledger_says_why(demo: Served) -> None:
    case = demo.ask()
    visitor = Client()
    ladder = [tier.key for tier in programmes.current_playbook(demo.programme.pk).ladder.tiers]
    for _tier in ladder:
        answer = visitor.post(f"/demo/{case.number}/run-out/")
        assert answer["Location"] == f"/demo/?q={case.number}"
    assert tiers(case) == ladder
    said = list(Event.objects.filter(case=case).order_by("seq").values_list("verb", flat=True))
    assert [said[position - 1] for position, verb in enumerate(said) if verb == "expire"] == [early.VERB] * len(ladder)
    assert "为演示提前结束了时限" in Client().get(f"/ledger/{case.number}/").content.decode()
    assert list(verification.verify()) == []
    assert jobs.prove() == []


def test_where_no_limit_runs_none_can_end(demo: Served) -> None:
    case = demo.ask()
    demo.act("asker", case, "withdraw")
    refused = Client().post(f"/demo/{case.number}/run-out/", headers=HTML)
    assert refused.status_code == 409
    assert "没有正在计时的时限" in refused.content.decode()


def test_one_click_goes_on_as_whoever_is_next(demo: Served) -> None:
    case, visitor = demo.ask(), Client()
    assert "以陈静的身份继续" in page(case, visitor)
    answer = visitor.post(f"/demo/{case.number}/as-next/", follow=True)
    assert answer.request["PATH_INFO"] == f"/desk/case/{case.number}/"
    assert "陈静" in answer.content.decode()
    demo.act("陈静", case, "accept", hours=0.2)
    demo.act("陈静", case, "escalate", hours=0.4, reason="需更换灯杆")
    assert "以孙浩的身份继续" in page(case, visitor)
    assert "孙浩" in visitor.post(f"/demo/{case.number}/as-next/", follow=True).content.decode()


def test_when_the_result_is_there_whoever_asked_is_next(demo: Served) -> None:
    case = demo.ask()
    demo.act("陈静", case, "accept", hours=0.2)
    demo.act("陈静", case, "resolve", hours=0.3, outcome="explained", text="已解释")
    assert "打开最新一条短信里的链接" in page(case)
    refused = Client().post(f"/demo/{case.number}/as-next/", headers=HTML)
    assert refused.status_code == 409


def test_every_page_of_a_demo_leads_there(demo: Served) -> None:
    assert 'href="/demo/?q=%2Ftrack%2F"' in Client().get("/track/").content.decode()


@pytest.mark.urls("guanjia.config.urls")
def test_outside_a_demo_there_is_nothing_of_it(served: Served) -> None:
    assert Client().get("/demo/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("demo:backstage")
    assert early.VERB not in verbs()
    assert "/demo/" not in Client().get("/track/").content.decode()
