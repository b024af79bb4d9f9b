"""A form that asks for a place or a unit offers what the registry knows today, on the page and to a device."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from guanjia.access import actions as access
from guanjia.fieldwork.models import Answer
from guanjia.kernel.actor import SYSTEM
from guanjia.programmes.actions import adopt
from guanjia.registry.models import Place
from guanjia.registry.stamps import PLACES, bump
from tests.odk import Phone
from tests.people import client_of
from tests.programme import KEY, MONDAY, PLAYBOOK, Served
from tests.stories.at_door import sign_in

pytestmark = pytest.mark.usefixtures("monday")
WORDS = """
[[forms]]
key = "origin"
name = { zh = "来源登记", en = "Where from" }
file = "forms/origin.toml"
about = "household"
minutes = 1
"""
FORM = """
[[survey]]
type = "select_one_from_file streets.csv"
name = "street"
label = { zh = "从哪个街道搬来", en = "From which street" }
[[survey]]
type = "select_one_from_file communities.csv"
name = "moved_from"
label = { zh = "从哪个社区搬来", en = "From which community" }
choice_filter = "street = ${street}"
[[survey]]
type = "select_multiple_from_file units.csv"
name = "helped_by"
label = { zh = "哪些单位帮过忙", en = "Which units helped" }
"""


@pytest.fixture
def url(served: Served, tmp_path: Path) -> str:
    (tmp_path / "book/forms").mkdir(parents=True)
    (tmp_path / "book/forms/origin.toml").write_text(FORM, "utf-8")
    sound = PLAYBOOK.read_text("utf-8").replace('approved_by = "lead_office"', 'approved_by = "supervisor"')
    (tmp_path / "book/playbook.toml").write_text(sound + WORDS, "utf-8")
    adopt(SYSTEM, tmp_path / "book", at=MONDAY)
    return f"/desk/fill/{KEY}/origin/{served.district.subjects['3号楼2单元501'].pk}/"


def given(served: Served, community: Place | int, *units: str) -> dict[str, object]:
    pk = community if isinstance(community, int) else community.pk
    return {
        "instance": "uuid:11111111-2222-3333-4444-555555555555",
        "street": str(served.district.places["西岭街道"].pk),
        "moved_from": str(pk),
        "helped_by": [str(served.unit(name)) for name in units],
    }


def test_a_page_offers_what_there_is_today_and_takes_nothing_else(served: Served, url: str) -> None:
    chen, xing = client_of(served.district.account("陈静")), served.district.places["杏坛社区"]
    page = chen.get(url).text
    assert "杏坛社区" in page and "城市管理局" in page and "柳荫第一网格" not in page
    refused = chen.post(url, given(served, 10**6))
    assert refused.status_code == 422 and "moved_from" in refused.text
    assert chen.post(url, given(served, xing, "城市管理局", "督查室")).status_code == 302
    answer = Answer.objects.get()
    assert json.loads(answer.answers)["moved_from"] == str(xing.pk)
    shown = chen.get(f"/desk/answers/{answer.pk}/").text
    assert "杏坛社区" in shown and "督查室" in shown


def test_a_community_of_another_street_is_not_taken(served: Served, url: str) -> None:
    chen, places = client_of(served.district.account("陈静")), served.district.places
    other = given(served, places["杏坛社区"]) | {"street": str(places["东湖街道"].pk)}
    refused = chen.post(url, other)
    assert refused.status_code == 422 and 'href="#q-moved_from"' in refused.text and not Answer.objects.exists()
    assert chen.post(url, other | {"street": ""}).status_code == 422


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("engine", ["", "odk/"])
def test_choosing_a_street_leaves_its_communities(
    served: Served, url: str, page: Page, live_server: Any, engine: str
) -> None:
    """On our page and in ODK's engine alike."""
    sign_in(page, live_server, served.district.account("陈静"))
    page.goto(f"{live_server.url}{url}{engine}")
    where = ".question-container" if engine else "fieldset"
    street, community = (page.locator(where).filter(has_text=text) for text in ("从哪个街道搬来", "从哪个社区搬来"))
    choices = community.locator("label.value-option:visible" if engine else ".choices label:visible")
    expect(choices).to_have_count(0)
    street.get_by_text("西岭街道", exact=True).click()
    expect(choices).to_have_text(["杏坛社区"])
    choices.first.click()
    street.get_by_text("东湖街道", exact=True).click()
    expect(choices).to_have_text(["柳荫社区", "槐树社区"])
    expect(community.locator("input:checked")).to_have_count(0)


def test_what_has_ended_is_offered_no_more_and_still_read(served: Served, url: str) -> None:
    chen, xing = client_of(served.district.account("陈静")), served.district.places["杏坛社区"]
    chen.post(url, given(served, xing))
    Place.objects.filter(pk=xing.pk).update(valid_to=MONDAY.date() - timedelta(days=1))
    bump(PLACES)
    assert ">杏坛社区<" not in chen.get(url).text
    assert "杏坛社区" in chen.get(f"/desk/answers/{Answer.objects.get().pk}/").text


def test_a_device_gets_the_lists_as_files(served: Served, url: str) -> None:
    password = access.issue_device_password(served.district.actor("陈静"), at=MONDAY)
    phone = Phone(served.district.account("陈静").username, password)
    (form,) = phone.forms()
    files = phone.media(form)
    assert set(files) == {"subjects.csv", "streets.csv", "communities.csv", "units.csv"}
    xing = served.district.places["杏坛社区"]
    assert f"{xing.pk},杏坛社区,{xing.parent_id}\r\n" in files["communities.csv"].decode()
    assert b"jr://file-csv/communities.csv" in phone.fetch(form["downloadUrl"])
    other = form["manifestUrl"].removeprefix("http://testserver").replace("manifest.xml", "courtyards.csv")
    assert phone.ask("GET", other).status_code == 404
