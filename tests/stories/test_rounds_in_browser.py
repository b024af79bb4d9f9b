"""Out on a round with one hand free: heads counted by taps, a sweep worked off courtyard by courtyard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from guanjia.cases.models import Case
from guanjia.fieldwork.actions.sweeps import open_sweep
from guanjia.fieldwork.models import Patrol, SweepPlace, Work
from tests.field import Fielded
from tests.programme import KEY, MONDAY
from tests.stories.at_door import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(fielded: Fielded, page: Page, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Page]:
    """陈静's, signed in. Whatever a script stumbles over, or the policy forbids, fails the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    stumbled: list[str] = []
    page.on("pageerror", lambda error: stumbled.append(str(error)))
    page.on("console", lambda said: stumbled.append(said.text) if "Content Security" in said.text else None)
    sign_in(page, live_server, fielded.served.district.account("陈静"))
    page.set_viewport_size({"width": 390, "height": 844})
    yield page
    assert stumbled == []


def test_heads_and_things_given_are_counted_by_taps(phone: Page, live_server: Any) -> None:
    phone.goto(f"{live_server.url}/desk/field/patrols/")
    trip = phone.get_by_role("region", name="登记一趟巡查")
    trip.get_by_label("巡查片区").select_option(label="柳荫第一网格")
    met = trip.locator(".counter", has=phone.get_by_label("遇见人数"))
    for _person in range(3):
        met.get_by_role("button", name="加一").click()
    items = trip.get_by_role("group", name="发放物品")
    for _item in range(2):
        items.locator(".counter").last.get_by_role("button", name="加一").click()
    items.locator(".counter").last.get_by_role("button", name="减一").click()
    trip.get_by_role("button", name="登记").click()
    expect(phone.get_by_role("cell", name="发放物品")).to_be_visible()
    trip_made = Patrol.objects.get()
    assert (trip_made.met, trip_made.crew, trip_made.place.name) == (3, 2, "柳荫第一网格")
    assert [(one.kind, one.quantity) for one in trip_made.help.all()] == [("items", 1)]


def test_a_sweep_is_worked_off_and_what_is_found_becomes_a_case(
    phone: Page, fielded: Fielded, live_server: Any
) -> None:
    place = fielded.served.district.places["柳荫社区"]
    sweep = open_sweep(fielded.actor("周敏"), KEY, "yards", place_id=place.pk, at=MONDAY)
    yards = [one.place.name for one in SweepPlace.objects.order_by("pk")]
    phone.goto(f"{live_server.url}/desk/field/sweeps/{sweep.pk}/")
    expect(phone.locator("path.leaflet-interactive")).to_have_count(len(yards))
    first, second = (phone.get_by_role("listitem").filter(has_text=name) for name in yards)
    first.get_by_role("button", name="未发现问题").click()
    expect(first).to_have_count(0)
    second.locator("summary").click()
    second.get_by_label("发现的问题").fill("路灯线裸露")
    second.get_by_role("button", name="登记为事项").click()
    phone.get_by_role("link", name="发现问题").first.click()
    case = Case.objects.get()
    expect(phone.get_by_role("link", name=case.number)).to_be_visible()
    assert not SweepPlace.objects.filter(checked_at__isnull=True).exists()


def test_works_are_written_down_for_their_day(phone: Page, live_server: Any) -> None:
    phone.goto(f"{live_server.url}/desk/field/works/")
    phone.get_by_label("项目").select_option("trees")
    phone.get_by_label("数量").fill("lots")
    phone.get_by_role("button", name="登记", exact=True).click()
    expect(phone.get_by_text("数量").first).to_be_visible()
    assert not Work.objects.exists()
    phone.get_by_label("数量").fill("120")
    phone.get_by_role("button", name="登记", exact=True).click()
    expect(phone.get_by_role("cell", name="植树")).to_be_visible()
    assert Work.objects.get().quantity == 120
