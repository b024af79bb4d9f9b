"""The desk in Chromium: by keyboard alone, beside the list, within the content policy, readable for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import time_machine
from PIL import Image

from guanjia.cases.models import Case
from guanjia.registry.models import Place
from tests.people import client_of
from tests.programme import Served

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
#: Hours after the Monday of `tests.programme`: the afternoon of that day.
NOW = 5

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cases(served: Served) -> dict[str, Case]:
    """One at each stage: late to accept, being worked on with a photo, at the desk, returned, resolved."""
    place = served.district.places["槐香苑"].pk
    made = {
        "late": served.ask(hours=-20),
        "working": served.ask("小区北门雨水井盖破损，夜间无照明" * 8, hours=1),
        "desk": served.ask("河道旁边没有路灯", hours=2, place_id=place),
        "returned": served.ask("商铺门口招牌灯闪烁", hours=1),
        "resolved": served.ask("楼道灯不亮", hours=1),
    }
    for name in ("working", "resolved"):
        served.act("陈静", made[name], "accept", hours=1.5)
    served.act("陈静", made["resolved"], "resolve", hours=2, outcome="solved", text="换了灯泡")
    served.act("陈静", made["returned"], "return", hours=2, reason="商铺自己的灯")
    return made


@pytest.fixture
def visit(page: Any, live_server: Any, served: Served, cases: dict[str, Case]) -> Iterator[Callable[..., Any]]:
    """`visit("陈静", "/desk/")` signs them in and opens the page; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    # A refusal's status is logged by the browser like a fault; what the page does with it is for the test to say.
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type == "error" and "status of 4" not in message.text else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def open_page(who: str, url: str, viewport: dict[str, int] = DESK, theme: str = "light") -> Any:
        client = client_of(served.district.account(who))
        cookie = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=theme)
        page.goto(live_server.url + url)
        page.locator("html.js").wait_for(state="attached")
        return page

    with time_machine.travel(served.at(NOW), tick=True):
        yield open_page
    assert not complaints


def test_a_page_of_the_gate_book_is_keyed_in_without_a_mouse(visit: Callable[..., Any]) -> None:
    page = visit("周敏", "/desk/gate-book/")
    page.locator("#date_1").focus()
    lines = (
        ("2-28 9:10", "周小雨", "13900000009", "柳荫家园东门路灯不亮", "柳荫家园", "", " ", "物业老李", ""),
        ("10:30", "", "", "夜里路灯一闪一闪，孩子害怕", "机床厂家属院", "", "", "", ""),
    )
    with page.expect_response("**/gate-book/hint/"):
        for text in (text for line in lines for text in line):
            page.keyboard.type(text)
            page.keyboard.press("Enter")
    page.locator("#hint_1:has-text('路灯照明')").wait_for()
    assert page.evaluate("document.activeElement.id") == "date_3"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "date_2"
    page.keyboard.press("Control+Enter")
    page.locator("text=2 行全部登记完毕").wait_for()
    made = Case.objects.filter(channel="gate_book").order_by("pk")
    assert [case.place.name for case in made if case.place] == ["柳荫家园", "机床厂家属院"]


def pages(served: Served, cases: dict[str, Case]) -> list[tuple[str, str]]:
    working, returned = cases["working"].number, cases["returned"].number
    unit, grid = served.unit("城市管理局"), served.district.places["杏坛第一网格"].pk
    shop = served.district.subjects["建国五金店"].pk
    officer, post = served.district.officers["孙浩"].pk, served.district.posts["孙浩"].pk
    return [
        ("陈静", "/desk/"),
        ("赵磊", "/desk/?queue=rulings"),
        ("高翔", "/desk/"),
        ("陈静", f"/desk/case/{working}/"),
        ("陈静", f"/desk/case/{working}/act/resolve/"),
        ("赵磊", f"/desk/case/{returned}/act/rule_return/"),
        ("赵磊", f"/desk/case/{cases['desk'].number}/act/dispatch/"),
        ("陈静", f"/desk/case/{working}/why/"),
        ("赵磊", "/desk/dispatch/"),
        ("赵磊", "/desk/ledger/"),
        ("赵磊", "/desk/ledger/?status=closed"),
        ("周敏", "/desk/register/"),
        ("周敏", f"/desk/registered/{working}/"),
        ("陈静", "/desk/me/"),
        ("陈静", "/desk/care/"),
        ("周敏", f"/desk/case/{cases['resolved'].number}/act/follow_up/"),
        ("高翔", f"/desk/units/{unit}/"),
        ("高翔", "/desk/units/new/"),
        ("高翔", f"/desk/units/{unit}/posts/new/"),
        ("高翔", f"/desk/units/{unit}/hours/"),
        ("高翔", f"/desk/posts/{post}/appoint/"),
        ("高翔", f"/desk/officers/{officer}/"),
        ("高翔", f"/desk/places/{grid}/"),
        ("高翔", f"/desk/places/{grid}/merge/"),
        ("高翔", "/desk/admin/changes/"),
        ("高翔", "/desk/programmes/service-steward/list/"),
        ("高翔", f"/desk/subjects/{shop}/programmes/"),
        ("周敏", f"/desk/subjects/{shop}/steward/"),
        ("周敏", "/desk/subjects/new/business/"),
    ]


