"""The door without network: typed there, kept on the device, sent once when the network is back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now
from playwright.sync_api import BrowserContext, Page, expect

from guanjia.fieldwork.models import Answer
from tests.forms import Formed
from tests.programme import KEY
from tests.stories.at_door import sign_in, until_kept

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def door(formed: Formed, page: Page, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Page]:
    """陈静's phone, on the form of 李晓燕's household. Whatever the browser complains of fails the test, but for the
    network that is gone and the refusals that the page answers."""
    settings.MEDIA_ROOT = tmp_path / "media"
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    sign_in(page, live_server, formed.district.account("陈静"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/desk/fill/{KEY}/household/{formed.home.pk}/")
    yield page
    assert complaints == []


def fill_in(page: Page) -> None:
    page.get_by_role("button", name="添加家庭成员").click()
    page.locator("[name='people/0/call_name']").fill("奶奶")
    page.locator("[name='people/0/age']").fill("72")
    page.get_by_text("停车位").click()
    page.locator("[name='home/people_count']").fill("1")


def test_only_what_matters_is_asked_and_faults_are_said_at_once(door: Page) -> None:
    care = door.locator("[data-item=day_care]")
    expect(care).to_be_hidden()
    fill_in(door)
    expect(care).to_be_visible()
    door.locator("[name='people/0/age']").fill("500")
    door.locator("[name='people/0/call_name']").click()
    expect(door.locator("[data-item='people/0/age'] .field__error")).to_be_visible()
    door.get_by_role("button", name="提交").click()
    assert Answer.objects.count() == 0
    expect(care.locator(".field__error")).to_contain_text("请问是否需要日间照料")
    door.locator("[name='people/0/age']").fill("12")
    expect(care).to_be_hidden()
    door.get_by_role("button", name="移除").click()
    expect(door.locator("[name='people/0/age']")).to_have_count(0)


def test_the_network_goes_in_the_middle_and_nothing_is_lost_or_doubled(
    door: Page, context: BrowserContext, live_server: Any
) -> None:
    until_kept(door, door.url)
    door.reload()
    door.locator("[data-item=needs]").wait_for()
    fill_in(door)
    expect(door.locator("[data-kept-said]")).to_have_text("已保存在本机")
    context.set_offline(True)

    door.reload()
    expect(door.locator("[name='people/0/call_name']")).to_have_value("奶奶")
    expect(door.locator("[name=needs][value=parking]")).to_be_checked()
    door.locator("[name=day_care][value=yes]").check()
    door.get_by_role("button", name="提交").click()
    expect(door.locator("[data-notice=waiting]")).to_be_visible()
    assert Answer.objects.count() == 0

    door.reload()
    expect(door.locator("[data-notice=waiting]")).to_be_visible()
    context.set_offline(False)
    expect(door.locator("[data-notice=stored]")).to_be_visible()
    door.goto(f"{live_server.url}/desk/answers/")
    expect(door.locator("[data-waiting]")).to_be_hidden()
    kept = json.loads(Answer.objects.get().answers)
    assert kept["people"] == [{"age": "72", "call_name": "奶奶", "is_elder": "1"}]
    assert (kept["day_care"], kept["needs"]) == ("yes", "parking")


def test_signing_out_leaves_no_page_of_a_household_behind(door: Page) -> None:
    until_kept(door, door.url)
    kept = door.url
    door.locator("form[action='/account/logout/'] button").first.evaluate("button => button.click()")
    door.wait_for_url(lambda url: "/desk/" not in url)
    assert not door.evaluate("url => caches.match(url).then(Boolean)", kept)


def test_what_somebody_else_answered_meanwhile_is_shown_first(door: Page, formed: Formed) -> None:
    fill_in(door)
    door.locator("[name=day_care][value=no]").check()
    until_kept(door, door.url)
    formed.answer("刘洋")
    Answer.objects.update(recorded_at=now())
    door.get_by_role("button", name="提交").click()
    held = door.locator("[data-notice=held]")
    expect(held).to_contain_text("刘洋")
    assert Answer.objects.count() == 1
    held.get_by_role("button", name="一并提交我的").click()
    door.wait_for_url("**/desk/answers/*/")
    assert Answer.objects.get(officer__name="陈静").beside.officer.name == "刘洋"
