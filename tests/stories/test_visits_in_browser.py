"""陈静 goes from door to door with a phone; in the stairwell there is no network."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import localdate, now
from playwright.sync_api import BrowserContext, Page, expect

from guanjia.cases.models import Case
from guanjia.fieldwork.actions.visits import NewVisit, plan_visit, record_visit
from guanjia.fieldwork.models import Visit
from guanjia.registry.models import Subject
from tests.field import Fielded
from tests.programme import KEY
from tests.stories.at_door import sign_in, until_kept

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
#: What the page of a door may weigh in all, compressed, the first time that a phone opens it.
MOST = 150_000


@pytest.fixture
def home(fielded: Fielded) -> Subject:
    return fielded.subject("3号楼2单元501")


@pytest.fixture
def phone(
    fielded: Fielded, home: Subject, page: Page, live_server: Any, settings: Any, tmp_path: Path
) -> Iterator[Page]:
    """Signed in. Whatever a script stumbles over fails the test. Once a page is open nothing is written but by it: the
    phone fetches what it keeps behind one's back, and the database in memory locks a table for one thread."""
    settings.MEDIA_ROOT = tmp_path / "media"
    stumbled: list[str] = []
    page.on("pageerror", lambda error: stumbled.append(str(error)))
    sign_in(page, live_server, fielded.served.district.account("陈静"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/healthz")
    yield page
    assert stumbled == []


def made() -> list[Visit]:
    return list(Visit.objects.exclude(outcome="planned"))


def test_a_visit_without_network_is_written_down_once_the_network_is_back(
    phone: Page, home: Subject, fielded: Fielded, live_server: Any, context: BrowserContext
) -> None:
    plan_visit(fielded.actor("陈静"), KEY, home.pk, on=localdate(now()), at=now())
    phone.goto(f"{live_server.url}/desk/visits/")
    link = phone.get_by_role("link", name=home.name)
    door = link.evaluate("link => link.href")
    until_kept(phone, phone.url, door, "/static/dist/app.css", "/static/dist/door.js")
    context.set_offline(True)
    phone.reload()
    link.click()
    phone.get_by_label("备注").fill("老人说一切都好")
    phone.get_by_text("对方有诉求").click()
    phone.get_by_label("诉求内容").fill("路灯坏了三天，晚上看不见路")
    expect(phone.locator("[data-kept-said]")).to_have_text("已保存在本机")

    phone.reload()
    expect(phone.get_by_label("备注")).to_have_value("老人说一切都好")
    phone.get_by_role("button", name="已走访").click()
    expect(phone.locator("[data-notice=waiting]")).to_be_visible()
    assert made() == []

    context.set_offline(False)
    expect(phone.locator("[data-notice=stored]")).to_be_visible()
    (visit,) = made()
    assert (visit.outcome, visit.note, visit.on) == ("done", "老人说一切都好", localdate(now()))
    assert visit.raised.get().case.text == "路灯坏了三天，晚上看不见路"
    phone.goto(door)
    expect(phone.get_by_label("备注")).to_have_value("")
    assert (len(made()), Case.objects.count()) == (1, 1)


def test_a_visit_that_is_refused_comes_back_to_be_corrected(
    phone: Page, home: Subject, fielded: Fielded, live_server: Any
) -> None:
    for _time in range(2):
        record_visit(fielded.actor("陈静"), NewVisit(KEY, home.pk, "done"), at=now())
    phone.goto(f"{live_server.url}/desk/visits/{home.pk}/")
    phone.get_by_label("备注").fill("灯还没修")
    phone.get_by_role("button", name="已走访").click()
    expect(phone.locator("[data-notice=refused]")).to_contain_text(home.name)
    expect(phone.get_by_label("备注")).to_have_value("灯还没修")
    assert len(made()) == 2
    phone.locator("#id_reason").select_option("called")
    phone.get_by_role("button", name="已走访").click()
    phone.wait_for_url("**/desk/visits/")
    assert sorted(visit.note for visit in made()) == ["", "", "灯还没修"]


def test_the_page_of_a_door_is_light(phone: Page, home: Subject, live_server: Any) -> None:
    weights: dict[str, int] = {}

    def weigh(response: Any) -> None:
        if response.ok and response.url.startswith("http"):
            weights[response.url] = len(gzip.compress(response.body(), 6))

    phone.context.on("response", weigh)
    phone.goto(f"{live_server.url}/desk/visits/{home.pk}/", wait_until="networkidle")
    assert phone.url in weights and any(url.endswith("door.js") for url in weights)
    assert sum(weights.values()) < MOST, weights