@pytest.mark.slow
def test_everybody_can_use_every_page(visit: Callable[..., Any], served: Served, cases: dict[str, Case]) -> None:
    """Opened once each, and looked at in either theme and width: opening costs more than looking."""
    faults = []
    for who, url in pages(served, cases):
        page = visit(who, url)
        page.evaluate(AXE.read_text("utf-8"))
        for viewport, theme in product((DESK, PHONE), ("light", "dark")):
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # colours change at once
            found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
            faults += [(url, theme, fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append((url, theme, f"scrolls sideways at {viewport['width']}", []))
    assert faults == []


def test_a_case_is_accepted_by_keyboard_alone(
    visit: Callable[..., Any], served: Served, cases: dict[str, Case]
) -> None:
    page = visit("陈静", "/desk/")
    page.keyboard.press("j")
    assert cases["late"].number in page.locator("tr.here").inner_text()
    page.keyboard.press("a")
    page.locator("#dialog[open] .will").wait_for()
    assert "前需" in page.locator("#dialog .will").inner_text()
    page.locator("#dialog .btn--primary").press("Enter")
    page.locator(".messages").wait_for()
    assert served.state(cases["late"]).status == "working"
    assert page.url.endswith("/desk/")


def test_details_open_beside_the_list_which_remembers_where_one_was(
    visit: Callable[..., Any], cases: dict[str, Case]
) -> None:
    page = visit("陈静", "/desk/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#drawer .timeline").wait_for()
    opened = page.locator("#drawer .num").first.inner_text()
    list_box, drawer_box = page.locator(".sheet").bounding_box(), page.locator("#drawer").bounding_box()
    assert list_box["x"] + list_box["width"] <= drawer_box["x"]
    page.keyboard.press("Escape")
    page.reload()
    assert opened in page.locator("tr.here").inner_text()


def test_grids_to_merge_are_ticked_on_the_map_or_in_the_list(visit: Callable[..., Any], served: Served) -> None:
    first, second = (served.district.places[name] for name in ("杏坛第一网格", "杏坛第二网格"))
    page = visit("高翔", f"/desk/places/{first.pk}/merge/")
    box = page.locator(f"input[name=others][value='{second.pk}']")
    area = page.locator(".area--open")
    area.click()
    assert box.is_checked() and page.locator(".area--ticked").count() == 1
    box.uncheck()
    assert page.locator(".area--ticked").count() == 0
    area.click()
    page.locator("#id_name").fill("杏坛网格")
    page.locator("form .btn--primary").click()
    page.locator(".messages", has_text="杏坛网格").wait_for()
    merged = Place.objects.get(name="杏坛网格")
    assert set(Place.objects.filter(parent=merged).values_list("name", flat=True)) == {"杏林里", "书院小区"}


def test_why_this_date_opens_in_place_and_lists_the_days(visit: Callable[..., Any], cases: dict[str, Case]) -> None:
    page = visit("陈静", f"/desk/case/{cases['working'].number}/")
    page.keyboard.press("w")
    page.locator(".days .skipped").first.wait_for()
    assert page.url.endswith(f"/{cases['working'].number}/")
    assert page.locator(".days .counted").count() == 1


def test_a_form_tells_anew_what_will_happen_when_another_unit_is_chosen(
    visit: Callable[..., Any], cases: dict[str, Case]
) -> None:
    page = visit("赵磊", f"/desk/case/{cases['desk'].number}/")
    page.keyboard.press("a")
    page.locator("#dialog [name=find_to]").fill("营商")
    page.locator("#found-to label", has_text="营商环境服务中心").click()
    page.locator("#dialog .will", has_text="营商环境服务中心").wait_for()
    page.locator("#dialog [name=tier][value=lead]").check()
    page.locator("#dialog .will", has_text="营商环境服务中心").wait_for()


def test_a_refusal_stays_in_the_dialog_with_what_was_typed(
    visit: Callable[..., Any], cases: dict[str, Case], tmp_path: Path
) -> None:
    (tmp_path / "after.png").parent.mkdir(exist_ok=True)
    Image.effect_noise((400, 300), 80).convert("RGB").save(tmp_path / "after.png")
    page = visit("陈静", f"/desk/case/{cases['working'].number}/")
    page.keyboard.press("a")
    page.locator("#dialog[open]").wait_for()
    page.locator("#dialog input[type=file]").first.set_input_files(tmp_path / "after.png")
    page.locator("#dialog .photos__list img").wait_for()
    page.locator("#dialog textarea").fill("井盖已更换")
    page.locator("#dialog .btn--primary").click()
    page.locator("#dialog .summary").wait_for()
    assert page.locator("#dialog textarea").input_value() == "井盖已更换"
    page.locator("#dialog [name=outcome]").first.check()
    page.locator("#dialog .btn--primary").click()
    page.locator(".thumbs img").wait_for()
    page.locator(".thumbs a").click()
    page.locator("#dialog[open] .look img").wait_for()


def test_many_are_dispatched_at_once(visit: Callable[..., Any], served: Served, cases: dict[str, Case]) -> None:
    place = served.district.places["纺织小院"].pk
    other = served.ask("另一处没有路灯", hours=3, place_id=place)
    page = visit("赵磊", "/desk/dispatch/")
    page.locator("thead .pick input").check()
    assert page.locator(".batch strong").inner_text() == "2"
    page.locator(".batch .btn--primary").click()
    page.locator(".callout .badge").first.wait_for()
    assert {served.state(case).status for case in (cases["desk"], other)} == {"assigned"}


def test_enter_in_the_search_of_a_batch_dispatches_nobody(
    visit: Callable[..., Any], served: Served, cases: dict[str, Case]
) -> None:
    page = visit("赵磊", "/desk/dispatch/")
    page.locator("tbody .pick input").first.check()
    page.locator(".batch summary").click()
    page.locator(".batch [name=find_to]").fill("城")
    page.locator(".batch [name=find_to]").press("Enter")
    page.locator("#found-to label").first.wait_for()
    assert served.state(cases["desk"]).status == "registered"


def test_a_call_is_taken_down_by_keyboard_while_suggestions_come(visit: Callable[..., Any], served: Served) -> None:
    page = visit("周敏", "/desk/register/")
    page.locator("#id_phone").fill("13900000001")
    page.keyboard.press("Tab")
    page.locator("#caller strong").wait_for()
    page.keyboard.type("李女士")
    page.keyboard.press("Tab")
    page.keyboard.type("楼下路灯不亮了，晚上很黑")
    page.locator("#id_category [value=lighting]:checked").wait_for()
    page.locator("#id_address").fill("柳荫家园3号楼")
    page.locator("#places :checked").wait_for()
    page.locator("#similar button").first.wait_for()
    page.locator("#id_address").press("Enter")
    page.locator(".copy__text--big").wait_for()
    assert Case.objects.count() == 6


def test_twenty_rows_of_the_ledger_fit_a_desk(visit: Callable[..., Any], served: Served) -> None:
    for number in range(20):
        served.ask(f"第{number}处路灯不亮", hours=3)
    page = visit("赵磊", "/desk/ledger/")
    last = page.locator("tbody tr").nth(19).bounding_box()
    assert last["y"] + last["height"] <= DESK["height"]
    sheet = page.locator(".sheet")
    assert sheet.evaluate("one => one.scrollWidth <= one.clientWidth"), "columns are cut off"


def test_filters_and_headings_of_the_ledger_stay_in_sight(visit: Callable[..., Any], served: Served) -> None:
    for number in range(20):
        served.ask(f"第{number}处路灯不亮", hours=3)
    page = visit("赵磊", "/desk/ledger/", {"width": 1280, "height": 600})
    page.evaluate("scrollTo(0, 400)")
    bar, row, head = (page.locator(one).bounding_box() for one in (".topbar", ".filters--stuck", "thead th >> nth=1"))
    assert row["y"] == pytest.approx(bar["y"] + bar["height"], abs=1)
    assert head["y"] == pytest.approx(row["y"] + row["height"], abs=2)


def test_the_ledger_is_worked_through_by_keyboard(
    visit: Callable[..., Any], served: Served, cases: dict[str, Case]
) -> None:
    page = visit("陈静", "/desk/ledger/?status=assigned")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('[data-search]')")
    page.keyboard.press("Tab")
    page.locator("h1").click()
    for key in ("j", "x", "j", "x", "k"):
        page.keyboard.press(key)
    assert page.locator(".batch strong").inner_text() == "2"
    page.keyboard.press("a")
    page.locator("#dialog[open]", has_text="签收").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator(".batch [value=accept]").click()
    page.locator(".callout .badge").first.wait_for()
    assert served.state(cases["late"]).status == "working"


def test_without_scripts_a_case_can_be_worked_on(browser: Any, live_server: Any, served: Served, cases: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=DESK, locale="zh-CN")
    page = context.new_page()
    with time_machine.travel(served.at(NOW), tick=True):
        cookie = client_of(served.district.account("陈静")).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(f"{live_server.url}/desk/")
        page.locator("tbody a", has_text="签收").first.click()
        page.locator("form.act .btn--primary").click()
    assert served.state(cases["late"]).status == "working"
    context.close()
