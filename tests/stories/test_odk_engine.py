"""ODK's own engine, which nobody here wrote, fills in our forms and sends them: what it makes of a form must be what
our own pages make of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Locator, Page, expect

from guanjia.fieldwork.models import Answer
from guanjia.kernel.actor import SYSTEM
from guanjia.playbook import loader
from guanjia.programmes import queries as programmes
from guanjia.programmes.actions import adopt
from guanjia.registry.models import Place, Subject
from tests.forms import ANSWER, Formed
from tests.people import client_of
from tests.programme import KEY, MONDAY
from tests.stories.at_door import sign_in

#: It asks nothing else before the household agrees.
CONSENT_FIRST = "household-visits/household"
#: What a browser says of a request that a story breaks off.
LOST = "net::ERR_FAILED"
in_browser = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def shipped_forms() -> Iterator[tuple[str, str]]:
    """(playbook and form, what it is about) of every form that comes with guanjia, once its playbook is adopted."""
    for key, folder in loader.shipped().items():
        version = adopt(SYSTEM, folder, at=MONDAY)
        for use in programmes.playbook_of(version.pk).forms:
            yield f"{key}/{use.key}", use.about


def path_of(form: str, target: int, engine: str = "odk/") -> str:
    return f"/desk/fill/{form}/{target}/{engine}"


@pytest.fixture
def desk(formed: Formed, page: Page, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Page]:
    """陈静's browser. Whatever the engine complains of, and whatever its page's policy forbids, fails the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" and LOST not in said.text else None
    )
    sign_in(page, live_server, formed.district.account("陈静"))
    page.set_viewport_size({"width": 390, "height": 844})
    yield page
    assert complaints == []


def question(page: Page, label: str, nth: int = 0) -> Locator:
    return page.locator(".question-container").filter(has=page.get_by_text(label, exact=True)).nth(nth)


def write(page: Page, label: str, text: str, nth: int = 0) -> None:
    field = question(page, label, nth).locator("input").first
    field.fill("")
    field.press_sequentially(text)
    field.blur()


class TestInTheBrowser:
    pytestmark = in_browser

    def test_what_the_engine_sends_is_what_was_typed(self, desk: Page, formed: Formed, live_server: Any) -> None:
        desk.goto(live_server.url + path_of(f"{KEY}/household", formed.home.pk))
        expect(question(desk, "填写对象")).to_contain_text("3号楼2单元501")
        write(desk, "联系电话", "139")
        desk.get_by_role("button", name="提交").click()
        expect(question(desk, "联系电话")).to_contain_text("请填写 11 位手机号")
        expect(question(desk, "称呼")).to_contain_text("此处必须填写。")

        write(desk, "联系电话", "13900000001")
        write(desk, "家庭人口数", "2")
        write(desk, "称呼", "奶奶")
        expect(question(desk, "是否需要日间照料")).to_have_count(0)
        write(desk, "年龄", "72")
        question(desk, "是否需要日间照料").get_by_text("是", exact=True).click()
        desk.get_by_role("button", name="添加一项家庭成员").click()
        write(desk, "称呼", "孙子", nth=1)
        write(desk, "年龄", "8", nth=1)
        for need in ("加装电梯", "其他"):
            desk.get_by_text(need, exact=True).click()
        write(desk, "其他需求", "楼道灯")
        desk.get_by_role("button", name="提交").click()

        desk.wait_for_url("**/desk/answers/*/")
        answer = Answer.objects.get()
        typed = json.loads(answer.answers)
        assert [one.pop("is_elder") for one in typed["people"]] == ["1", "0"]
        assert typed == {**ANSWER, "elders": "1"}
        assert (answer.officer.name, answer.subject_id, answer.source) == ("陈静", formed.home.pk, "browser")

    def test_without_network_what_was_typed_stays(self, desk: Page, formed: Formed, live_server: Any) -> None:
        desk.goto(live_server.url + path_of(f"{KEY}/household", formed.home.pk))
        write(desk, "联系电话", "13900000001")
        write(desk, "称呼", "小赵")
        desk.route("**/odk/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
        with desk.expect_event("requestfailed"):
            desk.get_by_role("button", name="提交").click()
        expect(desk.get_by_role("alert")).to_contain_text("请再次提交")
        assert Answer.objects.count() == 0
        desk.unroute("**/odk/")
        desk.get_by_role("button", name="提交").click()
        desk.wait_for_url("**/desk/answers/*/")
        [person] = json.loads(Answer.objects.get().answers)["people"]
        assert person["call_name"] == "小赵"

    def test_both_engines_ask_the_same(self, desk: Page, formed: Formed, live_server: Any) -> None:
        """Of each form that comes with guanjia, once consent is given."""
        targets = {
            "household": formed.home.pk,
            "business": Subject.objects.filter(kind="business").earliest("pk").pk,
            "place": Place.objects.filter(kind="courtyard").earliest("pk").pk,
            "unit": formed.district.units["柳荫社区居委会"].subject.pk,
        }
        Subject.objects.filter(kind="unit").update(place=formed.home.place)
        asked: dict[str, int] = {}
        for form, about in shipped_forms():
            desk.goto(live_server.url + path_of(form, targets[about]))
            question(desk, "填写对象").wait_for()
            if form == CONSENT_FIRST:
                question(desk, "住户是否愿意填写").get_by_text("是", exact=True).click()
                desk.get_by_text("六、意见建议").wait_for()
            theirs = desk.locator(".question-container .control-text label").all_inner_texts()[1:]
            desk.goto(live_server.url + path_of(form, targets[about], ""))
            if form == CONSENT_FIRST:
                desk.locator("#q-consent").get_by_text("是", exact=True).click()
                # ODK opens with one member of the household, our page with none.
                desk.get_by_role("button", name="添加家庭成员").click()
            ours = desk.locator(".filling :is(.field > label, .field > legend, .note):visible")
            expect(ours).to_have_text([re.compile(rf"^{re.escape(label)}(必填)?\s*$") for label in theirs])
            asked[form] = len(theirs)
        assert len(asked) > 10 and asked[CONSENT_FIRST] > 40 and min(asked.values()) > 1, asked


@pytest.fixture
def sender(formed: Formed) -> Any:
    """陈静 at the desk sends what an engine would send, changed as a story wants."""
    web = client_of(formed.district.account("陈静"))
    path = path_of(f"{KEY}/household", formed.home.pk)

    def send(change: str = "", into: str = "", **more: Any) -> Any:
        sent = instance(formed).replace(change, into).encode()
        parts = {"xml_submission_file": SimpleUploadedFile("one.xml", sent, "text/xml"), **more}
        return web.post(path, parts, headers={"Accept": "application/json"})

    return send


def instance(formed: Formed) -> str:
    version = formed.form.version.version
    return (
        f'<data id="{KEY}.household" version="{version}"><guanjia_subject>{formed.home.pk}</guanjia_subject>'
        "<home><phone>13900000001</phone></home><people><call_name>小赵</call_name></people>"
        "<meta><instanceID>uuid:11111111-2222-3333-4444-555555555555</instanceID></meta></data>"
    )


@pytest.mark.django_db
class TestWhatTheServerTakes:
    def test_twice_is_once(self, sender: Any) -> None:
        first, second = sender(), sender()
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        assert Answer.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "into", "status", "kind"),
        [
            ("<data", "<!DOCTYPE x [<!ENTITY a 'b'>]><data", 422, "form.bad_submission"),
            ("</data>", "", 422, "form.bad_submission"),
            ("13900000001", "139", 422, "field.invalid"),
            (".household", ".nothing", 404, "not_found"),
            ("uuid:1", "1", 422, "form.bad_submission"),
        ],
    )
    def test_what_is_wrong_is_said(self, sender: Any, change: str, into: str, status: int, kind: str) -> None:
        told = sender(change, into)
        assert (told.status_code, told.json()["code"]) == (status, kind)
        assert told.json()["message"] and Answer.objects.count() == 0

    def test_nothing_or_too_much(self, formed: Formed, sender: Any) -> None:
        path = path_of(f"{KEY}/household", formed.home.pk)
        assert client_of(formed.district.account("陈静")).post(path).status_code == 422
        assert sender("小赵", "赵" * 400_000).status_code == 413

    def test_its_policy_is_wider_on_its_own_page_alone(self, formed: Formed) -> None:
        web = client_of(formed.district.account("陈静"))
        form = f"{KEY}/household"
        theirs = web.get(path_of(form, formed.home.pk))["Content-Security-Policy"]
        ours = web.get(path_of(form, formed.home.pk, ""))["Content-Security-Policy"]
        assert "'wasm-unsafe-eval'" in theirs and "'unsafe-eval'" not in theirs
        assert "unsafe" not in ours

    def test_a_stranger_s_household_is_not_shown(self, formed: Formed) -> None:
        near = formed.district.places["柳荫社区"].path
        elsewhere = Subject.objects.filter(kind="household").exclude(place__path__startswith=near)
        web = client_of(formed.district.account("陈静"))
        assert web.get(path_of(f"{KEY}/household", elsewhere.earliest("pk").pk)).status_code == 404
